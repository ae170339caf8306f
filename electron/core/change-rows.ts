import type { ChangeKind } from './change'
import { rootNode, type ChangeTree } from './change-tree'

export type SortKey = 'name' | 'size' | 'time'

/** What a person chose to see of a tree. */
export interface ChangeView {
  /** Directories are open unless named in `toggled`, or closed unless named there. */
  readonly open: boolean
  /** Nodes whose directory is the other way round. */
  readonly toggled: ReadonlySet<number>
  readonly kinds: ReadonlySet<ChangeKind>
  /** Part of a path, its bytes in lower case; while there is one every directory is open. */
  readonly search: string
  readonly sort: SortKey
  readonly descending: boolean
}

/** One visible line: a node, how deep it stands, and the directories folded into it. */
export interface VisibleRow {
  readonly node: number
  readonly depth: number
  /** Directories with a single child each that are drawn on the same line as the first one, as `usr / share / nginx`. */
  readonly folded: readonly number[]
  readonly open: boolean
}

/** All visible lines of a tree in a view, in order. */
export function visibleRows(tree: ChangeTree, view: ChangeView): VisibleRow[] {
  const matches = matchingNodes(tree, view)
  const rows: VisibleRow[] = []
  const pending: { node: number; depth: number }[] = []
  const push = (parent: number, depth: number) => {
    const children = tree.children(parent).filter((child) => matches === undefined || matches[child] === 1)
    children.sort((a, b) => compareNodes(tree, view, a, b))
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const node = children[index]
      if (node !== undefined) pending.push({ node, depth })
    }
  }
  push(rootNode, 0)
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const folded = foldedInto(tree, next.node, matches)
    const last = folded.at(-1) ?? next.node
    const open = tree.childCount(last) > 0 && (view.search !== '' || view.open !== view.toggled.has(last))
    rows.push({
      node: last,
      depth: next.depth,
      folded: folded.length === 0 ? folded : [next.node, ...folded.slice(0, -1)],
      open,
    })
    if (open) push(last, next.depth + 1)
  }
  return rows
}

/** Marks the nodes to show, or nothing where all are. Parents have smaller numbers, so one pass backwards is enough. */
function matchingNodes(tree: ChangeTree, view: ChangeView): Uint8Array | undefined {
  if (view.search === '' && view.kinds.size === 3) return undefined
  const matches = new Uint8Array(tree.size)
  const inside = nodesInsideMatch(tree, view.search)
  for (let node = tree.size - 1; node > rootNode; node -= 1) {
    const kind = tree.kind(node)
    if (kind !== undefined && view.kinds.has(kind) && inside[node] === 1) matches[node] = 1
    if (matches[node] === 1) matches[tree.parent(node)] = 1
  }
  return matches
}

/** Nodes whose path has the text; everything below such a node has it too. */
function nodesInsideMatch(tree: ChangeTree, search: string): Uint8Array {
  const inside = new Uint8Array(tree.size)
  if (search === '') return inside.fill(1)
  const acrossSegments = search.includes('/')
  for (let node = 1; node < tree.size; node += 1) {
    if (inside[tree.parent(node)] === 1) inside[node] = 1
    else if ((acrossSegments ? tree.path(node) : tree.name(node)).toLowerCase().includes(search))
      inside[node] = 1
  }
  return inside
}

function foldedInto(tree: ChangeTree, node: number, matches: Uint8Array | undefined): number[] {
  const folded: number[] = []
  for (let at = node; tree.kind(at) === undefined && tree.childCount(at) === 1;) {
    const child = tree.children(at)[0]
    if (child === undefined || tree.childCount(child) === 0) break
    if (matches !== undefined && matches[child] !== 1) break
    folded.push(child)
    at = child
  }
  return folded
}

function compareNodes(tree: ChangeTree, view: ChangeView, a: number, b: number): number {
  const order = view.descending ? -1 : 1
  const byName = tree.name(a) < tree.name(b) ? -1 : 1
  switch (view.sort) {
    case 'name':
      return order * byName
    case 'size':
      return order * (tree.shownSize(a) - tree.shownSize(b)) || byName
    case 'time': {
      const [left, right] = [tree.time(a), tree.time(b)]
      if (Number.isNaN(left) || Number.isNaN(right))
        return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || byName
      return order * (left - right) || byName
    }
  }
}
