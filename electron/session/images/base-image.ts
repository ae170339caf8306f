import { failed, isFailure } from '../../core/base/failure'
import type { ContainerDetails, Engine, ImageDetails, ImageInUse } from '../../engine/engine'
import type { HostSession } from '../host/host-session'
import { openImageReader, type ImageReader } from './reader-container'

type Container = Pick<ContainerDetails, 'id' | 'name' | 'image' | 'imageId' | 'manifestDigest'>

/**
 * The image that a container was made from.
 * @throws FailureError `base-incomplete` where the engine does not have it any more
 */
export async function baseImage(
  engine: Engine,
  container: Container,
  signal: AbortSignal,
): Promise<ImageDetails> {
  return await ofBase(container, () => engine.image(container.imageId, signal))
}

/** Makes a container of a container's image to read it through. @throws FailureError `base-incomplete` */
export async function openBaseReader(
  engine: Engine,
  container: Container,
  signal: AbortSignal,
): Promise<ImageReader> {
  return await ofBase(container, () => openImageReader(engine, container.imageId, signal))
}

/** @throws FailureError `conflict` for a container that was made without an image, which has neither layers nor anything to be held against */
export function refuseWithoutImage(container: Pick<ContainerDetails, 'name' | 'imageId'>): void {
  if (container.imageId === '')
    throw failed(
      'conflict',
      `The container ${container.name} was made without an image, from a directory of the host (podman --rootfs), so there is nothing that its files could be held against, and no image to put a layer on.`,
      'Look at the directory itself, or make an image of it first and a container of that (tar -c . | podman import -).',
    )
}

/**
 * Says of what needs a container's image that there is none, or that it is gone, where that is so. Podman makes a container of a
 * directory (`--rootfs`); an engine lets an image go by force, and its container stays.
 */
export async function ofBase<Value>(container: Container, ask: () => Promise<Value>): Promise<Value> {
  refuseWithoutImage(container)
  try {
    return await ask()
  } catch (error) {
    if (!isFailure(error, 'not-found')) throw error
    throw failed(
      'base-incomplete',
      `The image ${nameOf(container)} that the container ${container.name} was made from is not in the engine's store any more, or its description is missing there.`,
      `Get the same image into the engine again (docker pull, or docker load from an archive of it), so that it has the id ${container.imageId}.`,
    )
  }
}

/**
 * Refuses to make a snapshot on an image of which the engine's store lacks parts: the containerd store would make one that runs and
 * of which it tells nothing, so that it could not be found by its label, nor be saved or pushed.
 * @throws FailureError `base-incomplete`
 */
export async function refuseIncompleteBase(
  session: HostSession,
  container: Container,
  signal: AbortSignal,
): Promise<void> {
  if (await isWhole(session, { ...container, containerId: container.id }, signal)) return
  throw failed(
    'base-incomplete',
    `The image ${nameOf(container)} that the container ${container.name} was made from is incomplete: archives of its layers are missing in the engine's store. A snapshot of it would be incomplete too: the engine would not find it by its label, and could not save or push it.`,
    // moby#49784: a pull leaves out the archives of layers whose files are unpacked.
    'Pull the image again, then make the snapshot once more. Where it stays incomplete, because the engine pulls no archive of a layer whose files it has, load the image from an archive of it (docker save on another host, docker load here).',
  )
}

/** Whether an engine has all parts of an image; nothing but the containerd store can lose some. */
export async function isWhole(
  session: HostSession,
  image: ImageInUse,
  signal: AbortSignal,
): Promise<boolean> {
  const { imageStore } = await session.description(signal)
  // A list of images holds each one of a graph driver's as well, for an engine that does not say which store it has.
  return imageStore === 'graph-driver' || (await (await session.engine(signal)).hasAllContent(image, signal))
}

function nameOf({ image, imageId }: Container): string {
  return image === '' ? imageId : image
}
