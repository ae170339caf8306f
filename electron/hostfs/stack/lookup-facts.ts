import { hostPath, type HostFiles } from '../host/host-files'
import type { KnownStats } from '../lookups/stat-cache'
import {
  directoryAttributes,
  fileAttributes,
  noAttributes,
  type OverlayAttributes,
} from '../overlay/overlay-attributes'
import type { HostStat } from '../lookups/stat-paths'

/** Something that a layer may have: the layer's number from the top, and the path from the layer's root. */
export interface Place {
  readonly layer: number
  readonly path: string
}

/**
 * What is known of some places in the layers. Asking about one that is not known yet answers `unknown` and is remembered, so
 * that whoever asked can decide as far as it goes, let everything that is missing be learned at once, and come again.
 */
export class LayerFacts {
  readonly #host: HostFiles
  readonly #layers: readonly string[]
  readonly #known: KnownStats
  readonly #stats = new Map<string, HostStat>()
  readonly #directories = new Map<string, OverlayAttributes>()
  readonly #files = new Map<string, OverlayAttributes>()
  /** Asked for and not there, where that is not known otherwise. */
  readonly #absent = new Set<string>()
  readonly #wanted = {
    stats: new Set<string>(),
    directories: new Set<string>(),
    files: new Set<string>(),
  }

  constructor(host: HostFiles, layers: readonly string[], known: KnownStats) {
    this.#host = host
    this.#layers = layers
    this.#known = known
  }

  on(place: Place): string {
    return hostPath(this.#layers[place.layer] ?? '', place.path)
  }

  /** What is at a place. `asked`: everything that can be there was looked up before, so that what is not known is not there. */
  stat(place: Place, asked: boolean): HostStat | 'missing' | 'unknown' {
    const path = this.on(place)
    const stat = this.#stats.get(path)
    if (stat !== undefined) return stat
    if (asked || this.#absent.has(path)) return 'missing'
    this.#wanted.stats.add(path)
    return 'unknown'
  }

  directory(place: Place): OverlayAttributes | 'unknown' {
    return known(this.on(place), this.#directories, this.#wanted.directories)
  }

  file(place: Place): OverlayAttributes | 'unknown' {
    return known(this.on(place), this.#files, this.#wanted.files)
  }

  /** Looks paths of the host up that are known to be wanted. */
  async lookUp(paths: readonly string[], signal: AbortSignal): Promise<void> {
    for (const [path, stat] of await this.#known.of(paths, signal)) this.#stats.set(path, stat)
  }

  async readDirectories(paths: readonly string[], signal: AbortSignal): Promise<void> {
    const read = await directoryAttributes(this.#host, paths, signal)
    for (const path of paths) this.#directories.set(path, read.get(path) ?? noAttributes)
  }

  /** Finds out what was unknown so far. @throws FailureError `command-failed` where this host has no means to it */
  async learn(signal: AbortSignal): Promise<void> {
    const { stats, directories, files } = this.#wanted
    const [placesAsked, filesAsked] = [[...stats], [...files]]
    const [, , read] = await Promise.all([
      this.lookUp(placesAsked, signal),
      this.readDirectories([...directories], signal),
      fileAttributes(this.#host, filesAsked, signal),
    ])
    for (const path of placesAsked) if (!this.#stats.has(path)) this.#absent.add(path)
    for (const path of filesAsked) this.#files.set(path, read.get(path) ?? noAttributes)
    for (const asked of [stats, directories, files]) asked.clear()
  }
}

function known(
  path: string,
  attributes: ReadonlyMap<string, OverlayAttributes>,
  wanted: Set<string>,
): OverlayAttributes | 'unknown' {
  const found = attributes.get(path)
  if (found === undefined) wanted.add(path)
  return found ?? 'unknown'
}
