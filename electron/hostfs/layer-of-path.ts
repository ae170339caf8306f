import { nameOf, parentOf, rootPath, type BytePath } from '../core/byte-path'
import { failed } from '../core/failure'
import { hostPath, type HostFiles } from './host-files'
import { LowerLayers } from './lower-layers'
import { statPaths } from './stat-paths'

/** PATH_MAX, the longest path that Linux takes, with its zero byte. */
const longestPath = 4096

/**
 * The layer (of directories as bytes, top first) whose version of a path is the one to be seen; nothing where none has it or
 * something above hides it. What stands there may be another thing a moment later.
 * @throws FailureError `command-failed` for paths that are too long below the layers' own directories
 */
export async function layerOfPath(
  host: HostFiles,
  layers: readonly string[],
  path: BytePath,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (path === rootPath) return layers[0]
  if (layers.some((layer) => hostPath(layer, path).length >= longestPath))
    throw failed('command-failed', 'The path is too long to be looked at on the host.')
  const parent = parentOf(path)
  const stack = new LowerLayers(host, layers)
  await stack.directories(directoriesTo(parent), signal)
  const places = stack.partsOf(parent).map((directory) => `${directory}/${nameOf(path)}`)
  const stats = await statPaths(host, places, signal)
  const place = places.find((one) => stats.has(one))
  if (place === undefined || stats.get(place)?.whiteout === true) return undefined
  return place.slice(0, place.length - path.length)
}

/** A directory and all above it, without the root. */
function directoriesTo(directory: BytePath): BytePath[] {
  const all: BytePath[] = []
  for (let at = directory; at !== rootPath; at = parentOf(at)) all.unshift(at)
  return all
}
