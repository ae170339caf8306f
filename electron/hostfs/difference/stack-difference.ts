import { rootPath, type BytePath } from '../../core/base/byte-path'
import { aspectBit, type Change, type ChangeNote } from '../../core/changes/change'
import { besideImage, changeOfVersion, differences } from '../../core/changes/version-difference'
import { entriesAt, type PlacedEntry } from '../lookups/entries-at'
import { attributesNotCompared, equalAttributes } from '../attributes/equal-attributes'
import { FurtherNames } from '../upper/further-names'
import type { HostFiles } from '../host/host-files'
import { LowerLayers } from '../stack/layer-stack'
import { mostBytesCompared, equalDigests, type FilePair } from '../lookups/equal-digests'
import {
  candidatesIn,
  commonParts,
  UpperEntries,
  type Candidate,
  type DirectoryParts,
  type Whereabouts,
} from './stack-names'
import type { UpperEntry } from '../upper/upper-entry'

/** Layer directories as bytes, top first; the container's upper layer is its first. */
export interface TwoStacks {
  readonly container: readonly string[]
  readonly image: readonly string[]
}

/** Directories and paths worked on together: few at first so that rows show at once, then more, for fewer round trips. */
const firstDirectories = 64
const mostDirectories = 4096
const mostPaths = 16_384

const contentBit = aspectBit('content')
const attributesBit = aspectBit('attributes')

/** One version of a path: its facts, and where on the host it is. */
interface Version {
  readonly entry: UpperEntry | PlacedEntry
  readonly place: string
}

/** Both versions of a path that are not one and the same file of the host. */
interface TwoVersions {
  readonly path: BytePath
  readonly now: Version
  readonly then: Version
}

/** A row that only the content can decide about or say more of. */
interface Undecided {
  readonly change: Change
  readonly pair: FilePair
}

/**
 * What a container has otherwise than an image, through the host's files. Goes down directory by directory and only where
 * the two stacks do not merge the very same directories, so that the cost grows with what they do not share.
 */
export class StackDifference {
  readonly #host: HostFiles
  readonly #upperPlace: string
  readonly #container: LowerLayers
  readonly #image: LowerLayers
  readonly #furtherNames = new FurtherNames()
  /** Files that are equal in all that was looked at. */
  #perhapsEqual: Undecided[] = []
  /** Files of one size that differ in something else. */
  readonly #contentUnsure: Undecided[] = []
  #bytesLeft: number
  #attributesUnseen = false
  #compared = 0

  constructor(host: HostFiles, stacks: TwoStacks, bytesCompared = mostBytesCompared) {
    this.#host = host
    this.#upperPlace = stacks.container[0] ?? ''
    this.#container = new LowerLayers(host, stacks.container)
    this.#image = new LowerLayers(host, stacks.image)
    this.#bytesLeft = bytesCompared
  }

  /**
   * The rows as they are found. An empty batch comes first and tells that the host can be read.
   * @throws FailureError `command-failed` or `cancelled`
   */
  async *changes(signal: AbortSignal): AsyncGenerator<Change[]> {
    const upper = await UpperEntries.read(this.#host, this.#upperPlace, signal)
    yield []
    const root = await this.#rootChange(signal)
    if (root.length > 0) yield root
    const waiting: DirectoryParts[] = [this.#partsOf(rootPath)]
    let size = firstDirectories
    for (let next = 0; next < waiting.length;) {
      const directories = waiting.slice(next, next + size)
      next += directories.length
      size = Math.min(size * 4, mostDirectories)
      const candidates = await candidatesIn(this.#host, upper, directories, signal)
      for (let at = 0; at < candidates.length; at += mostPaths) {
        const changes = await this.#compare(candidates.slice(at, at + mostPaths), waiting, signal)
        if (changes.length > 0) yield changes
        if (this.#perhapsEqual.length >= mostPaths) yield await this.#decide(signal)
      }
    }
    const decided = await this.#decide(signal)
    if (decided.length > 0) yield decided
  }

  /** How many paths were held against each other so far; those of layers that both have are left aside. */
  get compared(): number {
    return this.#compared
  }

  /**
   * The second look, when the first one is over: whether files that differ in other facts have the same content.
   * @returns what was not compared, in a sentence each
   */
  async *notes(signal: AbortSignal): AsyncGenerator<ChangeNote[], string[]> {
    for (let at = 0; at < this.#contentUnsure.length; at += mostPaths) {
      const some = this.#contentUnsure.slice(at, at + mostPaths)
      const same = await this.#areSame(some, signal)
      const notes: ChangeNote[] = []
      for (const [index, { change }] of some.entries()) {
        const isSame = same[index]
        if (isSame !== undefined) notes.push({ kind: 'content', path: change.path, same: isSame })
      }
      if (notes.length > 0) yield notes
    }
    return this.#attributesUnseen ? [attributesNotCompared] : []
  }

  /** The topmost layer's own directory is what a container shows as its root. */
  async #rootChange(signal: AbortSignal): Promise<Change[]> {
    const [place, other] = [
      this.#container.partsOf(rootPath)[0] ?? '',
      this.#image.partsOf(rootPath)[0] ?? '',
    ]
    const entries = await entriesAt(this.#host, [place, other], signal)
    const [now, then] = [entries.get(place), entries.get(other)]
    if (now === undefined || then === undefined) return []
    this.#compared += 1
    const versions = { path: rootPath, now: { entry: now, place }, then: { entry: then, place: other } }
    return await this.#modified([versions], signal)
  }

  async #compare(
    candidates: readonly Candidate[],
    waiting: DirectoryParts[],
    signal: AbortSignal,
  ): Promise<Change[]> {
    this.#compared += candidates.length
    const places = candidates.flatMap(({ container, image }) => [...placesIn(container), ...placesIn(image)])
    const entries = await entriesAt(this.#host, [...new Set(places)], signal)
    const ofContainer = this.#versions(candidates, 'container', entries)
    const ofImage = this.#versions(candidates, 'image', entries)
    await Promise.all([
      learnDirectories(this.#container, ofContainer, signal),
      learnDirectories(this.#image, ofImage, signal),
      leaveOutHidden(this.#container, ofContainer, signal),
      leaveOutHidden(this.#image, ofImage, signal),
    ])
    const changes: Change[] = []
    const both: TwoVersions[] = []
    for (const { path } of candidates) {
      const [now, then] = [ofContainer.get(path), ofImage.get(path)]
      if (now === undefined) {
        if (then !== undefined) changes.push(changeOfVersion(path, 'deleted', then.entry))
      } else if (then === undefined) changes.push(this.#present(path, 'added', now))
      else if (now.place !== then.place) both.push({ path, now, then })
      if (now?.entry.type !== 'directory') continue
      if (then?.entry.type !== 'directory') this.#image.noteMissing(path)
      const parts = this.#partsOf(path)
      if (commonParts(parts) < Math.max(parts.container.length, parts.image.length)) waiting.push(parts)
    }
    return [...changes, ...(await this.#modified(both, signal))]
  }

  #versions(
    candidates: readonly Candidate[],
    side: 'container' | 'image',
    entries: ReadonlyMap<string, PlacedEntry>,
  ): Map<BytePath, Version> {
    const versions = new Map<BytePath, Version>()
    for (const candidate of candidates) {
      const where = candidate[side]
      if (isEntry(where)) {
        versions.set(candidate.path, { entry: where, place: this.#upperPlace + where.path })
        continue
      }
      const place = where.find((one) => entries.has(one)) ?? ''
      const entry = entries.get(place)
      if (entry !== undefined && !entry.whiteout) versions.set(candidate.path, { entry, place })
    }
    return versions
  }

  /** Rows for what both have and what differs; files that only their content may tell apart wait. */
  async #modified(both: readonly TwoVersions[], signal: AbortSignal): Promise<Change[]> {
    const pairs = both.map(({ now, then }) => ({ left: now.place, right: then.place }))
    const sameAttributes = await equalAttributes(this.#host, pairs, signal)
    const changes: Change[] = []
    for (const [at, { path, now, then }] of both.entries()) {
      const { aspects, unseen } = differences(now.entry, then.entry, besideImage, {
        sameAttributes: sameAttributes?.[at],
      })
      if ((unseen & attributesBit) !== 0) this.#attributesUnseen = true
      const isUnsure = now.entry.type === 'file' && (unseen & contentBit) !== 0
      if (aspects === 0 && !isUnsure) continue
      const change: Change = { ...this.#present(path, 'modified', now), aspects, contentUnsure: isUnsure }
      if (aspects !== 0) changes.push(change)
      if (!isUnsure) continue
      const pair = { left: now.place, right: then.place, size: now.entry.size }
      ;(aspects === 0 ? this.#perhapsEqual : this.#contentUnsure).push({ change, pair })
    }
    return changes
  }

  /** Rows for the files that came out different, and for those of which it cannot be told. */
  async #decide(signal: AbortSignal): Promise<Change[]> {
    const undecided = this.#perhapsEqual
    this.#perhapsEqual = []
    const same = await this.#areSame(undecided, signal)
    return undecided.flatMap(({ change }, index) => {
      const isSame = same[index]
      if (isSame === true) return []
      return [{ ...change, aspects: isSame === false ? contentBit : 0, contentUnsure: isSame === undefined }]
    })
  }

  async #areSame(undecided: readonly Undecided[], signal: AbortSignal): Promise<(boolean | undefined)[]> {
    const pairs = undecided.map(({ pair }) => pair)
    const same = await equalDigests(this.#host, pairs, this.#bytesLeft, signal)
    for (const [index, { size }] of pairs.entries())
      if (same[index] !== undefined) this.#bytesLeft -= size * 2
    return same
  }

  #present(path: BytePath, kind: 'added' | 'modified', { entry }: Version): Change {
    const change = changeOfVersion(path, kind, entry)
    return entry.type === 'file' && this.#furtherNames.isOne(entry)
      ? { ...change, countedElsewhere: true }
      : change
  }

  #partsOf(path: BytePath): DirectoryParts {
    return { path, container: this.#container.partsOf(path), image: this.#image.partsOf(path) }
  }
}

function isEntry(where: Whereabouts): where is UpperEntry {
  return 'path' in where
}

function placesIn(where: Whereabouts): readonly string[] {
  return isEntry(where) ? [] : where
}

/** Has a stack find out which of its layers merge in the directories among some versions. */
async function learnDirectories(
  stack: LowerLayers,
  versions: ReadonlyMap<BytePath, Version>,
  signal: AbortSignal,
): Promise<void> {
  const directories = [...versions]
    .filter(([, { entry }]) => entry.type === 'directory')
    .map(([path]) => path)
  if (directories.length > 0) await stack.directories(directories, signal)
}

/** An empty file may be a whiteout by an attribute, which the stack knows. */
async function leaveOutHidden(
  stack: LowerLayers,
  versions: Map<BytePath, Version>,
  signal: AbortSignal,
): Promise<void> {
  const empty = [...versions]
    .filter(([, { entry }]) => entry.type === 'file' && entry.size === 0)
    .map(([path]) => path)
  if (empty.length === 0) return
  const there = await stack.versions(empty, signal)
  for (const path of empty) if (!there.has(path)) versions.delete(path)
}
