import { childOf, nameOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import type { Change } from '../../core/changes/change'
import { addedEntry, deletedEntry, leadsOnly, modifiedEntry } from './change-of-entry'
import { directoryNames } from '../lookups/directory-names'
import { EngineCopies } from '../lookups/alike-pairs'
import { isFuseMark } from '../overlay/fuse-marks'
import { FurtherNames } from './further-names'
import { hostPath, type HostFiles } from '../host/host-files'
import { linkTargets } from '../lookups/link-targets'
import { KnownAttributes } from '../attributes/known-attributes'
import { KnownStats } from '../lookups/stat-cache'
import { LowerLayers } from '../stack/layer-stack'
import { plainDialect, type OverlayDialect } from '../host/overlay-dialect'
import { revealedEntries } from './redirected-directories'
import type { HostStat } from '../lookups/stat-paths'
import type { UpperEntry } from './upper-entry'
import { UpperMarks, type DirectoryMarks } from './upper-marks'

/** Up to this many look-ups are made at once, most of them in vain, rather than one after the other where each is needed. */
const fewLookUps = 4000

/** An entry of the upper layer and what the layers below have at its path. */
interface ComparedEntry {
  readonly entry: UpperEntry
  readonly below: HostStat
}

/** One reading of an upper layer, whose entries are held against the layers below as they come. */
export class UpperReading {
  readonly dialect: OverlayDialect
  readonly #host: HostFiles
  readonly #upper: string
  readonly #lowerLayers: readonly string[]
  readonly #known: KnownStats
  readonly #attributes: KnownAttributes
  readonly #lower: LowerLayers
  readonly #marks: UpperMarks
  readonly #signal: AbortSignal
  /** Directories whose lower contents are hidden, with the names that are seen in them now. */
  readonly #replaced = new Map<BytePath, Set<string>>()
  /** Directories that show the content of other ones, with the names that the upper layer itself has in them. */
  readonly #redirected = new Map<BytePath, Set<string>>()
  readonly #furtherNames = new FurtherNames()
  readonly #copies: EngineCopies

  constructor(host: HostFiles, upper: string, lower: readonly string[], signal: AbortSignal) {
    this.dialect = host.dialect ?? plainDialect
    this.#host = host
    this.#upper = upper
    this.#lowerLayers = lower
    this.#copies = new EngineCopies(host)
    this.#known = new KnownStats(host)
    this.#attributes = new KnownAttributes(host)
    this.#lower = new LowerLayers(host, lower, this.#known)
    this.#marks = new UpperMarks(host, upper, signal)
    this.#signal = signal
  }

  /** Splits off what is new beyond doubt, being in a directory that no lower layer has; the rest needs a look there. */
  takeAdded(entries: UpperEntry[]): { changes: Change[]; open: UpperEntry[] } {
    const changes: Change[] = []
    const open: UpperEntry[] = []
    for (const entry of entries) {
      if (this.#needsLook(entry)) open.push(entry)
      else {
        if (entry.type === 'directory') this.#lower.noteMissing(entry.path)
        changes.push(addedEntry(entry, this.#furtherNames.isOne(entry)))
      }
    }
    return { changes, open }
  }

  async changesOf(entries: readonly UpperEntry[]): Promise<Change[]> {
    const directories = entries.filter((entry) => entry.type === 'directory').map((entry) => entry.path)
    const [lowerDirectories, marks] = await this.#directories(entries, directories)
    const others = entries.filter(
      (entry) => entry.type !== 'directory' && this.#lower.hasDirectory(parentOf(entry.path)),
    )
    const [devices, lowerOthers] = await Promise.all([
      this.#deviceStats(entries),
      this.#lower.versions(
        others.map((entry) => entry.path),
        this.#signal,
      ),
      this.#noteDirectories(directories, marks),
    ])
    const whiteouts = await this.#marks.whiteouts(entries, devices)
    const compared: ComparedEntry[] = []
    const leading: ComparedEntry[] = []
    const changes: Change[] = []
    for (const entry of entries) {
      const { path } = entry
      for (const names of [this.#replaced, this.#redirected]) names.get(parentOf(path))?.add(nameOf(path))
      const below = entry.type === 'directory' ? lowerDirectories.get(path) : lowerOthers.get(path)
      if (below === undefined) {
        // Below everything there is a root, also where no layer has one.
        if (path !== rootPath && !whiteouts.has(path))
          changes.push(addedEntry(entry, this.#furtherNames.isOne(entry)))
      } else if (whiteouts.has(path)) changes.push(deletedEntry(path, below))
      else (leadsOnly(entry, below) ? leading : compared).push({ entry, below })
    }
    const [modified, marked] = await Promise.all([
      this.#modified(compared, devices),
      this.#markedOtherwise(leading),
    ])
    for (const some of [modified, marked]) for (const change of some) changes.push(change)
    return changes
  }

  /** The lower versions of directories; where there is little to ask, everything is asked at once, and their marks come too. */
  async #directories(
    entries: readonly UpperEntry[],
    directories: readonly BytePath[],
  ): Promise<[Map<BytePath, HostStat>, DirectoryMarks | undefined]> {
    const places = entries.flatMap((entry) => [
      ...this.#lower.placesToAsk(entry.path),
      ...(isDevice(entry) ? [hostPath(this.#upper, entry.path)] : []),
    ])
    if (places.length > fewLookUps) {
      this.#known.forget()
      this.#attributes.forget()
      return [await this.#lower.directories(directories, this.#signal), undefined]
    }
    const lowerDirectories = async () => {
      await this.#known.learn(places, this.#signal)
      return await this.#lower.directories(directories, this.#signal)
    }
    return await Promise.all([lowerDirectories(), this.#marksOf(directories)])
  }

  /** With getfattr one command reads the attributes of both sides, which are compared later, and the marks among them. */
  async #marksOf(directories: readonly BytePath[]): Promise<DirectoryMarks> {
    if (!this.#host.tools.getfattr) return await this.#marks.ofDirectories(directories)
    const places = directories.flatMap((path) => [
      hostPath(this.#upper, path),
      ...this.#lower.placesToAsk(path),
    ])
    const found = await this.#attributes.learn(places, this.#signal)
    return await this.#marks.ofDirectories(directories, found)
  }

  /** What is seen in renamed directories. */
  async *revealed(): AsyncGenerator<Change[]> {
    const layers = { upper: this.#upper, lower: this.#lowerLayers, image: this.#lower }
    for await (const { changes, names } of revealedEntries(
      this.#host,
      layers,
      this.#redirected,
      this.#signal,
    )) {
      for (const [directory, seen] of names) {
        if (!this.#lower.hasDirectory(directory)) continue
        const all = this.#replaced.get(directory)
        if (all === undefined) this.#replaced.set(directory, new Set(seen))
        else for (const name of seen) all.add(name)
      }
      if (changes.length > 0) yield [...changes]
    }
  }

  /** What stood in replaced directories and is not there any more: a row each, a lost directory is one row. */
  async lostChildren(): Promise<Change[]> {
    const parts = new Map<string, BytePath[]>()
    for (const directory of this.#replaced.keys()) {
      for (const part of this.#lower.partsOf(directory))
        parts.set(part, [...(parts.get(part) ?? []), directory])
    }
    const names = await directoryNames(this.#host, [...parts.keys()], this.#signal)
    const isMark = (name: string) => this.dialect.driver === 'fuse-overlayfs' && isFuseMark(name)
    const lost = new Set<BytePath>()
    for (const [part, children] of names) {
      for (const directory of parts.get(part) ?? []) {
        for (const name of children) {
          if (this.#replaced.get(directory)?.has(name) !== true && !isMark(name))
            lost.add(childOf(directory, name))
        }
      }
    }
    const below = await this.#lower.versions([...lost], this.#signal)
    return [...below].map(([path, stat]) => deletedEntry(path, stat))
  }

  /** Rows for directories that differ in nothing but their extended attributes, access control lists among them. */
  async #markedOtherwise(leading: readonly ComparedEntry[]): Promise<Change[]> {
    const pairs = leading.map(({ entry: { path } }) => ({
      left: hostPath(this.#upper, path),
      right: this.#lower.partsOf(path)[0] ?? '',
    }))
    const same = await this.#attributes.equal(pairs, this.#signal)
    return leading.flatMap(({ entry, below }, at) =>
      same?.[at] === false
        ? [modifiedEntry(entry, below, { sameContent: false, sameAttributes: false }, false)]
        : [],
    )
  }

  /** Rows for what both have, with what differs. */
  async #modified(
    compared: readonly ComparedEntry[],
    devices: ReadonlyMap<string, HostStat>,
  ): Promise<Change[]> {
    const links = compared.filter(({ entry, below }) => entry.type === 'symlink' && below.type === 'symlink')
    const files = compared.filter(({ entry, below }) => entry.type === 'file' && below.type === 'file')
    const [targets, metadataOnly] = await Promise.all([
      this.#lowerTargets(links.map(({ entry }) => entry.path)),
      this.#marks.metadataOnly(files.map(({ entry }) => entry.path)),
    ])
    const changes = compared.map(({ entry, below }) => {
      const { path } = entry
      const device = devices.get(hostPath(this.#upper, path))?.device
      const only = metadataOnly.get(path)
      const sameContent = only?.ofNamesake === true && !this.#redirected.has(parentOf(path))
      const comparison = { lowerTarget: targets.get(path), device, sameContent }
      return modifiedEntry(entry, below, comparison, only !== undefined || this.#furtherNames.isOne(entry))
    })
    return this.#host.owners?.hasCopies === true ? await this.#withoutCopies(changes) : changes
  }

  /** Leaves out what the engine copied only to give it another owner. */
  async #withoutCopies(changes: readonly Change[]): Promise<Change[]> {
    const alike = changes.filter(({ aspects }) => aspects === 0)
    const places = await this.#lower.placedVersions(
      alike.map(({ path }) => path),
      this.#signal,
    )
    const pairs = alike.map(({ path, size = 0, contentUnsure: isUnsure = false }) => {
      const at = places.get(path)?.at
      const right = at === undefined ? '' : this.#lower.hostPathOf(at)
      return { left: hostPath(this.#upper, path), right, size, isUnsure }
    })
    const isCopy = await this.#copies.among(pairs, this.#signal)
    const copies = new Set(alike.filter((_, at) => isCopy[at]))
    return changes.filter((change) => !copies.has(change))
  }

  /** Where links of lower layers lead. */
  async #lowerTargets(links: readonly BytePath[]): Promise<Map<BytePath, string>> {
    const versions = await this.#lower.placedVersions(links, this.#signal)
    const places = new Map([...versions].map(([path, { at }]) => [path, this.#lower.hostPathOf(at)]))
    const targets = await linkTargets(this.#host, [...places.values()], this.#signal)
    const found = new Map<BytePath, string>()
    for (const [path, place] of places) {
      const target = targets.get(place)
      if (target !== undefined) found.set(path, target)
    }
    return found
  }

  #needsLook(entry: UpperEntry): boolean {
    const parent = parentOf(entry.path)
    if (!this.#lower.lacksDirectory(parent) || this.#redirected.has(parent)) return true
    if (entry.isWhiteout === true || entry.type === 'character-device') return true
    return (this.dialect.redirects && entry.type === 'directory') || this.#marks.mayBeWhiteout(entry)
  }

  /** Devices alone: a whiteout is told from a real device by its numbers, which find does not print. */
  #deviceStats(entries: readonly UpperEntry[]): Promise<Map<string, HostStat>> {
    const devices = entries.filter(isDevice)
    return this.#known.of(
      devices.map((entry) => hostPath(this.#upper, entry.path)),
      this.#signal,
    )
  }

  /**
   * Below an opaque directory every directory is new, so whatever the lower layers had there is hidden as well; below a renamed
   * one every directory shows what another one has.
   */
  async #noteDirectories(directories: readonly BytePath[], known: DirectoryMarks | undefined): Promise<void> {
    const asked = directories.filter((path) => this.dialect.redirects || this.#lower.hasDirectory(path))
    const { opaque, redirected } = known ?? (await this.#marks.ofDirectories(asked))
    for (const path of directories) {
      const parent = parentOf(path)
      if (!this.dialect.redirects && !this.#lower.hasDirectory(path)) continue
      const isOpaque = opaque.has(path)
      const isElsewhere = redirected.has(path) || (!isOpaque && this.#redirected.has(parent))
      if (isElsewhere) this.#redirected.set(path, new Set())
      if (!this.#lower.hasDirectory(path)) continue
      if (isOpaque || isElsewhere || this.#replaced.has(parent)) this.#replaced.set(path, new Set())
    }
  }
}

function isDevice({ type }: UpperEntry): boolean {
  return type === 'character-device' || type === 'block-device'
}
