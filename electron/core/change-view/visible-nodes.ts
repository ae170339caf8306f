import { changeKinds } from '../changes/change'
import { rootNode, type ChangeTree } from '../change-tree/change-tree'
import { factsIn, type ChangeView } from './change-view'
import type { CountRoom } from './count-buffers'
import type { NodeFacts } from '../change-tree/node-facts'
import { parseSearch } from './path-search'

/** Nodes between two points where other work may go first. */
const slice = 8192

/** Whether a view has a line for the root itself: only where that is a change. It leads to everything and is never drawn for that. */
export function showsRoot(tree: ChangeTree, view: ChangeView): boolean {
  if (!fits(factsIn(tree, view), rootNode, view)) return false
  return view.search === '' || parseSearch(view.search)(tree, rootNode)
}

/** Marks the first `size` nodes that a view shows and what leads to them, or gives nothing where it shows all; never the root. */
export function* shownNodes(
  tree: ChangeTree,
  view: ChangeView,
  size: number,
  room: CountRoom,
): Generator<void, Uint8Array | undefined> {
  const { kinds, types, minimumSize, search, runtime = false } = view
  const facts = factsIn(tree, view)
  const showsAllFacts = kinds.size === changeKinds.length && types === undefined && minimumSize === 0
  if (search === '' && showsAllFacts)
    return facts.hasEmptyNodes(runtime)
      ? yield* leadingNodes(facts, runtime, room.bytes('shown', size))
      : undefined
  const shown = room.bytes('shown', size)
  const inside = search === '' ? undefined : yield* insideMatch(tree, search, room.bytes('inside', size))
  for (let node = size - 1; node > rootNode; node -= 1) {
    if (node % slice === 0) yield
    if (inside?.[node] !== 0 && fits(facts, node, view)) shown[node] = 1
    if (shown[node] === 1) shown[tree.parent(node)] = 1
  }
  return shown
}

/** Marks changes and what leads to them. */
function* leadingNodes(facts: NodeFacts, runtime: boolean, shown: Uint8Array): Generator<void, Uint8Array> {
  for (let node = 1; node < shown.length; node += 1) {
    if (node % slice === 0) yield
    if (facts.leads(node, runtime)) shown[node] = 1
  }
  return shown
}

function fits(
  facts: NodeFacts,
  node: number,
  { kinds, types, minimumSize, runtime = false }: ChangeView,
): boolean {
  const kind = facts.kind(node)
  if (kind === undefined || !kinds.has(kind)) return false
  if (types !== undefined && !types.has(facts.type(node))) return false
  if (!runtime && facts.isRuntime(node)) return false
  return minimumSize === 0 || facts.ownSize(node) >= minimumSize
}

/** Marks nodes that were searched for and everything below them. */
function* insideMatch(tree: ChangeTree, search: string, inside: Uint8Array): Generator<void, Uint8Array> {
  const matches = parseSearch(search)
  for (let node = 1; node < inside.length; node += 1) {
    if (node % slice === 0) yield
    if (inside[tree.parent(node)] === 1 || matches(tree, node)) inside[node] = 1
  }
  return inside
}
