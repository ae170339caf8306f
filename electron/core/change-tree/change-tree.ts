import type { BytePath } from '../base/byte-path'
import { ByteStrings } from '../columns/byte-strings'
import type { Change, ChangeKind, ChangeNote, ChangeTotals, FileType } from '../changes/change'
import { ChangeNotes, type LostContent, type MovedNode } from './node-findings'
import { Column } from '../columns/column'
import { capacity, FactColumns, unset } from './fact-columns'
import { FreshMarks } from './unseen-marks'
import type { NodeFacts } from './node-facts'
import { PathNodes, rootNode } from './path-nodes'
import { RolledUp, runtimeCount } from './subtree-totals'
import { SinceOpened } from './since-opened'
import { treeTooLarge, usualLimits, type TreeLimits } from './tree-limits'

export { rootNode } from './path-nodes'

/** Nodes between two points where other work may go first. */
const slice = 2048

/**
 * All changed paths of one upper layer and the directories that lead to them. Nodes only come: one whose change is gone stays without,
 * and is no change any more. A node's parent always has a smaller number. View state (what is expanded, sorted, filtered) is
 * not in here.
 */
export class ChangeTree implements NodeFacts {
  readonly #nodes = new PathNodes((size) => {
    this.#makeRoom(size)
  })
  /** By the node's number; the root's is empty. */
  readonly names = this.#nodes.names
  readonly #linkTargets = new ByteStrings()
  readonly #facts = new FactColumns(this.#linkTargets)
  readonly #rolled = new RolledUp(this.#nodes.parents, 11)
  readonly #fresh = new FreshMarks(this.#nodes.parents)
  readonly #notes = new ChangeNotes()
  /** The look in which a node's change was found last, and the one in which it became what it is. */
  readonly #foundIn = new Column(Int32Array, unset, capacity(19))
  readonly #changedIn = new Column(Int32Array, unset, capacity(20))
  /** The same nodes against the moment when a look was complete for the first time. */
  readonly sinceOpened = new SinceOpened(this.#facts, this.#linkTargets, this.#nodes)
  readonly #limits: TreeLimits
  #look = 0
  #hasEmptyNodes = false
  #revision = 0
  readonly #isFree = (node: number) =>
    this.#facts.kinds.values[node] === unset || this.#foundIn.values[node] !== this.#look

  constructor(limits: TreeLimits = usualLimits) {
    this.#limits = limits
  }

  /** Number of nodes, the root included. */
  get size(): number {
    return this.names.length
  }

  get totals(): ChangeTotals {
    return this.totalsOf(rootNode)
  }

  /** Changes that the engine makes for every container; no total counts them. */
  get runtime(): number {
    return this.#rolled.runtime(rootNode)
  }

  /** Another number whenever a row may look different. */
  get revision(): number {
    return this.#revision
  }

  /** Begins to go through all changes once more and gives the look's number. */
  beginLook(): number {
    this.#look += 1
    return this.#look
  }

  /**
   * Puts in what a look found and gives its node: the one of that path where the look has not found it yet. A path that comes
   * again in one look is another file: the engine shows names that differ only in bytes that are not UTF-8 alike.
   * @throws FailureError `too-large`; the tree stays as it is
   */
  add(change: Change, isRuntime = false): number {
    const node = this.#nodes.findOrStart(change.path, this.#isFree)
    this.#foundIn.values[node] = this.#look
    if (this.#facts.is(node, change, isRuntime)) this.#setTime(node, change.modifiedAt ?? NaN)
    else {
      this.#replace(node, () => {
        this.#facts.write(node, change, isRuntime)
      })
      this.#fresh.set(node, this.sinceOpened.hasOpening && !isRuntime)
    }
    return node
  }

  /**
   * Takes out what a look that is complete did not find again. The first time this is the moment that `sinceOpened` compares with.
   * Stops at each `yield`, so that other work can go first.
   */
  *endLook(): Generator<void, void> {
    const [size, look] = [this.size, this.#look]
    for (let node = rootNode; node < size; node += 1) {
      if (node % slice === slice - 1) yield
      if (this.#facts.kinds.values[node] === unset || this.#foundIn.values[node] === look) continue
      this.#replace(node, () => {
        this.#facts.clear(node)
      })
      this.#fresh.set(node, false)
      this.#hasEmptyNodes = true
    }
    this.sinceOpened.takeOpening(size)
  }

  /** Paths that changed since a person looked, at a node and below it; none before a look was complete. */
  freshAt(node: number): number {
    return this.#fresh.count(node)
  }

  /** Whether a path itself changed since then. */
  isFresh(node: number): boolean {
    return this.#fresh.isFresh(node)
  }

  /** Takes all these marks off. */
  seen(): void {
    this.#revision += 1
    this.#fresh.clear()
  }

  /** Begins another second look, which finds out everything anew. */
  beginNotes(): void {
    this.#notes.begin()
  }

  /** Takes in what was found out about what `look` listed; what became something else since then is passed over. */
  note(note: ChangeNote, look: number): void {
    const node = this.#notable(note.kind === 'moved' ? note.to : note.path, look)
    if (node === undefined) return
    this.#revision += 1
    switch (note.kind) {
      case 'content':
        this.#notes.settleContent(node, note.same)
        return
      case 'attributes':
        this.#notes.setAttributes(node)
        return
      case 'lost':
        this.#notes.setLost(node, note)
        return
      case 'moved': {
        const from = this.#notable(note.from, look)
        if (from !== undefined && from !== node) this.#notes.setMoved(from, node, note.by)
      }
    }
  }

  /** Forgets notes that a complete second look at what `look` listed did not find again. */
  *endNotes(look: number): Generator<void, void> {
    const size = Math.min(this.size, this.#notes.length)
    for (let node = rootNode; node < size; node += 1) {
      if (node % slice === slice - 1) yield
      if ((this.#changedIn.values[node] ?? unset) <= look) this.#notes.forgetUnconfirmed(node)
    }
  }

  lost(node: number): LostContent | undefined {
    return this.#notes.lost(node)
  }

  moved(node: number): MovedNode | undefined {
    return this.#notes.moved(node)
  }

  name(node: number): string {
    return this.names.text(node)
  }

  parent(node: number): number {
    return this.#nodes.parent(node)
  }

  path(node: number): BytePath {
    return this.#nodes.path(node)
  }

  /** The node of a path, the first one where several look alike. */
  nodeAt(path: BytePath): number | undefined {
    return this.#nodes.find(path)
  }

  childCount(node: number): number {
    return this.#nodes.childCount(node)
  }

  /** The child that came last, or -1; `earlierSibling` leads to the others. */
  lastChild(node: number): number {
    return this.#nodes.lastChild(node)
  }

  /** The child of the same directory that came before this one, or -1. */
  earlierSibling(node: number): number {
    return this.#nodes.earlierSibling(node)
  }

  kind(node: number): ChangeKind | undefined {
    return this.#facts.kind(node)
  }

  type(node: number): FileType {
    return this.#facts.type(node)
  }

  /** With what was found out about it later. */
  change(node: number): Change | undefined {
    const facts = this.#facts.facts(node)
    return facts && { path: this.path(node), ...this.#notes.settle(node, facts) }
  }

  ownSize(node: number): number {
    return this.#facts.size(node)
  }

  shownSize(node: number): number {
    const own = this.ownSize(node)
    return own === unset ? this.#rolled.bytes(node) : own
  }

  time(node: number): number {
    return this.#facts.time(node)
  }

  totalsOf(node: number): ChangeTotals {
    return this.#rolled.totals(node)
  }

  isRuntime(node: number): boolean {
    return this.#facts.isRuntime(node)
  }

  hasEmptyNodes(runtimeToo: boolean): boolean {
    return this.#hasEmptyNodes || (!runtimeToo && this.runtime > 0)
  }

  leads(node: number, runtimeToo: boolean): boolean {
    return this.#rolled.hasAny(node, runtimeToo)
  }

  /** Of a directory that is the same otherwise. */
  #setTime(node: number, time: number): void {
    if (Object.is(this.#facts.time(node), time)) return
    this.#facts.setTime(node, time)
    this.#revision += 1
  }

  #replace(node: number, write: () => void): void {
    this.#revision += 1
    this.#count(node, -1)
    this.sinceOpened.around(node, this.size, write)
    this.#count(node, 1)
    this.#changedIn.values[node] = this.#look
    this.#notes.forget(node)
  }

  #count(node: number, times: 1 | -1): void {
    const kind = this.#facts.kinds.values[node] ?? unset
    if (kind === unset) return
    const what = this.#facts.isRuntime(node) ? runtimeCount : kind
    this.#rolled.add(node, what, this.#facts.bytesInUpper(node), times)
  }

  /** A node that is a change still and was one in that look already. */
  #notable(path: BytePath, look: number): number | undefined {
    const node = this.nodeAt(path)
    if (node === undefined || this.kind(node) === undefined) return undefined
    return (this.#changedIn.values[node] ?? unset) <= look ? node : undefined
  }

  #makeRoom(size: number): void {
    const { nodes, bytes } = this.#limits
    if (size > nodes || this.names.used + this.#linkTargets.used > bytes) throw treeTooLarge(this.#limits)
    for (const columns of [this.#facts, this.#rolled, this.#fresh, this.#foundIn, this.#changedIn])
      columns.reserve(size)
  }
}
