import type { BytePath } from './byte-path'
import { ByteStrings } from './byte-strings'
import {
  bytesInUpper,
  changeKinds,
  fileTypes,
  type Change,
  type ChangeKind,
  type ChangeTotals,
  type FileType,
} from './change'
import { ChangeColumns, unset } from './change-columns'
import { ChildIndex } from './child-index'

/** The root's number; every other node is numbered in the order it came, and keeps its number. */
export const rootNode = 0

/**
 * All changed paths of one upper layer and the directories that lead to them. Only grows; a node's parent
 * always has a smaller number. View state (what is expanded, sorted, filtered) is not in here.
 */
export class ChangeTree {
  /** By the node's number; the root's is empty. */
  readonly names = new ByteStrings()
  readonly #linkTargets = new ByteStrings()
  readonly #columns = new ChangeColumns()
  readonly #index = new ChildIndex(this.names, this.#columns.parents)
  /** Changes of one directory mostly come one after the other. */
  #latest: { directory: string; node: number } = { directory: '', node: rootNode }

  constructor() {
    this.names.add('')
    this.#columns.start(rootNode, unset)
  }

  /** Number of nodes, the root included. */
  get size(): number {
    return this.names.length
  }

  get totals(): ChangeTotals {
    return this.totalsOf(rootNode)
  }

  /**
   * Puts a change in and gives its node. A path that comes again is another file: the engine shows names that
   * differ only in bytes that are not UTF-8 alike.
   */
  add(change: Change): number {
    const columns = this.#columns
    const node = this.#freeNodeAt(change.path)
    const kind = changeKinds.indexOf(change.kind)
    columns.kinds.values[node] = kind
    columns.types.values[node] = fileTypes.indexOf(change.type)
    columns.modes.values[node] = change.mode ?? unset
    columns.uids.values[node] = change.uid ?? unset
    columns.gids.values[node] = change.gid ?? unset
    columns.sizes.values[node] = change.size ?? unset
    columns.times.values[node] = change.modifiedAt ?? NaN
    if (change.linkTarget !== undefined)
      columns.linkTargets.values[node] = this.#linkTargets.add(change.linkTarget)
    columns.rollUp(node, kind, bytesInUpper(change))
    return node
  }

  name(node: number): string {
    return this.names.text(node)
  }

  parent(node: number): number {
    return this.#columns.parents.values[node] ?? unset
  }

  path(node: number): BytePath {
    const segments: string[] = []
    for (let at = node; at > rootNode; at = this.parent(at)) segments.unshift('/', this.name(at))
    return segments.join('') as BytePath
  }

  childCount(node: number): number {
    return this.#columns.childCounts.values[node] ?? 0
  }

  /** The child that came last, or -1; `earlierSibling` leads to the others. */
  lastChild(node: number): number {
    return this.#columns.lastChildren.values[node] ?? unset
  }

  /** The child of the same directory that came before this one, or -1. */
  earlierSibling(node: number): number {
    return this.#columns.earlierSiblings.values[node] ?? unset
  }

  /** Nothing for a directory that merely leads to a change. */
  kind(node: number): ChangeKind | undefined {
    return changeKinds[this.#columns.kinds.values[node] ?? unset]
  }

  type(node: number): FileType {
    return fileTypes[this.#columns.types.values[node] ?? 0] ?? 'unknown'
  }

  /** The change at a node, nothing where the node merely leads to one. */
  change(node: number): Change | undefined {
    const kind = this.kind(node)
    if (kind === undefined) return undefined
    const columns = this.#columns
    const time = this.time(node)
    const linkTarget = columns.linkTargets.values[node] ?? unset
    return {
      path: this.path(node),
      kind,
      type: this.type(node),
      ...known('size', columns.sizes.values[node]),
      ...known('mode', columns.modes.values[node]),
      ...known('uid', columns.uids.values[node]),
      ...known('gid', columns.gids.values[node]),
      ...(Number.isNaN(time) ? {} : { modifiedAt: time }),
      ...(linkTarget === unset ? {} : { linkTarget: this.#linkTargets.text(linkTarget) }),
    }
  }

  /** Bytes of the node's own content, or -1 where it has none or the lens did not tell. */
  ownSize(node: number): number {
    return this.#columns.sizes.values[node] ?? unset
  }

  /** The size a person reads in the node's row: its own, or what is below it. */
  shownSize(node: number): number {
    const own = this.ownSize(node)
    return own === unset ? (this.#columns.bytes.values[node] ?? 0) : own
  }

  /** Milliseconds since 1970, or NaN where the lens did not tell. */
  time(node: number): number {
    return this.#columns.times.values[node] ?? NaN
  }

  /** Counts of the node itself and of everything below it. */
  totalsOf(node: number): ChangeTotals {
    const [added = 0, modified = 0, deleted = 0] = this.#columns.counts.map(({ values }) => values[node])
    return { added, modified, deleted, bytes: this.#columns.bytes.values[node] ?? 0 }
  }

  #freeNodeAt(path: BytePath): number {
    const slash = path.lastIndexOf('/')
    if (slash === -1) return rootNode
    const parent = this.#directoryAt(path, slash)
    const known = this.#index.find(parent, path, slash + 1, path.length)
    return known !== undefined && this.#columns.kinds.values[known] === unset
      ? known
      : this.#startNode(parent, path, slash + 1, path.length)
  }

  /** The node of the directory whose path is the first `length` bytes of a path. */
  #directoryAt(path: BytePath, length: number): number {
    const { directory, node: known } = this.#latest
    if (directory.length === length && path.startsWith(directory)) return known
    let node = rootNode
    for (let from = 1; from <= length;) {
      const to = path.indexOf('/', from)
      node = this.#index.find(node, path, from, to) ?? this.#startNode(node, path, from, to)
      from = to + 1
    }
    this.#latest = { directory: path.slice(0, length), node }
    return node
  }

  #startNode(parent: number, path: string, from: number, to: number): number {
    const node = this.names.add(path, from, to)
    this.#columns.start(node, parent)
    this.#index.add(node, parent, path, from, to)
    return node
  }
}

function known<Key extends string>(key: Key, value: number | undefined): Partial<Record<Key, number>> {
  return value === undefined || value === unset ? {} : ({ [key]: value } as Record<Key, number>)
}
