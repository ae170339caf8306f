import { idInside, type OwnerMap } from '../../core/owners/id-map'
import { attributesInside } from '../../core/owners/owner-attributes'
import type { ArchivedPath, Engine } from '../../engine/engine'
import { ownedTar } from '../../engine/tar/owned-tar'

/**
 * An engine whose archives have the owners that its containers see. dockerd with a user namespace for them (`--userns-remap`) archives the
 * owners of the host, and takes those of the container when it unpacks (measured with 20.10 and 26.1; moby, daemon/archive.go). Commits and
 * exports have those of the container.
 */
export function remappedEngine(
  engine: Engine,
  ownersOf: (signal: AbortSignal) => Promise<OwnerMap | undefined>,
): Engine {
  const ownersIn = async (id: string, signal: AbortSignal): Promise<OwnerMap | undefined> => {
    const owners = await ownersOf(signal)
    if (owners === undefined) return undefined
    const { userNamespace } = await engine.container(id, signal)
    return userNamespace === 'host' ? undefined : owners
  }
  return {
    ...engine,
    archivedPath: async (id, path, signal) => {
      // dockerd tells nothing of a container while an archive of it is still to be read.
      const owners = await ownersIn(id, signal)
      const found = await engine.archivedPath(id, path, signal)
      return found && owners ? ownedPath(found, owners) : found
    },
    archive: async (id, path, signal) => {
      const owners = await ownersIn(id, signal)
      return ownedTar(await engine.archive(id, path, signal), owners)
    },
  }
}

function ownedPath(found: ArchivedPath, owners: OwnerMap): ArchivedPath {
  const { uid, gid, attributes } = found
  return {
    ...found,
    ...(uid === undefined ? {} : { uid: idInside(owners.uids, uid) }),
    ...(gid === undefined ? {} : { gid: idInside(owners.gids, gid) }),
    ...(attributes === undefined ? {} : { attributes: attributesInside(attributes, { roots: owners.uids }) }),
    close: () => found.close(),
  }
}
