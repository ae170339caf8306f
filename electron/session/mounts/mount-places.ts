import { bytePath, rootPath, type BytePath } from '../../core/base/byte-path'
import type { ContainerMount, EngineMount } from '../../core/containers/container'
import { isFailure } from '../../core/base/failure'
import { inBatches } from '../../core/base/in-batches'
import type { ContainerDetails, Engine } from '../../engine/engine'
import { bytesOf } from '../../hostfs/host/host-files'
import { linksInLayers } from '../../hostfs/stack/links-in-layers'
import { followedPaths, type LinkLook } from './followed-links'
import { hostOrEngine } from '../host/host-or-engine'
import type { ContainerFiles, HostSession } from '../host/host-session'
import { unlessFailed } from '../base/unless-failed'

/** A mount, and where it lies in the container's file system once every link on the way to its destination is followed. */
export interface PlacedMount {
  readonly mount: ContainerMount | EngineMount
  readonly place: BytePath
}

/**
 * All mounts of a container where they lie: those that were asked for, and those that the engine makes unasked.
 * @throws FailureError what the engine says of links
 */
export async function placedMounts(
  session: HostSession,
  container: ContainerDetails,
  files: ContainerFiles,
  signal: AbortSignal,
): Promise<PlacedMount[]> {
  const mounts = [...container.mounts, ...container.engineMounts]
  const destinations = mounts.map(({ destination }) => asPath(destination))
  const places = await hostOrEngine(
    files,
    (there) => {
      const { upper, lower } = there.directories
      return followedPaths(destinations, linksOnHost(there, [upper, ...lower], signal))
    },
    async () =>
      await followedPaths(
        destinations,
        linksThroughEngine(await session.engine(signal), container.id, signal),
      ),
  )
  return mounts.map((mount) => {
    const path = asPath(mount.destination)
    return { mount, place: places.get(path) ?? path }
  })
}

/** How a container's files stand on the host, for what is done in any case. */
export async function filesIfTold(
  session: HostSession,
  container: ContainerDetails,
  signal: AbortSignal,
): Promise<ContainerFiles> {
  try {
    return await session.filesOf(container, signal)
  } catch (error) {
    if (!isFailure(error) || error.failure.kind === 'cancelled') throw error
    return { works: false, reason: error.failure.message }
  }
}

/** The mount that a path is in, the innermost where there are several; nothing where the path is in the container's own layers. */
export function mountOver(path: BytePath, placed: readonly PlacedMount[]): PlacedMount | undefined {
  return placed
    .filter(({ place }) => place !== rootPath && (path === place || path.startsWith(`${place}/`)))
    .reduce<PlacedMount | undefined>(
      (inner, one) => (inner === undefined || one.place.length >= inner.place.length ? one : inner),
      undefined,
    )
}

/** Links in the layers as the host has them. */
export function linksOnHost(
  { files }: Extract<ContainerFiles, { works: true }>,
  layers: readonly string[],
  signal: AbortSignal,
): LinkLook {
  return (paths) => linksInLayers(files, layers.map(bytesOf), paths, signal)
}

/** Paths that the engine is asked about side by side. */
export const askedAtOnce = 4

/** Links as the engine sees them. Where it does not say, as through a proxy that forbids it, there are none. */
export function linksThroughEngine(engine: Engine, containerId: string, signal: AbortSignal): LinkLook {
  const target = async (path: BytePath) =>
    (await unlessFailed(engine.pathStat(containerId, path, signal)))?.leadsTo
  return async (paths) => {
    const links = new Map<BytePath, string>()
    for (const some of inBatches(paths, askedAtOnce)) {
      for (const [index, found] of (await Promise.all(some.map(target))).entries()) {
        const path = some[index]
        if (path !== undefined && found !== undefined) links.set(path, found === rootPath ? '/' : found)
      }
    }
    return links
  }
}

/** A path that an engine tells as text; what has no name of its own is left out. */
export function asPath(text: string): BytePath {
  const names = text.split('/').filter((name) => name !== '' && name !== '.')
  return bytePath(bytesOf(names.map((name) => `/${name}`).join('')))
}
