import type { OverlayDirectories } from '../core/container'
import type { ContainerDetails, ImageDetails } from '../engine/engine'
import { bytesOf } from '../hostfs/host-files'
import { stacksOf } from './changes-against'
import type { HostSession } from './host-session'

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
  const details = await (await session.engine()).image(image, signal)
  return details.id === container.imageId ? undefined : details
}

/** The layers that have the lower version, as bytes, top first; nothing where the engine does not tell another image's. */
export function lowerLayersOf(
  directories: OverlayDirectories,
  against: ImageDetails | undefined,
): readonly string[] | undefined {
  if (against === undefined) return directories.lower.map(bytesOf)
  return against.directories && stacksOf(directories, against.directories).image
}

/** Why the host's files do not serve for another image. */
export const noImageLayers = "The engine does not say where the image's layers are."
