import type { ByteStrings } from '../columns/byte-strings'
import { changeKinds, fileTypes, type Change, type ChangeKind, type FileType } from '../changes/change'
import { Column } from '../columns/column'

/** Stands for "not known" in the columns; none of the facts is ever negative. */
export const unset = -1

/**
 * Each column begins with another capacity and doubles it while it is small, so that no two of them are ever copied for the same
 * node: all together would hold up everything else.
 */
export function capacity(column: number): number {
  return 1024 + 32 * column
}

const marks = { contentUnsure: 1, countedElsewhere: 2, runtime: 4 } as const

/** What a listing found out about many paths, a typed array for each fact; a place without a kind holds nothing. */
export class FactColumns {
  readonly kinds = new Column(Int8Array, unset, capacity(1))
  readonly #types = new Column(Int8Array, 0, capacity(2))
  readonly #sizes = new Column(Float64Array, unset, capacity(6))
  readonly #times = new Column(Float64Array, NaN, capacity(7))
  readonly #modes = new Column(Int32Array, unset, capacity(3))
  readonly #uids = new Column(Float64Array, unset, capacity(4))
  readonly #gids = new Column(Float64Array, unset, capacity(5))
  /** Where the link target is among all targets. */
  readonly #links = new Column(Int32Array, unset, capacity(8))
  readonly #aspects = new Column(Int16Array, unset, capacity(9))
  readonly #marks = new Column(Uint8Array, 0, capacity(10))
  readonly #targets: ByteStrings
  readonly #all = [
    ...[this.kinds, this.#types, this.#sizes, this.#times, this.#modes, this.#uids, this.#gids],
    ...[this.#links, this.#aspects, this.#marks],
  ]

  /** Versions that are compared with each other share their link targets. */
  constructor(targets: ByteStrings) {
    this.#targets = targets
  }

  /** Of most facts there is room only where one of them is known: an engine's list has none. */
  reserve(length: number): void {
    this.kinds.reserve(length)
  }

  write(at: number, change: Change, isRuntime: boolean): void {
    this.kinds.values[at] = changeKinds.indexOf(change.kind)
    const type = fileTypes.indexOf(change.type)
    if (this.#types.holds(at, type)) this.#types.values[at] = type
    const { size = unset, modifiedAt = NaN, mode = unset, uid = unset, gid = unset, aspects = unset } = change
    if (this.#sizes.holds(at, size)) this.#sizes.values[at] = size
    if (this.#times.holds(at, modifiedAt)) this.#times.values[at] = modifiedAt
    if (this.#modes.holds(at, mode)) this.#modes.values[at] = mode
    if (this.#uids.holds(at, uid)) this.#uids.values[at] = uid
    if (this.#gids.holds(at, gid)) this.#gids.values[at] = gid
    const link = change.linkTarget === undefined ? unset : this.#targets.add(change.linkTarget)
    if (this.#links.holds(at, link)) this.#links.values[at] = link
    if (this.#aspects.holds(at, aspects)) this.#aspects.values[at] = aspects
    const marked = marksOf(change, isRuntime)
    if (this.#marks.holds(at, marked)) this.#marks.values[at] = marked
  }

  clear(at: number): void {
    for (const column of [
      this.kinds,
      this.#sizes,
      this.#modes,
      this.#uids,
      this.#gids,
      this.#links,
      this.#aspects,
    ])
      if (column.has(at)) column.values[at] = unset
    if (this.#times.has(at)) this.#times.values[at] = NaN
    if (this.#types.has(at)) this.#types.values[at] = 0
    if (this.#marks.has(at)) this.#marks.values[at] = 0
  }

  copy({
    from,
    fromAt,
    at,
  }: {
    readonly from: FactColumns
    readonly fromAt: number
    readonly at: number
  }): void {
    this.reserve(at + 1)
    for (const [index, column] of this.#all.entries()) {
      const value = from.#all[index]?.at(fromAt) ?? unset
      if (column.holds(at, value)) column.values[at] = value
    }
  }

  /** Whether exactly this is known already. Of a directory the time may differ: every name that comes or goes in it moves it. */
  is(at: number, change: Change, isRuntime: boolean): boolean {
    const link = this.#links.at(at)
    const target = change.linkTarget
    return (
      this.kinds.values[at] === changeKinds.indexOf(change.kind) &&
      this.#types.at(at) === fileTypes.indexOf(change.type) &&
      this.size(at) === (change.size ?? unset) &&
      (change.type === 'directory' || Object.is(this.time(at), change.modifiedAt ?? NaN)) &&
      this.#modes.at(at) === (change.mode ?? unset) &&
      this.#uids.at(at) === (change.uid ?? unset) &&
      this.#gids.at(at) === (change.gid ?? unset) &&
      this.#aspects.at(at) === (change.aspects ?? unset) &&
      this.#marks.at(at) === marksOf(change, isRuntime) &&
      (target === undefined
        ? link === unset
        : link !== unset && this.#targets.is(link, target, 0, target.length))
    )
  }

  /** Whether two versions of a path have the same facts, whatever was said of their lower version. */
  isLike(at: number, other: FactColumns, otherAt: number): boolean {
    const [link, otherLink] = [this.#links.at(at), other.#links.at(otherAt)]
    const areDirectories = this.type(at) === 'directory'
    return (
      this.#comparable(areDirectories).every((column, index) =>
        Object.is(column.at(at), other.#comparable(areDirectories)[index]?.at(otherAt)),
      ) &&
      (link === otherLink ||
        (link !== unset && otherLink !== unset && this.#targets.compare(link, otherLink) === 0))
    )
  }

  kind(at: number): ChangeKind | undefined {
    return changeKinds[this.kinds.values[at] ?? unset]
  }

  type(at: number): FileType {
    return fileTypes[this.#types.at(at)] ?? 'unknown'
  }

  /** -1 where it is not known. */
  size(at: number): number {
    return this.#sizes.has(at) ? (this.#sizes.values[at] ?? unset) : unset
  }

  /** NaN where it is not known. */
  time(at: number): number {
    return this.#times.has(at) ? (this.#times.values[at] ?? NaN) : NaN
  }

  setTime(at: number, time: number): void {
    if (this.#times.holds(at, time)) this.#times.values[at] = time
  }

  isRuntime(at: number): boolean {
    return (this.#marks.at(at) & marks.runtime) !== 0
  }

  /** What `bytesInUpper` tells of the change. */
  bytesInUpper(at: number): number {
    const isElsewhere = (this.#marks.at(at) & marks.countedElsewhere) !== 0
    return isElsewhere || this.kind(at) === 'deleted' ? 0 : Math.max(0, this.size(at))
  }

  #comparable(areDirectories: boolean): readonly Column<Int8Array | Int32Array | Float64Array>[] {
    const facts = [this.#types, this.#sizes, this.#modes, this.#uids, this.#gids]
    return areDirectories ? facts : [...facts, this.#times]
  }

  /** All that is known, as it came. */
  facts(at: number): Omit<Change, 'path'> | undefined {
    const kind = this.kind(at)
    if (kind === undefined) return undefined
    const time = this.time(at)
    const link = this.#links.at(at)
    const marked = this.#marks.at(at)
    return {
      kind,
      type: this.type(at),
      ...known('size', this.size(at)),
      ...known('mode', this.#modes.at(at)),
      ...known('uid', this.#uids.at(at)),
      ...known('gid', this.#gids.at(at)),
      ...(Number.isNaN(time) ? {} : { modifiedAt: time }),
      ...(link === unset ? {} : { linkTarget: this.#targets.text(link) }),
      ...known('aspects', this.#aspects.at(at)),
      ...((marked & marks.contentUnsure) === 0 ? {} : { contentUnsure: true }),
      ...((marked & marks.countedElsewhere) === 0 ? {} : { countedElsewhere: true }),
    }
  }
}

function marksOf({ contentUnsure, countedElsewhere }: Change, isRuntime: boolean): number {
  return (
    (contentUnsure === true ? marks.contentUnsure : 0) |
    (countedElsewhere === true ? marks.countedElsewhere : 0) |
    (isRuntime ? marks.runtime : 0)
  )
}

function known<Key extends string>(key: Key, value: number | undefined): Partial<Record<Key, number>> {
  return value === undefined || value === unset ? {} : ({ [key]: value } as Record<Key, number>)
}
