import { childOf, nameOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import type { Change } from '../../core/changes/change'
import { addedEntry, leadsOnly, modifiedEntry } from './change-of-entry'
import { directoryNames } from '../lookups/directory-names'
import type { HostFiles } from '../host/host-files'
import { linkTargets } from '../lookups/link-targets'
import type { Version } from '../stack/overlay-lookup'
import { LowerLayers } from '../stack/layer-stack'

/** Directories and paths worked on together. */
const mostDirectories = 1024
const mostPaths = 16_384

/** Both sides of a comparison: what the image has, and what the container has on top of it. */
interface Stacks {
  readonly image: LowerLayers
  readonly container: LowerLayers
}

/** What came with a renamed directory: changes, and the names that are seen in directories now. */
export interface Revealed {
  readonly changes: readonly Change[]
  readonly names: ReadonlyMap<BytePath, ReadonlySet<string>>
}

/**
 * What is seen below renamed directories (overlayfs.rst, "redirect_dir") although the upper layer holds none of it: each entry is
 * new at this place, or another than the image has there.
 * @param redirected renamed directories and those of the upper layer in them, with the names that the upper layer has in each
 */
export async function* revealedEntries(
  host: HostFiles,
  layers: { readonly upper: string; readonly lower: readonly string[]; readonly image: LowerLayers },
  redirected: ReadonlyMap<BytePath, ReadonlySet<string>>,
  signal: AbortSignal,
): AsyncGenerator<Revealed> {
  if (redirected.size === 0) return
  const container = new LowerLayers(host, [layers.upper, ...layers.lower])
  const stacks = { image: layers.image, container }
  await container.directories([...withParents(redirected.keys())], signal)
  const waiting = [...redirected.keys()]
  for (let next = 0; next < waiting.length;) {
    const directories = waiting.slice(next, next + mostDirectories)
    next += directories.length
    const names = await namesBelow(host, container, directories, redirected, signal)
    const paths = [...names].flatMap(([directory, own]) => [...own].map((name) => childOf(directory, name)))
    const seen = new Map<BytePath, Set<string>>(directories.map((path) => [path, new Set()]))
    for (let at = 0; at < paths.length; at += mostPaths) {
      const { changes, found, open } = await compare(host, stacks, paths.slice(at, at + mostPaths), signal)
      for (const path of found) seen.get(parentOf(path))?.add(nameOf(path))
      waiting.push(...open)
      yield { changes, names: new Map() }
    }
    yield { changes: [], names: seen }
  }
}

/** Names that layers below the upper one have in directories, without those of the upper layer's own entries. */
async function namesBelow(
  host: HostFiles,
  container: LowerLayers,
  directories: readonly BytePath[],
  redirected: ReadonlyMap<BytePath, ReadonlySet<string>>,
  signal: AbortSignal,
): Promise<Map<BytePath, Set<string>>> {
  const parts = new Map<string, BytePath[]>()
  for (const directory of directories) {
    for (const place of container.placesOf(directory)) {
      if (place.layer === 0) continue
      const part = container.hostPathOf(place)
      parts.set(part, [...(parts.get(part) ?? []), directory])
    }
  }
  const names = new Map<BytePath, Set<string>>()
  for (const [part, children] of await directoryNames(host, [...parts.keys()], signal)) {
    for (const directory of parts.get(part) ?? []) {
      const own = redirected.get(directory)
      const all = names.get(directory) ?? new Set()
      for (const child of children) if (own?.has(child) !== true) all.add(child)
      names.set(directory, all)
    }
  }
  return names
}

async function compare(
  host: HostFiles,
  { image, container }: Stacks,
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<{ changes: Change[]; found: Iterable<BytePath>; open: BytePath[] }> {
  const versions = await container.placedVersions(paths, signal)
  const directories = [...versions].filter(([, { stat }]) => stat.type === 'directory').map(([path]) => path)
  const [, , before] = await Promise.all([
    container.directories(directories, signal),
    image.directories(directories, signal),
    image.placedVersions([...versions.keys()], signal),
  ])
  const links = [...versions].filter(([path, { stat }]) => {
    return stat.type === 'symlink' || before.get(path)?.stat.type === 'symlink'
  })
  const placesOfLinks = links.flatMap(([path, version]) => {
    const lower = before.get(path)
    return [container.hostPathOf(version.at), ...(lower === undefined ? [] : [image.hostPathOf(lower.at)])]
  })
  const targets = await linkTargets(host, placesOfLinks, signal)
  const changes: Change[] = []
  for (const [path, version] of versions) {
    const below = before.get(path)
    const { stat } = version
    const entry = { ...stat, path, linkTarget: targets.get(container.hostPathOf(version.at)) ?? '' }
    if (below === undefined) changes.push(addedEntry(entry, true))
    else if (!isSame(version, below) && !leadsOnly(entry, below.stat)) {
      const lowerTarget = targets.get(image.hostPathOf(below.at))
      const sameContent = isSameContent(version, below)
      changes.push(modifiedEntry(entry, below.stat, { lowerTarget, device: stat.device, sameContent }, true))
    }
  }
  const open = directories.filter((path) => !sameParts(container, image, path))
  return { changes, found: versions.keys(), open }
}

/** The container's stack has one layer more on top. */
function isSame(version: Version, below: Version): boolean {
  return version.at.layer === below.at.layer + 1 && version.at.path === below.at.path
}

function isSameContent(version: Version, below: Version): boolean {
  return version.content.layer === below.content.layer + 1 && version.content.path === below.content.path
}

function sameParts(container: LowerLayers, image: LowerLayers, path: BytePath): boolean {
  const [now, then] = [container.partsOf(path), image.partsOf(path)]
  return now.length === then.length && now.every((part, index) => part === then[index])
}

function withParents(paths: Iterable<BytePath>): Set<BytePath> {
  const all = new Set<BytePath>()
  for (const path of paths) {
    for (let at = path; at !== rootPath && !all.has(at); at = parentOf(at)) all.add(at)
  }
  return all
}
