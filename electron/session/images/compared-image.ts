import type { OverlayDirectories } from '../../core/containers/container'
import { failed, isFailure } from '../../core/base/failure'
import type { ContainerDetails, Engine, ImageDetails } from '../../engine/engine'
import { bytesOf } from '../../hostfs/host/host-files'
import type { TwoStacks } from '../../hostfs/difference/stack-difference'
import { openBaseReader } from './base-image'
import type { ContainerFiles, HostSession } from '../host/host-session'
import { imageDirectories } from './image-directories'
import { openImageReader, type ImageReader } from './reader-container'

/**
 * The image whose version of a path is the lower one, by id or reference; nothing where that is the container's own.
 * @throws FailureError `not-found`
 */
export async function comparedImage(
  session: HostSession,
  container: ContainerDetails,
  image: string | undefined,
  signal: AbortSignal,
): Promise<ImageDetails | undefined> {
  if (image === undefined) return undefined
  const engine = await session.engine(signal)
  const details = await engine.image(image, signal)
  return (await isOwnImage(engine, container, details, signal)) ? undefined : details
}

/** One stack of layers may stand behind several ids: with the containerd store an id is that of a manifest, or of a list of platforms. */
export async function isOwnImage(
  engine: Engine,
  { imageId }: ContainerDetails,
  { id, diffIds }: ImageDetails,
  signal: AbortSignal,
): Promise<boolean> {
  if (id === imageId) return true
  // Of a container that was made without an image (podman --rootfs).
  if (imageId === '') return false
  try {
    const own = await engine.image(imageId, signal)
    return own.diffIds.join() === diffIds.join()
  } catch (error) {
    if (!isFailure(error, 'not-found')) throw error
    return false
  }
}

/** Makes a container of the image that has the lower version, to read it through. @throws FailureError `base-incomplete` */
export async function openLowerReader(
  engine: Engine,
  container: ContainerDetails,
  against: ImageDetails | undefined,
  signal: AbortSignal,
): Promise<ImageReader> {
  if (against === undefined) return await openBaseReader(engine, container, signal)
  return await openImageReader(engine, against.id, signal)
}

/**
 * The layers of both, top first. What the engine makes for every container is no change, so the layer with it stands in both
 * stacks: where the container has it, if the image is built upon the container's own, and else on top as if a container were made of it.
 */
export function stacksOf(
  { upper, lower }: OverlayDirectories,
  image: readonly string[],
  engineLayer: string | undefined,
): TwoStacks {
  const init = engineLayer === undefined ? [] : [engineLayer]
  const own = lower.slice(init.length)
  const above = image.length - own.length
  const isBuiltUponOwn = above >= 0 && own.every((directory, index) => directory === image[above + index])
  const stack = isBuiltUponOwn ? [...image.slice(0, above), ...init, ...own] : [...init, ...image]
  return { container: [upper, ...lower].map(bytesOf), image: stack.map(bytesOf) }
}

/** Layers as bytes, top first. */
export interface LowerStack {
  /** All that the lower version is seen through. */
  readonly layers: readonly string[]
  /** Those of the image; none where they are not told apart. */
  readonly image: readonly string[]
}

/**
 * The layers that have the lower version, on the host.
 * @throws FailureError `command-failed` where those of another image are not known there
 */
export async function lowerStack(
  session: HostSession,
  { directories, engineLayer, imageLayers = [] }: Extract<ContainerFiles, { works: true }>,
  against: ImageDetails | undefined,
  signal: AbortSignal,
): Promise<LowerStack> {
  if (against === undefined)
    return { layers: directories.lower.map(bytesOf), image: imageLayers.map(bytesOf) }
  const image = await imageDirectories(session, against, signal)
  if (!image.works) throw failed('command-failed', image.reason)
  const layers = stacksOf(directories, image.directories, engineLayer).image
  return { layers, image: image.directories.map(bytesOf) }
}
