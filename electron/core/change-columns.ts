import { changeKinds } from './change'
import { Column } from './column'

/** Stands for "not known" in the columns; none of the facts is ever negative. */
export const unset = -1

/**
 * Each column begins with another capacity and doubles it, so that no two of them are ever copied for the same node: all
 * together would hold up everything else for a tenth of a second at half a million nodes.
 */
function capacity(column: number): number {
  return 1024 + 64 * column
}

/** The facts of a tree's nodes, a typed array each: a million nodes take about 70 MB this way. */
export class ChangeColumns {
  readonly parents = new Column(Int32Array, unset, capacity(0))
  readonly kinds = new Column(Int8Array, unset, capacity(1))
  readonly types = new Column(Int8Array, 0, capacity(2))
  readonly modes = new Column(Int32Array, unset, capacity(3))
  readonly uids = new Column(Float64Array, unset, capacity(4))
  readonly gids = new Column(Float64Array, unset, capacity(5))
  readonly sizes = new Column(Float64Array, unset, capacity(6))
  readonly times = new Column(Float64Array, NaN, capacity(7))
  /** Where the node's link target is among the tree's targets. */
  readonly linkTargets = new Column(Int32Array, unset, capacity(8))
  /** Bytes in the upper layer, of the node and everything below it. */
  readonly bytes = new Column(Float64Array, 0, capacity(9))
  /** A count for each kind, of the node and everything below it. */
  readonly counts = changeKinds.map((_, kind) => new Column(Int32Array, 0, capacity(10 + kind)))
  /** The child that came last, and for each child the one that came before it. */
  readonly lastChildren = new Column(Int32Array, unset, capacity(13))
  readonly earlierSiblings = new Column(Int32Array, unset, capacity(14))
  readonly childCounts = new Column(Int32Array, 0, capacity(15))
  readonly #all = [
    ...[this.parents, this.kinds, this.types, this.modes, this.uids, this.gids, this.sizes, this.times],
    ...[this.linkTargets, this.bytes, ...this.counts],
    ...[this.lastChildren, this.earlierSiblings, this.childCounts],
  ]

  /** Makes room for a new node without a change and puts it below its parent. */
  start(node: number, parent: number): void {
    for (const column of this.#all) column.reserve(node + 1)
    this.parents.values[node] = parent
    if (parent === unset) return
    this.earlierSiblings.values[node] = this.lastChildren.values[parent] ?? unset
    this.lastChildren.values[parent] = node
    this.childCounts.values[parent] = (this.childCounts.values[parent] ?? 0) + 1
  }

  /** Counts a change for its node and all directories above it. */
  rollUp(node: number, kind: number, bytes: number): void {
    const [counts, sums, parents] = [this.counts[kind]?.values, this.bytes.values, this.parents.values]
    if (counts === undefined) return
    for (let at = node; at !== unset; at = parents[at] ?? unset) {
      counts[at] = (counts[at] ?? 0) + 1
      sums[at] = (sums[at] ?? 0) + bytes
    }
  }
}
