import { bytePath, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import type { HostFiles } from '../host/host-files'
import type { Place } from './lookup-facts'
import { LowerLayers } from './layer-stack'
import type { HostStat } from '../lookups/stat-paths'

/** A path below a layer's directory, as `openPath` takes them. */
export interface LayerPath {
  readonly layer: string
  readonly path: BytePath
}

/** Where a path and its content are: the content in a layer further down for a file with metadata only. */
export interface PathPlace {
  /** Where the path itself is. */
  readonly at: LayerPath
  readonly content: LayerPath
  /** What was found there; nothing for the root, which is not looked up. */
  readonly stat?: HostStat
  /** What is to be believed about the path where the content is elsewhere. */
  readonly metadata?: HostStat
}

/**
 * The place in a stack of layers (directories as bytes, top first) whose version of a path is the one to be seen; nothing where
 * none has it or something above hides it. What stands there may be another thing a moment later.
 */
export async function placeOfPath(
  host: HostFiles,
  layers: readonly string[],
  path: BytePath,
  signal: AbortSignal,
): Promise<PathPlace | undefined> {
  if (path === rootPath) {
    const root = { layer: layers[0] ?? '', path }
    return { at: root, content: root }
  }
  const stack = new LowerLayers(host, layers)
  await stack.directories(directoriesTo(parentOf(path)), signal)
  const version = (await stack.placedVersions([path], signal)).get(path)
  if (version === undefined) return undefined
  const placed = (place: Place) => ({ layer: stack.rootOf(place), path: bytePath(place.path) })
  const [at, content, { stat }] = [placed(version.at), placed(version.content), version]
  return version.content === version.at ? { at, content, stat } : { at, content, stat, metadata: stat }
}

/** A directory and all above it, without the root. */
function directoriesTo(directory: BytePath): BytePath[] {
  const all: BytePath[] = []
  for (let at = directory; at !== rootPath; at = parentOf(at)) all.unshift(at)
  return all
}
