import { bytePath, parentOf, rootPath, type BytePath } from '../core/byte-path'
import { failed } from '../core/failure'
import { hostPath, type HostFiles } from './host-files'
import { LowerLayers } from './lower-layers'
import type { HostStat } from './stat-paths'

/** PATH_MAX, the longest path that Linux takes, with its zero byte. */
const longestPath = 4096

/** A path below a layer's directory, as `openPath` takes them. */
export interface LayerPath {
  readonly layer: string
  readonly path: BytePath
}

/** Where the content of a path is: in a layer further down for a file with metadata only. */
export interface PathPlace {
  readonly content: LayerPath
  /** What is to be believed about the path where the content is elsewhere. */
  readonly metadata?: HostStat
}

/**
 * The place in a stack of layers (directories as bytes, top first) whose version of a path is the one to be seen; nothing where
 * none has it or something above hides it. What stands there may be another thing a moment later.
 * @throws FailureError `command-failed` for paths that are too long below the layers' own directories
 */
export async function placeOfPath(
  host: HostFiles,
  layers: readonly string[],
  path: BytePath,
  signal: AbortSignal,
): Promise<PathPlace | undefined> {
  if (path === rootPath) return { content: { layer: layers[0] ?? '', path } }
  if (layers.some((layer) => hostPath(layer, path).length >= longestPath))
    throw failed('command-failed', 'The path is too long to be looked at on the host.')
  const stack = new LowerLayers(host, layers)
  await stack.directories(directoriesTo(parentOf(path)), signal)
  const version = (await stack.placedVersions([path], signal)).get(path)
  if (version === undefined) return undefined
  const content = { layer: stack.rootOf(version.content), path: bytePath(version.content.path) }
  return version.content === version.at ? { content } : { content, metadata: version.stat }
}

/** A directory and all above it, without the root. */
function directoriesTo(directory: BytePath): BytePath[] {
  const all: BytePath[] = []
  for (let at = directory; at !== rootPath; at = parentOf(at)) all.unshift(at)
  return all
}
