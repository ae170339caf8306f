import { rootNode, type ChangeTree } from '../change-tree/change-tree'
import { factsIn, type ChangeView } from './change-view'
import type { CountRoom } from './count-buffers'
import { shownNodes, showsRoot } from './visible-nodes'

/** Nodes between two points where other work may go first. */
const slice = 8192

/** How many lines a tree has in a view, for each of its nodes, without a line being made. */
export interface RowCounts {
  /** Whether the root has a line of its own, above all others, which stand beside it and not below. */
  readonly hasRootRow: boolean
  /** 1 for nodes that the view shows; absent where it shows all. */
  readonly shown: Uint8Array | undefined
  /** Lines of everything below a node if it is open. */
  readonly rowsBelow: Int32Array
  /** Shown children, and the first of them. */
  readonly childCounts: Int32Array
  readonly firstChildren: Int32Array
  /** One of `rowStates`. */
  readonly states: Uint8Array
}

/** A folded directory is drawn on the line of its only child. */
export const rowStates = { closed: 0, open: 1, folded: 2 } as const

/**
 * Counts the lines. Like everything here that looks at a whole tree it stops at each `yield`, so that whoever runs it can let
 * other work go first; what the tree gets meanwhile is not counted.
 */
export function* countRows(tree: ChangeTree, view: ChangeView, room: CountRoom): Generator<void, RowCounts> {
  const size = tree.size
  const facts = factsIn(tree, view)
  const hasRootRow = showsRoot(tree, view)
  const shown = yield* shownNodes(tree, view, size, room)
  const rowsBelow = room.numbers('rowsBelow', size)
  const childCounts = room.numbers('childCounts', size)
  const firstChildren = room.numbers('firstChildren', size)
  const states = room.bytes('states', size)
  // Parents have smaller numbers, so whatever is below a node is counted before the node.
  for (let node = size - 1; node > rootNode; node -= 1) {
    if (node % slice === 0) yield
    if (shown !== undefined && shown[node] !== 1) continue
    const children = childCounts[node] ?? 0
    const below = rowsBelow[node] ?? 0
    const leadsOn = children === 1 && (childCounts[firstChildren[node] ?? 0] ?? 0) > 0
    const isFolded = leadsOn && facts.kind(node) === undefined
    const isOpen = children > 0 && (view.search !== '' || view.open !== view.toggled.has(node))
    states[node] = isFolded ? rowStates.folded : isOpen ? rowStates.open : rowStates.closed
    const parent = tree.parent(node)
    rowsBelow[parent] = (rowsBelow[parent] ?? 0) + (isFolded ? below : isOpen ? below + 1 : 1)
    childCounts[parent] = (childCounts[parent] ?? 0) + 1
    firstChildren[parent] = node
  }
  return { hasRootRow, shown, rowsBelow, childCounts, firstChildren, states }
}
