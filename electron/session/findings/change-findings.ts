import type { BytePath } from '../../core/base/byte-path'
import type { Change, ChangeNote } from '../../core/changes/change'
import type { OverlayDirectories } from '../../core/containers/container'
import { DirectoryShapes, type DirectoryShape } from '../../core/findings/directory-shapes'
import { isFailure } from '../../core/base/failure'
import { inBatches } from '../../core/base/in-batches'
import { LostCount } from '../../core/changes/lost-count'
import { NoteCandidates } from '../../core/findings/finding-candidates'
import type { SizedPath, SizedPaths } from '../../core/columns/sized-paths'
import { sortedInSlices } from '../../core/base/sorted-in-slices'
import { attributesNotCompared, equalAttributes } from '../../hostfs/attributes/equal-attributes'
import { bytesOf, hostPath, type HostFiles } from '../../hostfs/host/host-files'
import { entriesInLower } from '../../hostfs/stack/lost-entries'
import { lowerPlaces, type LowerPlace } from '../../hostfs/stack/lower-places'
import { sameContent } from '../../hostfs/content/same-content'
import { movedDirectories } from './moved-directories'
import { movedFiles, type ContainerLayers } from './moved-files'
import { inSlices } from '../base/in-slices'

/**
 * What is compared without being asked: reading twice 64 MB costs a cold disk about a second, and 5,000 files cost some milliseconds
 * each. Small files go first, since they settle most rows.
 */
const contentBounds = { bytes: 64 * 1024 * 1024, files: 5000 } as const
const mostAttributes = 20_000
/** Work done together, between two tellings. */
const batch = 1000

/** The second look at a listing through the host lens: it sees the changes pass, and afterwards finds out more about some of them. */
export class SecondLook {
  readonly #layers: ContainerLayers
  readonly #candidates = new NoteCandidates()
  readonly #leftOut: string[] = []

  constructor(host: HostFiles, directories: OverlayDirectories) {
    this.#layers = { host, upper: bytesOf(directories.upper), lower: directories.lower.map(bytesOf) }
  }

  /** The same changes, looked at as they pass. */
  async *watch(batches: AsyncIterable<readonly Change[]>): AsyncGenerator<readonly Change[]> {
    for await (const changes of batches) {
      this.#candidates.take(changes)
      yield changes
    }
  }

  /**
   * Notes on what passed, as they are found: what was lost, content, attributes, renames. A part that the host cannot do is left out.
   * @returns what was left out, in a sentence each
   * @throws FailureError `cancelled`, `connection-lost`
   */
  async *notes(signal: AbortSignal): AsyncGenerator<readonly ChangeNote[], readonly string[]> {
    const shapes: DirectoryShape[] = []
    yield* this.#orLeftOut('What was lost with deleted directories', this.#lost(shapes, signal))
    yield* this.#orLeftOut('Content', this.#content(signal))
    yield* this.#orLeftOut('Extended attributes', this.#attributes(signal))
    yield* this.#orLeftOut('Renames', this.#moved(shapes, signal))
    return this.#leftOut
  }

  async *#orLeftOut(
    what: string,
    notes: AsyncIterable<readonly ChangeNote[]>,
  ): AsyncGenerator<readonly ChangeNote[]> {
    try {
      for await (const some of notes) if (some.length > 0) yield some
    } catch (error) {
      if (!isFailure(error, 'command-failed')) throw error
      this.#leftOut.push(`${what}: not all was looked at. ${error.failure.message}`)
    }
  }

  async *#lost(shapes: DirectoryShape[], signal: AbortSignal): AsyncGenerator<readonly ChangeNote[]> {
    const { host, lower } = this.#layers
    const { deletedDirectories, addedDirectories, beyond } = this.#candidates
    for (const some of inBatches(deletedDirectories, batch)) {
      const counts = new Map(some.map((path) => [path, new LostCount()]))
      const own = addedDirectories.size === 0 ? undefined : new DirectoryShapes()
      for (const path of some) own?.begin(path)
      for await (const { directory, entries } of entriesInLower(host, lower, some, signal)) {
        const count = counts.get(directory)
        for (const entry of entries) {
          count?.add(entry)
          own?.add(`${directory}${entry.path}` as BytePath, entry.type, entry.size)
        }
      }
      for (const shape of own?.shapes() ?? []) if (counts.has(shape.path)) shapes.push(shape)
      yield [...counts].map(([path, { totals }]) => ({ kind: 'lost', path, ...totals }))
    }
    if (beyond.deletedDirectories > 0)
      this.#leftOut.push(
        `What was lost with ${String(beyond.deletedDirectories)} deleted directories was not counted.`,
      )
  }

  async *#content(signal: AbortSignal): AsyncGenerator<readonly ChangeNote[]> {
    const { host, upper, lower } = this.#layers
    const { chosen, left } = await inSlices(withinBounds(this.#candidates.unsure), signal)
    const empty = chosen.filter(({ size }) => size === 0)
    yield empty.map(({ path }) => ({ kind: 'content', path, same: true }))
    for (const some of inBatches(
      chosen.filter(({ size }) => size > 0),
      batch,
    )) {
      const places = await lowerPlaces(host, lower, pathsOf(some), signal)
      const pairs = placedPairs(some, places).filter(({ path }) => places.get(path)?.stat.type === 'file')
      const same = await sameContent(host, upper, pairs, signal)
      yield pairs.flatMap(({ path }, at) => {
        const verdict = same.get(at)
        return verdict === undefined ? [] : [{ kind: 'content', path, same: verdict } as const]
      })
    }
    const all = left + this.#candidates.beyond.unsure
    if (all > 0)
      this.#leftOut.push(
        `The content of ${String(all)} modified files of unchanged size was not compared: unasked, at most ${String(contentBounds.files)} files of together 64 MB are.`,
      )
  }

  async *#attributes(signal: AbortSignal): AsyncGenerator<readonly ChangeNote[]> {
    const { host, upper, lower } = this.#layers
    const { modified, beyond } = this.#candidates
    // Directories that lead to changes are held against the image by their attributes too, so that this is worth saying without any row.
    if (!host.tools.getfattr) {
      this.#leftOut.push(attributesNotCompared)
      return
    }
    const count = Math.min(modified.length, mostAttributes)
    for (const some of inBatches(modified.first(count), batch)) {
      const placed = placedPairs(some, await lowerPlaces(host, lower, pathsOf(some), signal))
      const pairs = placed.map(({ path, place }) => ({ left: hostPath(upper, path), right: place }))
      const same = await equalAttributes(host, pairs, signal)
      yield placed.flatMap(({ path }, at) =>
        same?.[at] === false ? [{ kind: 'attributes', path } as const] : [],
      )
    }
    const left = modified.length - count + beyond.modified
    if (left > 0)
      this.#leftOut.push(`The extended attributes of ${String(left)} modified paths were not compared.`)
  }

  async *#moved(
    shapes: readonly DirectoryShape[],
    signal: AbortSignal,
  ): AsyncGenerator<readonly ChangeNote[]> {
    const say = (sentence: string) => {
      this.#leftOut.push(sentence)
    }
    const { beyond, addedDirectories } = this.#candidates
    if (beyond.addedDirectories > 0 && shapes.length > 0)
      say(
        `Renamed directories were looked for among the first ${String(addedDirectories.size)} added ones only.`,
      )
    else yield await movedDirectories(this.#candidates, shapes, signal)
    yield await movedFiles(this.#layers, this.#candidates, say, signal)
  }
}

/** The smallest files, so many as may be compared; of the others no path is made. */
function* withinBounds(files: SizedPaths): Generator<void, { chosen: SizedPath[]; left: number }> {
  const all = Int32Array.from({ length: files.length }, (_, at) => at)
  const order = yield* sortedInSlices(all, (a, b) => files.size(a) - files.size(b))
  const chosen: SizedPath[] = []
  let bytes = 0
  for (const at of order) {
    const size = files.size(at)
    if ((bytes += size) > contentBounds.bytes || chosen.length >= contentBounds.files) break
    chosen.push({ path: files.path(at), size })
  }
  return { chosen, left: files.length - chosen.length }
}

/** Those that a lower layer has, with where it lies. */
function placedPairs(
  paths: readonly SizedPath[],
  places: ReadonlyMap<BytePath, LowerPlace>,
): { path: BytePath; place: string }[] {
  return paths.flatMap(({ path }) => {
    const place = places.get(path)?.place
    return place === undefined ? [] : [{ path, place }]
  })
}

function pathsOf(files: readonly SizedPath[]): BytePath[] {
  return files.map(({ path }) => path)
}
