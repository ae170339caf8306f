import { failed, isFailure } from '../../core/base/failure'
import type { Platform } from '../../core/images/image'
import type { ContainerDetails, ImageDetails } from '../../engine/engine'
import { otherPlatform } from '../../hostfs/engine-store/snapshot-platform'
import type { HostSession } from '../host/host-session'

/**
 * Refuses to make a snapshot of a container that stands on the layers of another platform than the engine shows its image for, since
 * the snapshot could not be held against them. Where neither the engine nor its host tells, it is found afterwards.
 * @throws FailureError `conflict`
 */
export async function refuseOtherPlatform(
  session: HostSession,
  container: ContainerDetails,
  base: ImageDetails,
  signal: AbortSignal,
): Promise<void> {
  const own = container.platform ?? (await platformOnHost(session, container, base, signal))
  if (own === undefined || named(own) === named(base)) return
  throw failed(
    'conflict',
    `The container ${container.name} was made for ${named(own)}, and this host shows its image ${container.image} for ${named(base)}, so that a snapshot of it could not be held against the layers it stands on.`,
    `Make the container of an image that is for ${named(own)} alone, or on a host that is ${named(own)}.`,
  )
}

/** Nothing but the containerd store has images for several platforms. */
async function platformOnHost(
  session: HostSession,
  container: ContainerDetails,
  base: ImageDetails,
  signal: AbortSignal,
): Promise<Platform | undefined> {
  const { imageStore, hostFiles, dataRoot } = await session.description(signal)
  if (imageStore !== 'containerd' || !hostFiles.works) return undefined
  try {
    return await otherPlatform(hostFiles.files, dataRoot, container, base, signal)
  } catch (error) {
    if (isFailure(error, 'command-failed')) return undefined
    throw error
  }
}

function named({ os, architecture }: Platform): string {
  return `${os}/${architecture}`
}
