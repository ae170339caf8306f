import { parentOf, type BytePath } from '../../core/base/byte-path'
import { opaqueMark } from '../../core/changes/whiteout'
import { hostPath, type HostFiles } from '../host/host-files'
import type { RawAttributes } from '../overlay/attributes-by-getfattr'
import { directoryAttributes, fileAttributes, understood } from '../overlay/overlay-attributes'
import { plainDialect, type OverlayDialect } from '../host/overlay-dialect'
import { statPaths, type HostStat } from '../lookups/stat-paths'
import type { UpperEntry } from './upper-entry'

/** Directories that hide what is below them, and those whose content is elsewhere below. */
export interface DirectoryMarks {
  readonly opaque: ReadonlySet<BytePath>
  readonly redirected: ReadonlySet<BytePath>
}

/** What an upper layer's own marks say beyond its entries. */
export class UpperMarks {
  readonly #host: HostFiles
  readonly #dialect: OverlayDialect
  readonly #upper: string
  readonly #signal: AbortSignal
  /** Directories in which empty files may be whiteouts. */
  readonly #withWhiteouts = new Set<BytePath>()

  constructor(host: HostFiles, upper: string, signal: AbortSignal) {
    this.#host = host
    this.#dialect = host.dialect ?? plainDialect
    this.#upper = upper
    this.#signal = signal
  }

  /** `known`: the attributes of all these directories, where they were read already. */
  async ofDirectories(
    directories: readonly BytePath[],
    known?: ReadonlyMap<string, RawAttributes>,
  ): Promise<DirectoryMarks> {
    const places = directories.map((path) => this.#on(path))
    const isFuse = this.#dialect.driver === 'fuse-overlayfs'
    const [attributes, files] = await Promise.all([
      known === undefined
        ? directoryAttributes(this.#host, places, this.#signal)
        : understood(known, this.#dialect),
      isFuse ? statPaths(this.#host, places.map(markIn), this.#signal) : new Map<string, HostStat>(),
    ])
    const [opaque, redirected] = [new Set<BytePath>(), new Set<BytePath>()]
    for (const path of directories) {
      const place = this.#on(path)
      const marks = attributes.get(place)
      if (marks?.opaque === 'all' || files.has(markIn(place))) opaque.add(path)
      else if (marks?.redirect !== undefined) redirected.add(path)
      if (marks?.opaque === 'whiteouts') this.#withWhiteouts.add(path)
    }
    return { opaque, redirected }
  }

  /** Whether an entry may be a whiteout without looking like one. */
  mayBeWhiteout(entry: UpperEntry): boolean {
    return entry.type === 'file' && entry.size === 0 && this.#withWhiteouts.has(parentOf(entry.path))
  }

  /** Of some entries, those that delete what is below them. Devices are told from whiteouts by their numbers. */
  async whiteouts(
    entries: readonly UpperEntry[],
    devices: ReadonlyMap<string, HostStat>,
  ): Promise<Set<BytePath>> {
    const perhaps = entries.filter((entry) => this.mayBeWhiteout(entry)).map(({ path }) => path)
    const attributes = await fileAttributes(
      this.#host,
      perhaps.map((path) => this.#on(path)),
      this.#signal,
    )
    const whiteouts = new Set(perhaps.filter((path) => attributes.get(this.#on(path))?.whiteout === true))
    for (const { path, isWhiteout } of entries) {
      if (isWhiteout === true || devices.get(this.#on(path))?.whiteout === true) whiteouts.add(path)
    }
    return whiteouts
  }

  /** Of some files, those with metadata only, and whether their content is that of their namesake below. */
  async metadataOnly(files: readonly BytePath[]): Promise<Map<BytePath, { ofNamesake: boolean }>> {
    const only = new Map<BytePath, { ofNamesake: boolean }>()
    if (!this.#dialect.metacopy) return only
    const places = files.map((path) => this.#on(path))
    const attributes = await fileAttributes(this.#host, places, this.#signal)
    for (const path of files) {
      const marks = attributes.get(this.#on(path))
      if (marks?.metacopy === true) only.set(path, { ofNamesake: marks.redirect === undefined })
    }
    return only
  }

  #on(path: BytePath): string {
    return hostPath(this.#upper, path)
  }
}

function markIn(directory: string): string {
  return `${directory}/${opaqueMark}`
}
