import { aspectBit, type AspectBits, type Change, type MoveEvidence } from '../changes/change'
import { Column } from '../columns/column'
import { capacity, unset } from './fact-columns'

const flags = { same: 1, differs: 2, attributes: 4, movedByOrigin: 8 } as const
const settled = flags.same | flags.differs
const nothing = 0

/** What a deleted directory held, itself not counted. */
export interface LostContent {
  readonly entries: number
  readonly bytes: number
}

/** The other end of a probable rename. */
export interface MovedNode {
  readonly node: number
  readonly by: MoveEvidence
}

/** What a second look found out about a tree's nodes. Its columns are as long as the largest node that has such a note. */
export class ChangeNotes {
  readonly #flags = new Column(Uint8Array, 0, capacity(23))
  /** 1 for what was found in the second look that is under way. */
  readonly #confirmed = new Column(Uint8Array, 0, capacity(24))
  readonly #lostEntries = new Column(Float64Array, unset, 16)
  readonly #lostBytes = new Column(Float64Array, 0, 16)
  readonly #moved = new Column(Int32Array, unset, 16)

  /** Nodes beyond this have no notes. */
  get length(): number {
    return this.#flags.values.length
  }

  settleContent(node: number, same: boolean): void {
    const others = this.#confirm(node) & ~settled
    this.#flags.values[node] = others | (same ? flags.same : flags.differs)
  }

  setAttributes(node: number): void {
    this.#flags.values[node] = this.#confirm(node) | flags.attributes
  }

  setLost(node: number, { entries, bytes }: LostContent): void {
    this.#confirm(node)
    this.#lostEntries.reserve(node + 1)
    this.#lostBytes.reserve(node + 1)
    this.#lostEntries.values[node] = entries
    this.#lostBytes.values[node] = bytes
  }

  /** Each node is an end of one rename at most; the latest counts. */
  setMoved(from: number, to: number, by: MoveEvidence): void {
    for (const [node, other] of [
      [from, to],
      [to, from],
    ] as const) {
      if (this.#moved.at(node) !== other) this.#part(node)
      const others = this.#confirm(node) & ~flags.movedByOrigin
      this.#flags.values[node] = others | (by === 'origin' ? flags.movedByOrigin : 0)
      this.#moved.reserve(node + 1)
      this.#moved.values[node] = other
    }
  }

  lost(node: number): LostContent | undefined {
    const entries = this.#lostEntries.at(node)
    return entries === unset ? undefined : { entries, bytes: this.#lostBytes.values[node] ?? 0 }
  }

  moved(node: number): MovedNode | undefined {
    const other = this.#moved.at(node)
    const isByOrigin = ((this.#flags.values[node] ?? 0) & flags.movedByOrigin) !== 0
    return other === unset ? undefined : { node: other, by: isByOrigin ? 'origin' : 'content' }
  }

  /** What a change is with what was found out about it. */
  settle<Facts extends Omit<Change, 'path'>>(node: number, facts: Facts): Facts {
    const noted = this.#flags.values[node] ?? nothing
    if ((noted & (settled | flags.attributes)) === 0) return facts
    const { contentUnsure, ...others } = facts
    const isUnsure = contentUnsure === true && (noted & settled) === 0
    const aspects = withNotes(facts.aspects ?? 0, noted)
    return { ...others, aspects, ...(isUnsure ? { contentUnsure } : {}) } as Facts
  }

  forget(node: number): void {
    if (node >= this.length) return
    this.#flags.values[node] = nothing
    if (node < this.#lostEntries.values.length) this.#lostEntries.values[node] = unset
    this.#part(node)
  }

  /** Begins another second look at everything. */
  begin(): void {
    this.#confirmed.clear()
  }

  /** Forgets what the second look did not find again, if it has looked at this node as it is. */
  forgetUnconfirmed(node: number): void {
    if (this.#confirmed.values[node] !== 1) this.forget(node)
  }

  #confirm(node: number): number {
    this.#flags.reserve(node + 1)
    this.#confirmed.reserve(node + 1)
    this.#confirmed.values[node] = 1
    return this.#flags.values[node] ?? nothing
  }

  #part(node: number): void {
    const other = this.#moved.at(node)
    if (other === unset) return
    this.#moved.values[node] = unset
    if (this.#moved.values[other] === node) this.#moved.values[other] = unset
  }
}

function withNotes(aspects: AspectBits, noted: number): AspectBits {
  const content = aspectBit('content')
  const others = aspects & ~content
  const isContent = (noted & settled) === 0 ? aspects & content : (noted & flags.differs) === 0 ? 0 : content
  return others | isContent | ((noted & flags.attributes) === 0 ? 0 : aspectBit('attributes'))
}
