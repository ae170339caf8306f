import { changeKinds, type ChangeTotals } from '../changes/change'
import { Column } from '../columns/column'
import { capacity, unset } from './fact-columns'

/** Changes that are counted by themselves and in no total, beside those of each kind. */
export const runtimeCount = changeKinds.length
const counted = [...changeKinds, 'runtime'] as const

/** Counts and bytes of every node and all that is below it. */
export class RolledUp {
  readonly #parents: Column<Int32Array>
  readonly #bytes: Column<Float64Array>
  readonly #counts: readonly Column<Int32Array>[]

  /** `first` is the number of its first column, for its capacity. */
  constructor(parents: Column<Int32Array>, first: number) {
    this.#parents = parents
    this.#bytes = new Column(Float64Array, 0, capacity(first))
    this.#counts = counted.map((_, index) => new Column(Int32Array, 0, capacity(first + 1 + index)))
  }

  reserve(length: number): void {
    this.#bytes.reserve(length)
    for (const count of this.#counts) count.reserve(length)
  }

  /** Counts a change for its node and all directories above it, or with -1 does not count it any more. */
  add(node: number, what: number, bytes: number, times: 1 | -1): void {
    const [counts, sums, parents] = [this.#counts[what]?.values, this.#bytes.values, this.#parents.values]
    if (counts === undefined) return
    const added = what === runtimeCount ? 0 : bytes * times
    for (let at = node; at !== unset; at = parents[at] ?? unset) {
      counts[at] = (counts[at] ?? 0) + times
      // What is not written to takes no memory.
      if (added !== 0) sums[at] = (sums[at] ?? 0) + added
    }
  }

  bytes(node: number): number {
    return this.#bytes.values[node] ?? 0
  }

  totals(node: number): ChangeTotals {
    const [added = 0, modified = 0, deleted = 0] = this.#counts.map(({ values }) => values[node])
    return { added, modified, deleted, bytes: this.bytes(node) }
  }

  runtime(node: number): number {
    return this.#counts[runtimeCount]?.values[node] ?? 0
  }

  /** Whether the node or something below it is counted. */
  hasAny(node: number, runtimeToo: boolean): boolean {
    const kinds = runtimeToo ? this.#counts.length : runtimeCount
    for (let what = 0; what < kinds; what += 1) {
      if ((this.#counts[what]?.values[node] ?? 0) > 0) return true
    }
    return false
  }
}
