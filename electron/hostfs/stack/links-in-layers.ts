import { depthOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import type { HostFiles } from '../host/host-files'
import { linkTargets } from '../lookups/link-targets'
import { LowerLayers } from './layer-stack'

/**
 * Which of some paths are links in what a stack of layers shows (directories as bytes, top first), with where they lead. No link is followed
 * on the host.
 * @throws FailureError `command-failed` or `cancelled`
 */
export async function linksInLayers(
  host: HostFiles,
  layers: readonly string[],
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<Map<BytePath, string>> {
  const stack = new LowerLayers(host, layers)
  const above = new Set<BytePath>()
  for (const path of paths) for (let at = parentOf(path); at !== rootPath; at = parentOf(at)) above.add(at)
  const ordered = [...above].sort((a, b) => depthOf(a) - depthOf(b))
  if (ordered.length > 0) await stack.directories(ordered, signal)
  const places = new Map<BytePath, string>()
  for (const [path, { stat, at }] of await stack.placedVersions(paths, signal))
    if (stat.type === 'symlink') places.set(path, stack.hostPathOf(at))
  const targets = await linkTargets(host, [...places.values()], signal)
  const links = new Map<BytePath, string>()
  for (const [path, place] of places) {
    const target = targets.get(place)
    if (target !== undefined) links.set(path, target)
  }
  return links
}
