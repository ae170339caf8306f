import { rootNode, type ChangeTree } from '../change-tree/change-tree'
import { compareNodes, factsIn, type ChangeView } from './change-view'
import { CountRoom } from './count-buffers'
import { countRows, rowStates, type RowCounts } from './row-counts'
import { RowOrder } from './partial-sort'

/** One visible line: a node, how deep it stands, and the directories folded into it. */
export interface VisibleRow {
  readonly node: number
  readonly depth: number
  /** Directories with a single child each that are drawn on the same line as the first one, as `usr / share / nginx`. */
  readonly folded: readonly number[]
  /** Whether there is something below it in this view. */
  readonly expandable: boolean
  readonly open: boolean
}

/** Siblings between two points where other work may go first. */
const slice = 8192

/**
 * Works out a view of a tree up to where its lines can be asked for; stops at each `yield` as `countRows` does. Its lines are in the
 * room until another view is worked out there.
 */
export function* changeRows(
  tree: ChangeTree,
  view: ChangeView,
  room = new CountRoom(),
): Generator<void, ChangeRows> {
  return new ChangeRows(tree, view, yield* countRows(tree, view, room))
}

/** The lines of a tree as it was, in one view. They are made only where they are asked for, and only there is anything sorted. */
export class ChangeRows {
  readonly #tree: ChangeTree
  readonly #view: ChangeView
  readonly #counts: RowCounts
  readonly #orders = new Map<number, RowOrder>()

  constructor(tree: ChangeTree, view: ChangeView, counts: RowCounts) {
    this.#tree = tree
    this.#view = view
    this.#counts = counts
  }

  get total(): number {
    return this.#firstRow + (this.#counts.rowsBelow[rootNode] ?? 0)
  }

  /** Where what is in the root begins. */
  get #firstRow(): number {
    return this.#counts.hasRootRow ? 1 : 0
  }

  /** The lines from `from` up to `to`, in order. Only one call may be under way at a time. */
  *between(from: number, to: number): Generator<void, VisibleRow[]> {
    const rows: VisibleRow[] = []
    if (from < this.#firstRow && to > 0)
      rows.push({ node: rootNode, depth: 0, folded: [], expandable: false, open: false })
    const pending = yield* this.#children(rootNode, { row: this.#firstRow, depth: 0 }, from, to)
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { row, depth } = next
      const folded = this.#foldedFrom(next.node)
      const node = folded.pop() ?? next.node
      const open = this.#counts.states[node] === rowStates.open
      const expandable = (this.#counts.childCounts[node] ?? 0) > 0
      if (row >= from && row < to) rows.push({ node, depth, folded, expandable, open })
      if (!open) continue
      const below = yield* this.#children(node, { row: row + 1, depth: depth + 1 }, from, to)
      for (const child of below) pending.push(child)
    }
    return rows
  }

  /** The children that have lines from `from` up to `to`, the last one first. */
  *#children(
    parent: number,
    { row, depth }: { readonly row: number; readonly depth: number },
    from: number,
    to: number,
  ): Generator<void, { node: number; row: number; depth: number }[]> {
    const rows = this.#counts.rowsBelow[parent] ?? 0
    if (rows === 0 || row >= to || row + rows <= from) return []
    const order = this.#orders.get(parent) ?? (yield* this.#orderOf(parent))
    this.#orders.set(parent, order)
    const placed = yield* order.between(from - row, to - row)
    return placed.map((one) => ({ node: one.item, row: row + one.row, depth })).reverse()
  }

  *#orderOf(parent: number): Generator<void, RowOrder> {
    const { shown, states, childCounts, rowsBelow } = this.#counts
    const children = new Int32Array(childCounts[parent] ?? 0)
    let child = this.#tree.lastChild(parent)
    for (let count = 0; count < children.length; child = this.#tree.earlierSibling(child)) {
      if (child >= states.length || (shown !== undefined && shown[child] !== 1)) continue
      children[count] = child
      count += 1
      if (count % slice === 0) yield
    }
    const [names, facts] = [this.#tree.names, factsIn(this.#tree, this.#view)]
    return new RowOrder(
      children,
      rowsBelow[parent] ?? 0,
      (a, b) => compareNodes(names, facts, this.#view, a, b),
      (node) => this.#rowsOf(node),
    )
  }

  #rowsOf(node: number): number {
    const below = this.#counts.rowsBelow[node] ?? 0
    switch (this.#counts.states[node]) {
      case rowStates.folded:
        return below
      case rowStates.open:
        return below + 1
      default:
        return 1
    }
  }

  /** The directories on one line with their last descendant at the end; empty where nothing is folded. */
  #foldedFrom(node: number): number[] {
    const { states, firstChildren } = this.#counts
    if (states[node] !== rowStates.folded) return []
    const line = [node]
    for (let at = node; states[at] === rowStates.folded;) {
      at = firstChildren[at] ?? rootNode
      line.push(at)
    }
    return line
  }
}
