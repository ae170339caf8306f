import { depthOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import type { HostFiles } from '../host/host-files'
import { LowerLayers } from './layer-stack'
import type { HostStat } from '../lookups/stat-paths'

/**
 * The facts of those of some paths that are directories in what a stack of layers shows (directories as bytes, top first).
 * @throws FailureError `command-failed` or `cancelled`
 */
export async function directoriesInLayers(
  host: HostFiles,
  layers: readonly string[],
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<Map<BytePath, HostStat>> {
  if (paths.length === 0) return new Map()
  const all = new Set<BytePath>()
  for (const path of paths) for (let at = path; at !== rootPath; at = parentOf(at)) all.add(at)
  const ordered = [...all].sort((a, b) => depthOf(a) - depthOf(b))
  const found = await new LowerLayers(host, layers).directories(ordered, signal)
  return new Map([...found].filter(([path]) => paths.includes(path)))
}
