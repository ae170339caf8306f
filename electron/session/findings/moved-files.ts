import type { BytePath } from '../../core/base/byte-path'
import { copyUpOrigin } from '../../core/findings/copy-up-origin'
import { inBatches } from '../../core/base/in-batches'
import type { NoteCandidates } from '../../core/findings/finding-candidates'
import type { SizedPath } from '../../core/columns/sized-paths'
import type { HostFiles } from '../../hostfs/host/host-files'
import { inodeNumbers } from '../../hostfs/lookups/inode-numbers'
import { lowerPlaces } from '../../hostfs/stack/lower-places'
import { pathAttributes } from '../../hostfs/lookups/path-attributes'
import { sameContent } from '../../hostfs/content/same-content'
import { pairsOfOneSize, type Pair, type Placed } from './same-size-pairs'
import { endsOf, only, type Ends, type Moved } from './moved-directories'
import { inSlices } from '../base/in-slices'

/** The layers of a container on its host, as bytes; lower ones top first. */
export interface ContainerLayers {
  readonly host: HostFiles
  readonly upper: string
  readonly lower: readonly string[]
}

/** Added files whose origin is asked for: what a hint may cost. */
const mostOrigins = 20_000
/** Paths that are asked about at once: more would hold up everything else while the answer is taken in. */
const batch = 1000
/** Items between two points where other work may go first. */
const slice = 1024

/**
 * Deleted files that are added ones by another name: overlayfs remembers the inode from which it copied up a file; else both have the same
 * content and no other pair has. `leftOut` is told what was not looked at.
 */
export async function movedFiles(
  layers: ContainerLayers,
  candidates: NoteCandidates,
  leftOut: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Moved[]> {
  const deleted: Placed[] = []
  for (const some of inBatches(candidates.deletedFiles, batch))
    deleted.push(...(await placed(layers, some, signal)))
  if (deleted.length === 0) return []
  const byOrigin = await movedByOrigin(layers, deleted, candidates, leftOut, signal)
  const taken = new Set(byOrigin.flatMap(({ from, to }) => [from, to]))
  const { pairs, left } = await inSlices(pairsOfOneSize(deleted, candidates.addedFiles, taken), signal)
  if (left > 0)
    leftOut(
      `Renames by content were not looked for among ${String(left)} deleted files, which have too many added files of their size.`,
    )
  const same = await sameContent(
    layers.host,
    layers.upper,
    pairs.map(({ to, place }) => ({ path: to, place })),
    signal,
  )
  return [...byOrigin, ...unambiguous(pairs, same)]
}

async function placed(
  { host, lower }: ContainerLayers,
  files: readonly SizedPath[],
  signal: AbortSignal,
): Promise<Placed[]> {
  const places = await lowerPlaces(
    host,
    lower,
    files.map(({ path }) => path),
    signal,
  )
  return files.flatMap((one) => {
    const found = places.get(one.path)
    return found?.stat.type === 'file' ? [{ ...one, place: found.place }] : []
  })
}

/**
 * By inode: numbers mean something only where all lower layers that matter are on one device, and one file system's uuid is in all origins.
 * A file with several names is not said to have moved.
 */
async function movedByOrigin(
  { host, upper }: ContainerLayers,
  deleted: readonly Placed[],
  { addedFiles }: NoteCandidates,
  leftOut: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Moved[]> {
  const asked = await inSlices(likelyFirst(addedFiles.kept, deleted), signal)
  const origins = await originsOf(host, upper, asked, signal)
  if (origins === undefined) {
    leftOut('Renames by inode were not looked for: the host has no getfattr (package attr).')
    return []
  }
  if (origins.length === 0) return []
  const pairs = new Map<string, Ends>()
  const devices = new Set<string>()
  for (const some of inBatches(deleted, batch)) {
    const places = some.map(({ place }) => place)
    const inodes = await inodeNumbers(host, places, signal)
    for (const { device } of inodes.values()) devices.add(device)
    for (const { path, place } of some) endsOf(pairs, inodes.get(place)?.inode ?? '').from.push(path)
  }
  for (const { inode, path } of origins) pairs.get(inode)?.to.push(path)
  if (devices.size > 1 || new Set(origins.map(({ uuid }) => uuid)).size > 1) return []
  return await inSlices(onlyOnes(pairs), signal)
}

/** Added files that are asked for their origin: those first that have a deleted one's size. */
function* likelyFirst(
  added: Iterable<SizedPath>,
  deleted: readonly SizedPath[],
): Generator<void, SizedPath[]> {
  const sizes = new Set<number>()
  for (const [at, { size }] of deleted.entries()) {
    if (at % slice === 0) yield
    sizes.add(size)
  }
  const [likely, others]: [SizedPath[], SizedPath[]] = [[], []]
  for (const some of inBatches(added, slice)) {
    yield
    for (const one of some) {
      const kind = sizes.has(one.size) ? likely : others
      if (kind.length < mostOrigins) kind.push(one)
    }
  }
  return [...likely, ...others].slice(0, mostOrigins)
}

interface Origin {
  readonly inode: string
  readonly uuid: string
  readonly path: BytePath
}

/** Nothing where the host cannot tell. */
async function originsOf(
  host: HostFiles,
  upper: string,
  files: readonly SizedPath[],
  signal: AbortSignal,
): Promise<Origin[] | undefined> {
  const origins: Origin[] = []
  for (const some of inBatches(files, batch)) {
    const asked = some.map(({ path }) => ({ layer: upper, path }))
    const attributes = await pathAttributes(host, asked, 'origin', signal)
    if (attributes === undefined) return undefined
    for (const [position, own] of attributes) {
      for (const value of own.values()) {
        const origin = copyUpOrigin(value)
        const path = some[position]?.path
        if (origin !== undefined && path !== undefined) origins.push({ ...origin, path })
      }
    }
  }
  return origins
}

function* onlyOnes(pairs: ReadonlyMap<string, Ends>): Generator<void, Moved[]> {
  const moved: Moved[] = []
  for (const some of inBatches(pairs.values(), slice)) {
    yield
    for (const ends of some) moved.push(...only(ends, 'origin'))
  }
  return moved
}

/** Pairs of one content, of which neither half is in another such pair. */
function unambiguous(pairs: readonly Pair[], same: ReadonlyMap<number, boolean>): Moved[] {
  const equal = pairs.filter((_, at) => same.get(at) === true)
  const times = new Map<string, number>()
  for (const { from, to } of equal)
    for (const key of [`-${from}`, `+${to}`]) times.set(key, (times.get(key) ?? 0) + 1)
  return equal
    .filter(({ from, to }) => times.get(`-${from}`) === 1 && times.get(`+${to}`) === 1)
    .map(({ from, to }) => ({ kind: 'moved', from, to, by: 'content' }))
}
