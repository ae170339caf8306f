import type { BytePath } from '../base/byte-path'
import { ByteStrings } from '../columns/byte-strings'
import { ChildIndex } from './child-index'
import { Column } from '../columns/column'
import { capacity, unset } from './fact-columns'

/** The root's number; every other node is numbered in the order it came, and keeps its number. */
export const rootNode = 0

/** Numbers for paths and all directories that lead to them; they only come. A node's parent always has a smaller number. */
export class PathNodes {
  /** By the node's number; the root's is empty, though it may be a change like any other. */
  readonly names = new ByteStrings(true)
  readonly parents = new Column(Int32Array, unset, capacity(0))
  /** The child that came last, and for each child the one that came before it. */
  readonly #lastChildren = new Column(Int32Array, unset, capacity(16))
  readonly #earlierSiblings = new Column(Int32Array, unset, capacity(17))
  readonly #childCounts = new Column(Int32Array, 0, capacity(18))
  readonly #index = new ChildIndex(this.names, this.parents)
  readonly #makeRoom: (size: number) => void
  /** Paths of one directory mostly come one after the other. */
  #latest: { directory: string; node: number } = { directory: '', node: rootNode }

  /** `makeRoom` is called before a node comes, with the number of nodes that there will be; not for the root. No node comes where it throws. */
  constructor(makeRoom: (size: number) => void) {
    this.#makeRoom = makeRoom
    this.names.add('')
  }

  /** The root included. */
  get size(): number {
    return this.names.length
  }

  parent(node: number): number {
    return this.parents.values[node] ?? unset
  }

  path(node: number): BytePath {
    const segments: string[] = []
    for (let at = node; at > rootNode; at = this.parent(at)) segments.unshift('/', this.names.text(at))
    return segments.join('') as BytePath
  }

  childCount(node: number): number {
    return this.#childCounts.values[node] ?? 0
  }

  lastChild(node: number): number {
    return this.#lastChildren.values[node] ?? unset
  }

  earlierSibling(node: number): number {
    return this.#earlierSiblings.values[node] ?? unset
  }

  /** The node of a path, the first one where several have it. */
  find(path: BytePath): number | undefined {
    let node: number | undefined = rootNode
    for (let from = 1; from <= path.length && node !== undefined;) {
      const slash = path.indexOf('/', from)
      const to = slash === -1 ? path.length : slash
      node = this.#index.find(node, path, from, to)
      from = to + 1
    }
    return node
  }

  /** The first node of a path that is wanted, or a new one. */
  findOrStart(path: BytePath, isWanted: (node: number) => boolean): number {
    const slash = path.lastIndexOf('/')
    if (slash === -1) return rootNode
    const parent = this.#directoryAt(path, slash)
    return (
      this.#index.find(parent, path, slash + 1, path.length, isWanted) ??
      this.#start(path, slash + 1, path.length, parent)
    )
  }

  /** The node of the directory whose path is the first `length` bytes of a path. */
  #directoryAt(path: BytePath, length: number): number {
    const { directory, node: known } = this.#latest
    if (directory.length === length && path.startsWith(directory)) return known
    let node = rootNode
    for (let from = 1; from <= length;) {
      const to = path.indexOf('/', from)
      node = this.#index.find(node, path, from, to) ?? this.#start(path, from, to, node)
      from = to + 1
    }
    this.#latest = { directory: path.slice(0, length), node }
    return node
  }

  #start(path: string, from: number, to: number, parent: number): number {
    this.#makeRoom(this.size + 1)
    const node = this.names.add(path, from, to)
    for (const column of [this.parents, this.#lastChildren, this.#earlierSiblings, this.#childCounts])
      column.reserve(node + 1)
    this.parents.values[node] = parent
    const [last, counts] = [this.#lastChildren.values, this.#childCounts.values]
    this.#earlierSiblings.values[node] = last[parent] ?? unset
    last[parent] = node
    counts[parent] = (counts[parent] ?? 0) + 1
    this.#index.add(node, parent, path, from, to)
    return node
  }
}
