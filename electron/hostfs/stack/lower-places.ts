import { nameOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import { hostPath, type HostFiles } from '../host/host-files'
import { LowerLayers } from './layer-stack'
import { statPaths, type HostStat } from '../lookups/stat-paths'

/** Where on the host the lower version of a path lies, and what it is. */
export interface LowerPlace {
  /** An absolute path of the host, as bytes. */
  readonly place: string
  readonly stat: HostStat
}

/** The lower versions of many paths; only those that a lower layer (directories as bytes, top first) has. */
export async function lowerPlaces(
  host: HostFiles,
  layers: readonly string[],
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<Map<BytePath, LowerPlace>> {
  const stack = new LowerLayers(host, layers)
  await stack.directories(directoriesAbove(paths), signal)
  const candidates = new Map(paths.map((path) => [path, candidatesOf(stack, path)]))
  const stats = await statPaths(host, [...candidates.values()].flat(), signal)
  const places = new Map<BytePath, LowerPlace>()
  for (const [path, wanted] of candidates) {
    const place = wanted.find((one) => stats.has(one))
    const stat = place === undefined ? undefined : stats.get(place)
    if (place !== undefined && stat !== undefined && !stat.whiteout) places.set(path, { place, stat })
  }
  return places
}

/** The directories of the host that are merged into each of these paths in the lower layers, top first; none for what is no directory. */
export async function lowerParts(
  host: HostFiles,
  layers: readonly string[],
  directories: readonly BytePath[],
  signal: AbortSignal,
): Promise<Map<BytePath, string[]>> {
  const stack = new LowerLayers(host, layers)
  const all = new Set([...directoriesAbove(directories), ...directories])
  all.delete(rootPath)
  await stack.directories([...all], signal)
  return new Map(directories.map((path) => [path, stack.partsOf(path)]))
}

function candidatesOf(stack: LowerLayers, path: BytePath): string[] {
  const name = path === rootPath ? '' : `/${nameOf(path)}`
  return stack.partsOf(parentOf(path)).map((part) => hostPath(part, name))
}

/** All directories above some paths, without the root. */
function directoriesAbove(paths: readonly BytePath[]): BytePath[] {
  const all = new Set<BytePath>()
  for (const path of paths) {
    for (let at = parentOf(path); at !== rootPath && !all.has(at); at = parentOf(at)) all.add(at)
  }
  return [...all]
}
