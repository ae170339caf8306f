import { attributesInside } from '../../core/owners/owner-attributes'
import type { Attributes } from '../../core/changes/path-facts'
import type { HostFiles } from '../host/host-files'
import { keptAttributes } from './kept-stats'
import { attributeOwnersAt } from '../host/layer-owners'

/** Extended attributes of what lies at a path of the host (bytes), as a container sees them. */
export function shownAttributes(
  host: Pick<HostFiles, 'owners' | 'dialect'>,
  place: string,
  attributes: Attributes,
): Attributes {
  const shown = host.dialect?.keepsStats === true ? keptAttributes(attributes) : attributes
  return attributesInside(shown, attributeOwnersAt(host, place))
}
