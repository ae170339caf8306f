import { depthOf, nameOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import { hostPath, type HostFiles } from '../host/host-files'
import { KnownStats } from '../lookups/stat-cache'
import { LayerFacts, type Place } from './lookup-facts'
import { lookThrough, type Sight, type Version } from './overlay-lookup'
import { plainDialect, type OverlayDialect } from '../host/overlay-dialect'
import type { HostStat } from '../lookups/stat-paths'

/** Below this many look-ups, one round trip for all depths is cheaper than leaving out what cannot be there. */
const smallWave = 4000

/**
 * What is seen through a stack of layers, looked up path by path: what a container has below its upper layer, or all it has
 * where the upper layer comes first. Knows for each directory it was asked about where its entries are, so that nothing is ever
 * looked up where no layer can have it.
 */
export class LowerLayers {
  readonly #host: HostFiles
  readonly #dialect: OverlayDialect
  readonly #known: KnownStats
  /** Top layer first. */
  readonly #layers: readonly string[]
  readonly #roots: readonly Place[]
  /** The places whose entries are merged into a directory, top first. */
  readonly #merged: Map<BytePath, readonly Place[]>

  constructor(host: HostFiles, layers: readonly string[], known = new KnownStats(host)) {
    this.#host = host
    this.#known = known
    this.#dialect = host.dialect ?? plainDialect
    this.#layers = layers
    this.#roots = layers.map((_, layer) => ({ layer, path: '' }))
    this.#merged = new Map([[rootPath, this.#roots]])
  }

  /** Whether a layer has this directory and nothing above hides it; only for directories looked up before. */
  hasDirectory(path: BytePath): boolean {
    return (this.#merged.get(path)?.length ?? 0) > 0
  }

  /** Whether a directory was looked up before and no layer has it. */
  lacksDirectory(path: BytePath): boolean {
    return this.#merged.get(path)?.length === 0
  }

  /** Remembers a directory as one that no layer can have. */
  noteMissing(path: BytePath): void {
    this.#merged.set(path, [])
  }

  /** The host's directories that are merged into a directory looked up before; their own paths may be others (redirect_dir). */
  partsOf(path: BytePath): string[] {
    return this.placesOf(path).map((place) => this.hostPathOf(place))
  }

  /** The same as places in the layers. */
  placesOf(path: BytePath): readonly Place[] {
    return this.#merged.get(path) ?? []
  }

  hostPathOf({ layer, path }: Place): string {
    return hostPath(this.#layers[layer] ?? '', path)
  }

  /** The host's directory of a place's layer. */
  rootOf({ layer }: Place): string {
    return this.#layers[layer] ?? ''
  }

  /** Where on the host a path may be, by what is known of its nearest directory that was looked up. */
  placesToAsk(path: BytePath): string[] {
    if (path === rootPath) return this.partsOf(rootPath).slice(0, 1)
    let known = parentOf(path)
    while (!this.#merged.has(known)) known = parentOf(known)
    const rest = path.slice(known.length)
    return this.placesOf(known).map((place) => this.hostPathOf(place) + rest)
  }

  /**
   * The versions of directories, of which the root is the topmost layer's own. Parents must have come before or be among them.
   * @returns only the paths that a layer has
   */
  async directories(paths: readonly BytePath[], signal: AbortSignal): Promise<Map<BytePath, HostStat>> {
    const ordered = paths.filter((path) => path !== rootPath).sort((a, b) => depthOf(a) - depthOf(b))
    const facts = new LayerFacts(this.#host, this.#layers, this.#known)
    const guessed = await this.#lookUpInWaves(ordered, facts, signal)
    await facts.readDirectories(
      ordered.flatMap((path) => this.#marked(path)),
      signal,
    )
    const versions = new Map<BytePath, HostStat>()
    if (ordered.length < paths.length) {
      const root = await this.#root(signal)
      if (root !== undefined) versions.set(rootPath, root)
    }
    for (const level of levels(ordered)) {
      const asked = (path: BytePath) => samePlaces(guessed.get(path), this.placesOf(parentOf(path)))
      for (const [path, { version, merged }] of await this.#see(level, facts, asked, false, signal)) {
        this.#merged.set(path, merged)
        if (version !== undefined) versions.set(path, version.stat)
      }
    }
    return versions
  }

  async #root(signal: AbortSignal): Promise<HostStat | undefined> {
    const [place = ''] = this.partsOf(rootPath)
    return (await this.#known.of([place], signal)).get(place)
  }

  /** The versions of paths whose parents were looked up before; only those that a layer has. */
  async versions(paths: readonly BytePath[], signal: AbortSignal): Promise<Map<BytePath, HostStat>> {
    const versions = new Map<BytePath, HostStat>()
    for (const [path, { stat }] of await this.#versions(paths, false, signal)) versions.set(path, stat)
    return versions
  }

  /** The same, with where they are and where the content of files with metadata only is. */
  async placedVersions(paths: readonly BytePath[], signal: AbortSignal): Promise<Map<BytePath, Version>> {
    return await this.#versions(paths, true, signal)
  }

  async #versions(paths: readonly BytePath[], content: boolean, signal: AbortSignal) {
    const facts = new LayerFacts(this.#host, this.#layers, this.#known)
    await facts.lookUp(
      paths.flatMap((path) => this.placesToAsk(path)),
      signal,
    )
    const versions = new Map<BytePath, Version>()
    for (const [path, { version }] of await this.#see(paths, facts, () => true, content, signal)) {
      if (version !== undefined) versions.set(path, version)
    }
    return versions
  }

  /** Decides about each path as far as facts go, learns what is missing, and comes again. */
  async #see(
    paths: readonly BytePath[],
    facts: LayerFacts,
    asked: (path: BytePath) => boolean,
    content: boolean,
    signal: AbortSignal,
  ): Promise<Map<BytePath, Sight>> {
    const sights = new Map<BytePath, Sight>()
    for (let waiting = paths; waiting.length > 0;) {
      const unknown: BytePath[] = []
      for (const path of waiting) {
        const sight = this.#look(path, facts, asked(path), content)
        if (sight === 'unknown') unknown.push(path)
        else sights.set(path, sight)
      }
      waiting = unknown
      if (waiting.length > 0) await facts.learn(signal)
    }
    return sights
  }

  #look(path: BytePath, facts: LayerFacts, asked: boolean, content: boolean): Sight | 'unknown' {
    const parts = this.placesOf(parentOf(path))
    if (parts.length === 0) return { merged: [] }
    const [dialect, roots] = [this.#dialect, this.#roots]
    return lookThrough({ dialect, facts, roots, parts, name: nameOf(path), asked, content })
  }

  /**
   * Looks directories up where they are as long as nothing in the layers is opaque or redirected; shallow ones first, so that
   * nothing is asked below one that no layer has.
   * @returns for each directory the places of its parent that were guessed
   */
  async #lookUpInWaves(
    ordered: readonly BytePath[],
    facts: LayerFacts,
    signal: AbortSignal,
  ): Promise<Map<BytePath, readonly Place[]>> {
    const guessed = new Map<BytePath, readonly Place[]>()
    let waiting = ordered.filter((path) => this.placesToAsk(path).length > 0)
    for (let depth = 2; waiting.length > 0; depth *= 2) {
      const all = waiting.length * this.#layers.length < smallWave
      const wave = all ? waiting : waiting.filter((path) => depthOf(path) <= depth)
      await facts.lookUp(
        wave.flatMap((path) => this.placesToAsk(path)),
        signal,
      )
      for (const path of wave) {
        const parts = this.placesOf(parentOf(path))
        guessed.set(path, parts)
        this.#merged.set(path, directoriesNamed(path, parts, facts))
      }
      const looked = new Set(wave)
      waiting = waiting.filter((path) => !looked.has(path) && this.placesToAsk(path).length > 0)
    }
    return guessed
  }

  /** The host's directories whose attributes decide about a directory, as far as was guessed. */
  #marked(path: BytePath): string[] {
    const places = this.placesOf(path)
    // Where only one layer has the directory there is nothing below it to hide, and below the lowest layer nothing at all.
    const marked = this.#dialect.redirects
      ? places.filter(({ layer }) => layer < this.#layers.length - 1)
      : places.slice(0, -1)
    return marked.map((place) => this.hostPathOf(place))
  }
}

/** The places of a name as they are without anything that hides or leads elsewhere. */
function directoriesNamed(path: BytePath, parts: readonly Place[], facts: LayerFacts): Place[] {
  const places: Place[] = []
  for (const part of parts) {
    const place = { layer: part.layer, path: `${part.path}/${nameOf(path)}` }
    const stat = facts.stat(place, true)
    if (typeof stat === 'string') continue
    if (stat.type !== 'directory') break
    places.push(place)
  }
  return places
}

function samePlaces(a: readonly Place[] | undefined, b: readonly Place[]): boolean {
  if (a === undefined) return b.length === 0
  // An opaque directory leaves out places from the end; only what was not guessed was not looked up either.
  return b.every((place) => a.some(({ layer, path }) => layer === place.layer && path === place.path))
}

/** Paths in order of their depth, one group for each depth. */
function levels(ordered: readonly BytePath[]): BytePath[][] {
  const groups = new Map<number, BytePath[]>()
  for (const path of ordered) {
    const depth = depthOf(path)
    const group = groups.get(depth)
    if (group === undefined) groups.set(depth, [path])
    else group.push(path)
  }
  return [...groups.values()]
}
