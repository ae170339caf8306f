import type { OverlayDirectories } from '../../core/containers/container'
import { turnedMap, type IdRange, type OwnerMap } from '../../core/owners/id-map'
import type { ContainerDetails, EngineDescription } from '../../engine/engine'
import { chownedLayers } from '../../hostfs/host/chowned-layers'
import { bytesOf, type HostFiles, type LayerOwners } from '../../hostfs/host/host-files'

/** A container's directories, all of them, and whose ids they have. */
export interface OwnedDirectories {
  readonly directories: OverlayDirectories
  readonly owners?: LayerOwners
  /** Lower directories that the engine made of the image's for this container's user namespace. */
  readonly chowned: readonly string[]
}

/**
 * Finds out how a container sees the owners of what its layers have. Podman copies what it has to give other owners into a layer of its own,
 * unless the kernel or its mount program shows other owners without; the container's own layer has the ids of the host then, or with a mount
 * program those of the container. Docker keeps all layers with the ids of the host, and with containerd's store copies the whole image into
 * the container's own (moby, daemon/containerd, remapSnapshot).
 * @throws FailureError `command-failed`
 */
export async function ownedDirectories(
  files: HostFiles,
  imageStore: EngineDescription['imageStore'],
  { userNamespace }: ContainerDetails,
  directories: OverlayDirectories,
  signal: AbortSignal,
): Promise<OwnedDirectories> {
  const remapped = files.owners?.inThese
  if (remapped !== undefined) {
    const isHost = userNamespace === 'host'
    const layers = [bytesOf(directories.upper)]
    const inOne = isHost ? undefined : files.owners
    const owners = imageStore === 'containerd' ? copiedByDocker(layers, remapped, isHost) : inOne
    return { directories, chowned: [], ...(owners === undefined ? {} : { owners }) }
  }
  if (userNamespace === undefined || userNamespace === 'host') return { directories, chowned: [] }
  return await ownedByPodman(files, userNamespace, directories, signal)
}

async function ownedByPodman(
  files: HostFiles,
  inThese: OwnerMap,
  directories: OverlayDirectories,
  signal: AbortSignal,
): Promise<OwnedDirectories> {
  const { upper, lower } = directories
  const beside = await chownedLayers(files, [upper, ...lower], signal)
  const of = (layer: string) => beside.get(layer) ?? []
  const whole = { ...directories, lower: [...of(upper), ...lower.flatMap((layer) => [layer, ...of(layer)])] }
  const chowned = lower.flatMap((layer) => (of(layer).length === 0 ? [] : [layer, ...of(layer)]))
  const layers = [upper, ...of(upper), ...chowned].map(bytesOf)
  // A mount program that shows other owners keeps those of the container, and attributes as the kernel gives it them.
  const byMount = chowned.length === 0
  const isShown = files.dialect?.driver === 'fuse-overlayfs' && byMount
  const owners = { layers, inAttributes: inThese, byMount, ...(isShown ? {} : { inThese }) }
  return { directories: whole, chowned, owners }
}

/** One more than the highest id (2^32 - 1 is none, credentials(7)). */
const allIds = 2 ** 32 - 1

/**
 * The layers of images have the ids that the image has. What the engine itself puts into them belongs to root of its user namespace already,
 * which it leaves as it is when it gives everything else its new owner.
 */
function copiedByDocker(layers: readonly string[], remapped: OwnerMap, isHost: boolean): LayerOwners {
  if (isHost) return { layers, inOthers: withRoot(turnedMap(remapped), remapped, false), hasCopies: true }
  const same: IdRange = { inside: 0, outside: 0, count: allIds }
  return {
    layers,
    inThese: remapped,
    inAttributes: remapped,
    inOthers: withRoot({ uids: [same], gids: [same] }, remapped, true),
    hasCopies: true,
  }
}

function withRoot(map: OwnerMap, { uids, gids }: OwnerMap, isRoot: boolean): OwnerMap {
  const roots = (own: OwnerMap['uids']) =>
    own
      .filter(({ inside }) => inside === 0)
      .map(({ outside }) => ({ inside: isRoot ? 0 : outside, outside, count: 1 }))
  return { uids: [...roots(uids), ...map.uids], gids: [...roots(gids), ...map.gids] }
}
