import { idInside, type OwnerMap } from '../../core/owners/id-map'
import type { AttributeOwners } from '../../core/owners/owner-attributes'
import { wholePlace, type HostFiles, type LayerOwners } from './host-files'

/** How a container numbers the owners of what lies at a path of the host (bytes); nothing where they are as they stand there. */
export function ownersAt(host: Pick<HostFiles, 'owners' | 'place'>, place: string): OwnerMap | undefined {
  const { owners } = host
  return owners && (isIn(owners, wholePlace(host, place)) ? owners.inThese : owners.inOthers)
}

/**
 * The same for what extended attributes have. For whom capabilities are is kept as the host numbers it in the layers of images as well: a
 * commit takes it from the container as it stands there, and a change of owners leaves it alone.
 */
export function attributeOwnersAt(
  { owners }: Pick<HostFiles, 'owners'>,
  place: string,
): AttributeOwners | undefined {
  if (owners?.inAttributes === undefined) return undefined
  const roots = owners.inAttributes.uids
  return isIn(owners, place) ? { roots, named: owners.inAttributes } : { roots }
}

function isIn({ layers }: LayerOwners, place: string): boolean {
  return layers.some(
    (layer) => place.startsWith(layer) && (place.length === layer.length || place[layer.length] === '/'),
  )
}

/** The same facts with the owner that the container sees. */
export function ownedInside<Facts extends { readonly uid: number; readonly gid: number }>(
  facts: Facts,
  map: OwnerMap | undefined,
): Facts {
  if (map === undefined) return facts
  return { ...facts, uid: idInside(map.uids, facts.uid), gid: idInside(map.gids, facts.gid) }
}
