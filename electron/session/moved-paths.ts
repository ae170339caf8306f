import { setImmediate } from 'node:timers/promises'
import type { BytePath } from '../core/byte-path'
import type { ChangeNote } from '../core/change'
import { copyUpOrigin } from '../core/copy-up-origin'
import type { DirectoryShape } from '../core/directory-shapes'
import type { NoteCandidates } from '../core/note-candidates'
import type { SizedPath } from '../core/sized-paths'
import type { HostFiles } from '../hostfs/host-files'
import { inodeNumbers } from '../hostfs/inode-numbers'
import { lowerPlaces } from '../hostfs/lower-places'
import { pathAttributes } from '../hostfs/path-attributes'
import { sameContent } from '../hostfs/same-content'

type Moved = Extract<ChangeNote, { kind: 'moved' }>

/** The layers of a container on its host, as bytes; lower ones top first. */
export interface ContainerLayers {
  readonly host: HostFiles
  readonly upper: string
  readonly lower: readonly string[]
}

/** Added files whose origin is asked for, pairs that are compared, and their bytes: what a hint may cost. */
const mostOrigins = 20_000
const mostPairs = 1000
const mostBytes = 64 * 1024 * 1024
/** More files of one size are not told apart. */
const mostAlike = 4

/**
 * Deleted directories whose entries (names, types, sizes) are those of an added one, each the only one of its kind. Content is
 * not looked at.
 */
export async function movedDirectories(
  candidates: NoteCandidates,
  lost: readonly DirectoryShape[],
  signal: AbortSignal,
): Promise<Moved[]> {
  const pairs = new Map<string, { from: BytePath[]; to: BytePath[] }>()
  for (const { key, path, bytes } of lost) {
    if (bytes === 0) continue
    const pair = pairs.get(key)
    if (pair === undefined) pairs.set(key, { from: [path], to: [] })
    else pair.from.push(path)
  }
  if (pairs.size === 0) return []
  let turn = 0
  for (const { key, path } of candidates.addedDirectories.shapes()) {
    pairs.get(key)?.to.push(path)
    if ((turn += 1) % 5000 === 0) await setImmediate(undefined, { signal })
  }
  return [...pairs.values()].flatMap(({ from, to }) => only(from, to, 'content'))
}

/** The one pair, where there is but one. */
function only(from: readonly BytePath[], to: readonly BytePath[], by: Moved['by']): Moved[] {
  const [one, ...others] = from
  const [other, ...more] = to
  if (one === undefined || other === undefined || others.length > 0 || more.length > 0) return []
  return [{ kind: 'moved', from: one, to: other, by }]
}

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
  const deleted = [...candidates.deletedFiles]
  if (deleted.length === 0) return []
  const added = [...candidates.addedFiles.kept]
  const places = await lowerPlaces(
    layers.host,
    layers.lower,
    deleted.map(({ path }) => path),
    signal,
  )
  const placed = deleted.flatMap((one) => {
    const found = places.get(one.path)
    return found?.stat.type === 'file' ? [{ ...one, place: found.place }] : []
  })
  const byOrigin = await movedByOrigin(layers, placed, added, leftOut, signal)
  const taken = new Set(byOrigin.flatMap(({ from, to }) => [from, to]))
  const rest = { deleted: placed.filter(isFree), added: added.filter(isFree) }
  function isFree({ path }: SizedPath): boolean {
    return !taken.has(path)
  }
  const { pairs, left } = pairsOfOneSize(candidates, rest)
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

interface Placed extends SizedPath {
  readonly place: string
}

/**
 * By inode: numbers mean something only where all lower layers that matter are on one device, and one file system's uuid is in all origins.
 * A file with several names is not said to have moved.
 */
async function movedByOrigin(
  { host, upper }: ContainerLayers,
  deleted: readonly Placed[],
  added: readonly SizedPath[],
  leftOut: (sentence: string) => void,
  signal: AbortSignal,
): Promise<Moved[]> {
  const sizes = new Set(deleted.map(({ size }) => size))
  const asked = [...added]
    .sort((a, b) => Number(sizes.has(b.size)) - Number(sizes.has(a.size)))
    .slice(0, mostOrigins)
  if (asked.length === 0 || deleted.length === 0) return []
  const attributes = await pathAttributes(
    host,
    asked.map(({ path }) => ({ layer: upper, path })),
    'origin',
    signal,
  )
  if (attributes === undefined) {
    leftOut('Renames by inode were not looked for: the host has no getfattr (package attr).')
    return []
  }
  const inodes = await inodeNumbers(
    host,
    deleted.map(({ place }) => place),
    signal,
  )
  const pairs = new Map<string, { from: BytePath[]; to: BytePath[] }>()
  for (const { path, place } of deleted) {
    const { inode = '' } = inodes.get(place) ?? {}
    const pair = pairs.get(inode)
    if (pair === undefined) pairs.set(inode, { from: [path], to: [] })
    else pair.from.push(path)
  }
  const uuids = new Set<string>()
  for (const [position, own] of attributes) {
    for (const value of own.values()) {
      const origin = copyUpOrigin(value)
      const path = asked[position]?.path
      if (origin === undefined || path === undefined) continue
      uuids.add(origin.uuid)
      pairs.get(origin.inode)?.to.push(path)
    }
  }
  const devices = new Set([...inodes.values()].map(({ device }) => device))
  if (devices.size > 1 || uuids.size > 1) return []
  return [...pairs.values()].flatMap(({ from, to }) => only(from, to, 'origin'))
}

interface Pair {
  readonly from: BytePath
  readonly to: BytePath
  readonly place: string
}

/** Pairs to be compared, small ones first, and how many deleted files have too many to choose from. */
function pairsOfOneSize(
  candidates: NoteCandidates,
  { deleted, added }: { deleted: readonly Placed[]; added: readonly SizedPath[] },
): { pairs: Pair[]; left: number } {
  const bySize = new Map<number, { from: Placed[]; to: SizedPath[] }>()
  for (const one of deleted) {
    const alike = bySize.get(one.size)
    if (alike === undefined) bySize.set(one.size, { from: [one], to: [] })
    else alike.from.push(one)
  }
  for (const one of added) bySize.get(one.size)?.to.push(one)
  const pairs: Pair[] = []
  let [left, bytes] = [0, 0]
  for (const [size, { from, to }] of [...bySize].sort(([a], [b]) => a - b)) {
    const knowsAll = candidates.addedFiles.knowsAll(size)
    if (to.length === 0 && knowsAll) continue
    const count = from.length * to.length
    const fits = pairs.length + count <= mostPairs && bytes + count * size <= mostBytes
    if (!knowsAll || !fits || from.length > mostAlike || to.length > mostAlike) {
      left += from.length
      continue
    }
    bytes += count * size
    for (const { path, place } of from)
      for (const other of to) pairs.push({ from: path, to: other.path, place })
  }
  return { pairs, left }
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
