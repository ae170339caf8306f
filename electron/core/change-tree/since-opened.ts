import type { ByteStrings } from '../columns/byte-strings'
import {
  changeKinds,
  type Change,
  type ChangeKind,
  type ChangeTotals,
  type FileType,
} from '../changes/change'
import { differencesBetweenLooks } from '../changes/difference-between-readings'
import { unset, type FactColumns } from './fact-columns'
import type { NodeFacts } from './node-facts'
import { OpeningFacts } from './facts-when-opened'
import type { PathNodes } from './path-nodes'
import { RolledUp, runtimeCount } from './subtree-totals'

/** Facts of one version in the columns that hold them. */
interface Version {
  readonly facts: FactColumns
  readonly at: number
}

/**
 * A tree held against itself when the listing was complete for the first time. What the image has and nobody had changed then counts
 * as there: a change that was added then and is gone is deleted; a deletion that was taken back is added, with the facts of the image's version;
 * a modification that was taken back is modified, and its facts are not known, for the tree knows nothing of unchanged paths.
 */
export class SinceOpened implements NodeFacts {
  readonly #now: FactColumns
  readonly #then: OpeningFacts
  readonly #rolled: RolledUp
  readonly #nodes: PathNodes

  constructor(now: FactColumns, targets: ByteStrings, nodes: PathNodes) {
    this.#now = now
    this.#then = new OpeningFacts(targets)
    this.#rolled = new RolledUp(nodes.parents, 25)
    this.#nodes = nodes
  }

  /** Takes the listing as it is for the moment to compare with, unless there is one. */
  takeOpening(size: number): void {
    if (!this.#then.isTaken) this.#then.take(size)
  }

  get hasOpening(): boolean {
    return this.#then.isTaken
  }

  /** To be called around every change of a node's facts; `size` is how many nodes there are. */
  around(node: number, size: number, change: () => void): void {
    if (!this.#then.isTaken) {
      change()
      return
    }
    this.#rolled.reserve(size)
    this.#count(node, -1)
    this.#then.remember(node, this.#now)
    change()
    this.#count(node, 1)
  }

  kind(node: number): ChangeKind | undefined {
    const [then, now] = [this.#thenOf(node), this.#nowOf(node)]
    if (then?.at === now?.at && then?.facts === now?.facts) return undefined
    const [kindThen, kindNow] = [then?.facts.kind(then.at), now?.facts.kind(now.at)]
    const isInImage = (kindThen ?? kindNow) !== 'added'
    const wasThere = kindThen === undefined ? isInImage : kindThen !== 'deleted'
    const isThere = kindNow === undefined ? isInImage : kindNow !== 'deleted'
    if (!wasThere || !isThere) return wasThere ? 'deleted' : isThere ? 'added' : undefined
    return then !== undefined && now !== undefined && then.facts.isLike(then.at, now.facts, now.at)
      ? undefined
      : 'modified'
  }

  type(node: number): FileType {
    const version = this.#shown(node) ?? this.#thenOf(node)
    return version?.facts.type(version.at) ?? 'unknown'
  }

  ownSize(node: number): number {
    const version = this.#shown(node)
    return version?.facts.size(version.at) ?? unset
  }

  shownSize(node: number): number {
    const own = this.ownSize(node)
    return own === unset ? this.#rolled.bytes(node) : own
  }

  time(node: number): number {
    const version = this.#shown(node)
    return version?.facts.time(version.at) ?? NaN
  }

  totalsOf(node: number): ChangeTotals {
    return this.#rolled.totals(node)
  }

  change(node: number): Change | undefined {
    const kind = this.kind(node)
    if (kind === undefined) return undefined
    const path = this.#nodes.path(node)
    const version = this.#shown(node)
    const facts = version?.facts.facts(version.at)
    if (facts === undefined) return { path, kind, type: this.type(node) }
    const { aspects: _, contentUnsure: __, ...others } = facts
    const then = this.#thenOf(node)
    const before = kind === 'modified' && then !== undefined ? then.facts.facts(then.at) : undefined
    return { ...others, ...(before === undefined ? {} : differencesBetweenLooks(before, facts)), path, kind }
  }

  isRuntime(node: number): boolean {
    const version = this.#nowOf(node) ?? this.#thenOf(node)
    return version?.facts.isRuntime(version.at) ?? false
  }

  hasEmptyNodes(): boolean {
    return true
  }

  leads(node: number, runtimeToo: boolean): boolean {
    return this.#rolled.hasAny(node, runtimeToo)
  }

  /** The version whose facts a row shows: the one of now, or what is gone. */
  #shown(node: number): Version | undefined {
    const [then, now] = [this.#thenOf(node), this.#nowOf(node)]
    switch (this.kind(node)) {
      case 'added':
      case 'deleted':
        return now?.facts.kind(now.at) === 'deleted' ? (then ?? now) : (now ?? then)
      case 'modified':
        return now
      default:
        return undefined
    }
  }

  #nowOf(node: number): Version | undefined {
    return this.#now.kinds.values[node] === unset ? undefined : { facts: this.#now, at: node }
  }

  #thenOf(node: number): Version | undefined {
    if (!this.#then.isTaken) return this.#nowOf(node)
    if (this.#then.isLater(node)) return undefined
    const place = this.#then.place(node)
    if (place === unset) return this.#nowOf(node)
    return this.#then.facts.kinds.values[place] === unset ? undefined : { facts: this.#then.facts, at: place }
  }

  #count(node: number, times: 1 | -1): void {
    const kind = this.kind(node)
    if (kind === undefined) return
    const now = this.#nowOf(node)
    const bytes = kind === 'deleted' || now === undefined ? 0 : now.facts.bytesInUpper(now.at)
    const what = this.isRuntime(node) ? runtimeCount : changeKinds.indexOf(kind)
    this.#rolled.add(node, what, bytes, times)
  }
}
