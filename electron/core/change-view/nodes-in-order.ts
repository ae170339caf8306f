import { compareNodes } from './change-view'
import { rootNode, type ChangeTree } from '../change-tree/change-tree'
import { sortedInSlices } from '../base/sorted-in-slices'

/** `path`: what is in a directory follows it at once. `directory`: first all of one directory, then those in it. */
export type NodeOrder = 'path' | 'directory'

/** Siblings between two points where other work may go first. */
const slice = 8192

/** A node and all below it, the root too, siblings by name; nothing (`undefined`) where other work may go first. */
export function* nodesInOrder(
  tree: ChangeTree,
  top: number,
  order: NodeOrder,
): Generator<number | undefined, void> {
  yield top
  const open = [{ nodes: yield* children(tree, top), at: 0 }]
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    if (order === 'directory' && last.at === 0) yield* last.nodes
    const node = last.nodes[last.at]
    last.at += 1
    if (node === undefined) {
      open.pop()
      continue
    }
    if (order === 'path') yield node
    else if (last.at % slice === 0) yield undefined
    if (tree.childCount(node) > 0) open.push({ nodes: yield* children(tree, node), at: 0 })
  }
}

function* children(tree: ChangeTree, parent: number): Generator<undefined, Int32Array> {
  const nodes = new Int32Array(tree.childCount(parent))
  let at = 0
  for (
    let child = tree.lastChild(parent);
    child > rootNode && at < nodes.length;
    child = tree.earlierSibling(child)
  ) {
    nodes[at] = child
    at += 1
    if (at % slice === 0) yield undefined
  }
  const byName = { sort: 'name', descending: false } as const
  const sorting = sortedInSlices(nodes, (a, b) => compareNodes(tree.names, tree, byName, a, b))
  for (;;) {
    const step = sorting.next()
    if (step.done === true) return step.value
    yield undefined
  }
}
