import type { AddedFiles } from '../../core/findings/added-files'
import type { BytePath } from '../../core/base/byte-path'
import { inBatches } from '../../core/base/in-batches'
import type { SizedPath } from '../../core/columns/sized-paths'
import { sortedInSlices } from '../../core/base/sorted-in-slices'

/** A deleted file, and where on the host its lower version lies. */
export interface Placed extends SizedPath {
  readonly place: string
}

/** A deleted file and an added one of its size. */
export interface Pair {
  readonly from: BytePath
  readonly to: BytePath
  readonly place: string
}

/** Pairs that are compared, and their bytes: what a hint may cost. */
const mostPairs = 1000
const mostBytes = 64 * 1024 * 1024
/** More files of one size are not told apart. */
const mostAlike = 4
/** Items between two points where other work may go first. */
const slice = 1024

interface Alike {
  readonly size: number
  readonly from: Placed[]
  readonly to: SizedPath[]
}

/** Pairs to be compared, small ones first, and how many deleted files have too many to choose from; without the `taken` paths. */
export function* pairsOfOneSize(
  deleted: readonly Placed[],
  added: Pick<AddedFiles, 'kept' | 'knowsAll'>,
  taken: ReadonlySet<BytePath>,
): Generator<void, { pairs: Pair[]; left: number }> {
  const pairs: Pair[] = []
  const all = yield* alike(deleted, added.kept, taken)
  let [left, bytes] = [0, 0]
  for (const [turn, at] of (yield* smallestFirst(all)).entries()) {
    if (turn % slice === 0) yield
    const { size, from, to } = all[at] ?? none
    const knowsAll = added.knowsAll(size)
    if (to.length === 0 && knowsAll) continue
    const count = from.length * to.length
    const fits = pairs.length + count <= mostPairs && bytes + count * size <= mostBytes
    if (!knowsAll || !fits || from.length > mostAlike || to.length > mostAlike) {
      left += from.length
      continue
    }
    bytes += count * size
    for (const { path, place } of from)
      for (const other of to) pairs.push({ from: path, to: other.path, place })
  }
  return { pairs, left }
}

const none: Alike = { size: 0, from: [], to: [] }

function* alike(
  deleted: readonly Placed[],
  added: Iterable<SizedPath>,
  taken: ReadonlySet<BytePath>,
): Generator<void, Alike[]> {
  const all: Alike[] = []
  const bySize = new Map<number, Alike>()
  for (const some of inBatches(deleted, slice)) {
    yield
    for (const one of some) {
      if (taken.has(one.path)) continue
      const known = bySize.get(one.size)
      if (known !== undefined) {
        known.from.push(one)
        continue
      }
      const first: Alike = { size: one.size, from: [one], to: [] }
      bySize.set(one.size, first)
      all.push(first)
    }
  }
  for (const some of inBatches(added, slice)) {
    yield
    for (const one of some) if (!taken.has(one.path)) bySize.get(one.size)?.to.push(one)
  }
  return all
}

/** Their positions in the order of sizes. */
function* smallestFirst(all: readonly Alike[]): Generator<void, Int32Array> {
  const size = (at: number) => all[at]?.size ?? 0
  const order = new Int32Array(all.length)
  for (let at = 0; at < order.length; at += 1) order[at] = at
  return yield* sortedInSlices(order, (a, b) => size(a) - size(b))
}
