import { childOf, nameOf, parentOf, type BytePath } from '../core/byte-path'
import type { Change } from '../core/change'
import type { OverlayDirectories } from '../core/container'
import { directoryNames } from './directory-names'
import { hostPath, type HostFiles } from './host-files'
import { LowerLayers } from './lower-layers'
import { opaqueDirectories } from './opaque-directories'
import { statPaths, type HostStat } from './stat-paths'
import { upperEntries } from './upper-entries'
import type { UpperEntry } from './upper-entry'

/** Entries worked on together: few at first so that rows show at once, then more, for fewer round trips. */
const firstBatch = 256
const largestBatch = 16_384

/**
 * The host lens: what an overlay's upper directory adds, modifies and deletes, as it is found. Cost grows with the changes
 * and not with the layers below.
 * @throws FailureError `command-failed` or `cancelled`
 */
export async function* upperChanges(
  host: HostFiles,
  directories: OverlayDirectories,
  signal: AbortSignal,
): AsyncGenerator<Change[]> {
  const reading = new UpperReading(host, bytesOf(directories.upper), directories.lower.map(bytesOf), signal)
  let open: UpperEntry[] = []
  let wanted = firstBatch
  for await (const entries of upperEntries(host, directories.upper, signal)) {
    const added = reading.takeAdded(entries)
    if (added.changes.length > 0) yield added.changes
    open = open.length === 0 ? added.open : open.concat(added.open)
    if (open.length < wanted) continue
    yield await reading.changesOf(open)
    open = []
    wanted = Math.min(wanted * 4, largestBatch)
  }
  if (open.length > 0) yield await reading.changesOf(open)
  const lost = await reading.lostChildren()
  if (lost.length > 0) yield lost
}

class UpperReading {
  readonly #host: HostFiles
  readonly #upper: string
  readonly #lower: LowerLayers
  readonly #signal: AbortSignal
  /** Directories whose lower contents are hidden, with the names that the upper layer has in them. */
  readonly #replaced = new Map<BytePath, Set<string>>()
  readonly #countedInodes = new Set<string>()

  constructor(host: HostFiles, upper: string, lower: readonly string[], signal: AbortSignal) {
    this.#host = host
    this.#upper = upper
    this.#lower = new LowerLayers(host, lower)
    this.#signal = signal
  }

  /** Splits off what is new beyond doubt, being in a directory that no lower layer has; the rest needs a look there. */
  takeAdded(entries: UpperEntry[]): { changes: Change[]; open: UpperEntry[] } {
    const changes: Change[] = []
    const open: UpperEntry[] = []
    for (const entry of entries) {
      if (entry.type === 'character-device' || !this.#lower.lacksDirectory(parentOf(entry.path)))
        open.push(entry)
      else {
        if (entry.type === 'directory') this.#lower.noteMissing(entry.path)
        changes.push(this.#present(entry, 'added'))
      }
    }
    return { changes, open }
  }

  async changesOf(entries: readonly UpperEntry[]): Promise<Change[]> {
    const directories = entries.filter((entry) => entry.type === 'directory').map((entry) => entry.path)
    const lowerDirectories = await this.#lower.directories(directories, this.#signal)
    const others = entries.filter(
      (entry) => entry.type !== 'directory' && this.#lower.hasDirectory(parentOf(entry.path)),
    )
    const [devices, lowerOthers] = await Promise.all([
      this.#deviceStats(entries),
      this.#lower.versions(
        others.map((entry) => entry.path),
        this.#signal,
      ),
      this.#noteReplaced(directories),
    ])
    const changes: Change[] = []
    for (const entry of entries) {
      this.#replaced.get(parentOf(entry.path))?.add(nameOf(entry.path))
      const below =
        entry.type === 'directory' ? lowerDirectories.get(entry.path) : lowerOthers.get(entry.path)
      const change = this.#change(entry, below, devices.get(hostPath(this.#upper, entry.path)))
      if (change !== undefined) changes.push(change)
    }
    return changes
  }

  /** What stood in replaced directories and is not there any more: a row each, a lost directory is one row. */
  async lostChildren(): Promise<Change[]> {
    const parts = new Map<string, BytePath>()
    for (const directory of this.#replaced.keys()) {
      for (const part of this.#lower.partsOf(directory)) parts.set(part, directory)
    }
    const names = await directoryNames(this.#host, [...parts.keys()], this.#signal)
    const lost = new Set<BytePath>()
    for (const [part, children] of names) {
      const directory = parts.get(part)
      if (directory === undefined) continue
      for (const name of children) {
        if (this.#replaced.get(directory)?.has(name) !== true) lost.add(childOf(directory, name))
      }
    }
    const below = await this.#lower.versions([...lost], this.#signal)
    return [...below].map(([path, stat]) => deleted(path, stat))
  }

  /** Character devices alone: a whiteout is told from a real device by its numbers, which find does not print. */
  #deviceStats(entries: readonly UpperEntry[]): Promise<Map<string, HostStat>> {
    const devices = entries.filter((entry) => entry.type === 'character-device')
    return statPaths(
      this.#host,
      devices.map((entry) => hostPath(this.#upper, entry.path)),
      this.#signal,
    )
  }

  /** Below an opaque directory every directory is new, so whatever the lower layers had there is hidden as well. */
  async #noteReplaced(directories: readonly BytePath[]): Promise<void> {
    const merged = directories.filter((path) => this.#lower.hasDirectory(path))
    const places = merged.map((path) => hostPath(this.#upper, path))
    const opaque = await opaqueDirectories(this.#host, places, this.#signal)
    for (const path of merged) {
      if (opaque.has(hostPath(this.#upper, path)) || this.#replaced.has(parentOf(path))) {
        this.#replaced.set(path, new Set())
      }
    }
  }

  #change(entry: UpperEntry, below: HostStat | undefined, device: HostStat | undefined): Change | undefined {
    if (device?.whiteout === true) return below === undefined ? undefined : deleted(entry.path, below)
    if (below === undefined) return this.#present(entry, 'added')
    const leadsOnly =
      entry.type === 'directory' &&
      below.type === 'directory' &&
      entry.mode === below.mode &&
      entry.uid === below.uid &&
      entry.gid === below.gid
    return leadsOnly ? undefined : this.#present(entry, 'modified')
  }

  #present(entry: UpperEntry, kind: 'added' | 'modified'): Change {
    const { path, type, size, mode, uid, gid, modifiedAt, linkTarget } = entry
    switch (type) {
      case 'file':
        return this.#isFurtherName(entry)
          ? { path, kind, type, size, mode, uid, gid, modifiedAt, countedElsewhere: true }
          : { path, kind, type, size, mode, uid, gid, modifiedAt }
      case 'symlink':
        return { path, kind, type, size, mode, uid, gid, modifiedAt, linkTarget }
      default:
        return { path, kind, type, mode, uid, gid, modifiedAt }
    }
  }

  #isFurtherName(entry: UpperEntry): boolean {
    if (entry.links < 2) return false
    if (this.#countedInodes.has(entry.inode)) return true
    this.#countedInodes.add(entry.inode)
    return false
  }
}

function deleted(path: BytePath, below: HostStat): Change {
  const { type, mode, uid, gid, modifiedAt } = below
  const sized = type === 'file' || type === 'symlink'
  return { path, kind: 'deleted', type, mode, uid, gid, modifiedAt, ...(sized ? { size: below.size } : {}) }
}

/** The engine's text as bytes, the way every path is held here. */
function bytesOf(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1')
}
