import type { BytePath } from './byte-path'
import {
  bytesInUpper,
  changeKinds,
  fileTypes,
  type Change,
  type ChangeKind,
  type ChangeTotals,
} from './change'
import { ChangeColumns, unset } from './change-columns'

/** The root's number; every other node is numbered in the order it came, and keeps its number. */
export const rootNode = 0

/**
 * All changed paths of one upper layer and the directories that lead to them. Only grows; a node's parent
 * always has a smaller number. View state (what is expanded, sorted, filtered) is not in here.
 */
export class ChangeTree {
  readonly #names: string[] = ['']
  readonly #children = new Map<number, Map<string, number>>()
  readonly #linkTargets = new Map<number, string>()
  readonly #columns = new ChangeColumns()

  /** Number of nodes, the root included. */
  get size(): number {
    return this.#names.length
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
    const first = this.#nodeAt(change.path)
    const node =
      columns.kinds[first] === unset ? first : this.#startNode(this.parent(first), this.name(first))
    columns.kinds[node] = changeKinds.indexOf(change.kind)
    columns.types[node] = fileTypes.indexOf(change.type)
    columns.modes[node] = change.mode ?? unset
    columns.uids[node] = change.uid ?? unset
    columns.gids[node] = change.gid ?? unset
    columns.sizes[node] = change.size ?? unset
    columns.times[node] = change.modifiedAt ?? NaN
    if (change.linkTarget !== undefined) this.#linkTargets.set(node, change.linkTarget)
    columns.rollUp(node, columns.kinds[node], bytesInUpper(change))
    return node
  }

  name(node: number): string {
    return this.#names[node] ?? ''
  }

  parent(node: number): number {
    return this.#columns.parents[node] ?? unset
  }

  path(node: number): BytePath {
    const segments: string[] = []
    for (let at = node; at > rootNode; at = this.parent(at)) segments.unshift('/', this.name(at))
    return segments.join('') as BytePath
  }

  /** In the order they came. */
  children(node: number): number[] {
    const children = this.#children.get(node)
    return children === undefined ? [] : [...children.values()]
  }

  childCount(node: number): number {
    return this.#children.get(node)?.size ?? 0
  }

  /** Nothing for a directory that merely leads to a change. */
  kind(node: number): ChangeKind | undefined {
    return changeKinds[this.#columns.kinds[node] ?? unset]
  }

  /** The change at a node, nothing where the node merely leads to one. */
  change(node: number): Change | undefined {
    const kind = this.kind(node)
    if (kind === undefined) return undefined
    const columns = this.#columns
    const time = columns.times[node] ?? NaN
    const linkTarget = this.#linkTargets.get(node)
    return {
      path: this.path(node),
      kind,
      type: fileTypes[columns.types[node] ?? 0] ?? 'unknown',
      ...known('size', columns.sizes[node]),
      ...known('mode', columns.modes[node]),
      ...known('uid', columns.uids[node]),
      ...known('gid', columns.gids[node]),
      ...(Number.isNaN(time) ? {} : { modifiedAt: time }),
      ...(linkTarget === undefined ? {} : { linkTarget }),
    }
  }

  /** The size a person reads in the node's row: its own, or what is below it. */
  shownSize(node: number): number {
    const own = this.#columns.sizes[node] ?? unset
    return own === unset ? (this.#columns.bytes[node] ?? 0) : own
  }

  /** Milliseconds since 1970, or NaN where the lens did not tell. */
  time(node: number): number {
    return this.#columns.times[node] ?? NaN
  }

  /** Counts of the node itself and of everything below it. */
  totalsOf(node: number): ChangeTotals {
    const { counts, bytes } = this.#columns
    const at = node * changeKinds.length
    return {
      added: counts[at] ?? 0,
      modified: counts[at + 1] ?? 0,
      deleted: counts[at + 2] ?? 0,
      bytes: bytes[node] ?? 0,
    }
  }

  #nodeAt(path: BytePath): number {
    let node = rootNode
    for (const name of path.split('/').slice(1)) {
      node = this.#children.get(node)?.get(name) ?? this.#startNode(node, name)
    }
    return node
  }

  #startNode(parent: number, name: string): number {
    const node = this.#names.push(name) - 1
    const siblings = this.#children.get(parent) ?? new Map<string, number>()
    if (siblings.size === 0) this.#children.set(parent, siblings)
    // A name that is taken gets a key that no file can have, so that both stay.
    siblings.set(siblings.has(name) ? `${name}\0${String(node)}` : name, node)
    this.#columns.start(node, parent)
    return node
  }
}

function known<Key extends string>(key: Key, value: number | undefined): Partial<Record<Key, number>> {
  return value === undefined || value === unset ? {} : ({ [key]: value } as Record<Key, number>)
}
