import { Column } from '../columns/column'
import { capacity, unset } from './fact-columns'

/** Which nodes changed since a person looked, and how many of them each directory holds. */
export class FreshMarks {
  readonly #parents: Column<Int32Array>
  readonly #marks = new Column(Uint8Array, 0, capacity(21))
  readonly #below = new Column(Int32Array, 0, capacity(22))

  constructor(parents: Column<Int32Array>) {
    this.#parents = parents
  }

  reserve(length: number): void {
    this.#marks.reserve(length)
    this.#below.reserve(length)
  }

  isFresh(node: number): boolean {
    return this.#marks.values[node] === 1
  }

  /** Marks of a node and everything below it. */
  count(node: number): number {
    return this.#below.values[node] ?? 0
  }

  set(node: number, isFresh: boolean): void {
    if ((this.#marks.values[node] === 1) === isFresh) return
    this.#marks.values[node] = isFresh ? 1 : 0
    const [below, parents] = [this.#below.values, this.#parents.values]
    for (let at = node; at !== unset; at = parents[at] ?? unset)
      below[at] = (below[at] ?? 0) + (isFresh ? 1 : -1)
  }

  /** Takes all marks off. */
  clear(): void {
    this.#marks.clear()
    this.#below.clear()
  }
}
