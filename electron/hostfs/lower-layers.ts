import { depthOf, parentOf, rootPath, type BytePath } from '../core/byte-path'
import { hostPath, type HostFiles } from './host-files'
import { opaqueDirectories } from './opaque-directories'
import { statPaths, type HostStat } from './stat-paths'

/** Below this many look-ups, one round trip for all depths is cheaper than leaving out what cannot be there. */
const smallWave = 4000

/**
 * What a container sees below its upper layer, looked up path by path. Knows for each directory it was asked
 * about which layers take part in it, so that nothing is ever looked up where no layer can have it.
 */
export class LowerLayers {
  readonly #host: HostFiles
  /** Top layer first. */
  readonly #layers: readonly string[]
  /** The layers whose directory is merged into the one the container sees, top first. */
  readonly #merged: Map<BytePath, readonly number[]>

  constructor(host: HostFiles, layers: readonly string[]) {
    this.#host = host
    this.#layers = layers
    this.#merged = new Map([[rootPath, [...layers.keys()]]])
  }

  /** Whether a lower layer has this directory and nothing above hides it; only for directories looked up before. */
  hasDirectory(path: BytePath): boolean {
    return (this.#merged.get(path)?.length ?? 0) > 0
  }

  /** Whether a directory was looked up before and no lower layer has it. */
  lacksDirectory(path: BytePath): boolean {
    return this.#merged.get(path)?.length === 0
  }

  /** Remembers a directory as one that no lower layer can have. */
  noteMissing(path: BytePath): void {
    this.#merged.set(path, [])
  }

  /** The host's directories that are merged into a directory looked up before. */
  partsOf(path: BytePath): string[] {
    return (this.#merged.get(path) ?? []).map((layer) => this.#pathIn(layer, path))
  }

  /**
   * The lower versions of directories of the upper layer. Parents must have come before or be among them.
   * @returns only the paths that a lower layer has
   */
  async directories(paths: readonly BytePath[], signal: AbortSignal): Promise<Map<BytePath, HostStat>> {
    const ordered = [...paths].sort((a, b) => depthOf(a) - depthOf(b))
    const stats = await this.#statInWaves(ordered, signal)
    // Where only one layer has the directory there is nothing below it to hide.
    const contested = ordered.flatMap((path) => this.#presentIn(path, stats).slice(0, -1))
    const opaque = await opaqueDirectories(this.#host, contested, signal)
    const versions = new Map<BytePath, HostStat>()
    for (const path of ordered) {
      const { version, merged } = this.#look(path, stats, opaque)
      this.#merged.set(path, merged)
      if (version !== undefined) versions.set(path, version)
    }
    return versions
  }

  /** The lower versions of paths whose parents were looked up before; only those that a lower layer has. */
  async versions(paths: readonly BytePath[], signal: AbortSignal): Promise<Map<BytePath, HostStat>> {
    const wanted = paths.flatMap((path) => this.#candidates(path))
    const stats = await statPaths(this.#host, wanted, signal)
    const versions = new Map<BytePath, HostStat>()
    for (const path of paths) {
      const { version } = this.#look(path, stats, new Set())
      if (version !== undefined) versions.set(path, version)
    }
    return versions
  }

  /** Shallow directories first, so that nothing is asked below one that no layer has. */
  async #statInWaves(ordered: readonly BytePath[], signal: AbortSignal): Promise<Map<string, HostStat>> {
    const stats = new Map<string, HostStat>()
    let waiting = ordered.filter((path) => this.#candidates(path).length > 0)
    for (let depth = 2; waiting.length > 0; depth *= 2) {
      const all = waiting.length * this.#layers.length < smallWave
      const wave = all ? waiting : waiting.filter((path) => depthOf(path) <= depth)
      const wanted = wave.flatMap((path) => this.#candidates(path))
      for (const [path, stat] of await statPaths(this.#host, wanted, signal)) stats.set(path, stat)
      for (const path of wave) this.#merged.set(path, this.#look(path, stats, new Set()).merged)
      const asked = new Set(wave)
      waiting = waiting.filter((path) => !asked.has(path) && this.#candidates(path).length > 0)
    }
    return stats
  }

  /** Walks the layers downward until something hides the rest. */
  #look(
    path: BytePath,
    stats: ReadonlyMap<string, HostStat>,
    opaque: ReadonlySet<string>,
  ): { version: HostStat | undefined; merged: number[] } {
    let version: HostStat | undefined
    const merged: number[] = []
    for (const layer of this.#merged.get(parentOf(path)) ?? []) {
      const place = this.#pathIn(layer, path)
      const stat = stats.get(place)
      if (stat === undefined) continue
      if (!stat.whiteout) version ??= stat
      if (stat.type !== 'directory') break
      merged.push(layer)
      if (opaque.has(place)) break
    }
    return { version, merged }
  }

  /** Where a path may be, by what is known of its nearest directory that was looked up. */
  #candidates(path: BytePath): string[] {
    let known = parentOf(path)
    while (!this.#merged.has(known)) known = parentOf(known)
    return (this.#merged.get(known) ?? []).map((layer) => this.#pathIn(layer, path))
  }

  #presentIn(path: BytePath, stats: ReadonlyMap<string, HostStat>): string[] {
    return this.#look(path, stats, new Set()).merged.map((layer) => this.#pathIn(layer, path))
  }

  #pathIn(layer: number, path: BytePath): string {
    return hostPath(this.#layers[layer] ?? '', path)
  }
}
