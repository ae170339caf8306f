import { idInside, type OwnerMap } from '../../core/owners/id-map'
import { attributesInside } from '../../core/owners/owner-attributes'
import { rewrittenTar } from './tar-rewriting'

/** A tar with the owners of the host, and file capabilities for its roots, as a container with a user namespace of its own sees them. */
export function ownedTar(tar: AsyncIterable<Buffer>, owners: OwnerMap | undefined): AsyncIterable<Buffer> {
  if (owners === undefined) return tar
  return rewrittenTar(tar, ({ name, uid, gid, attributes }) => {
    const records = new Map([
      ['uid', String(idInside(owners.uids, uid))],
      ['gid', String(idInside(owners.gids, gid))],
    ])
    for (const [attribute, value] of attributesInside(attributes, { roots: owners.uids }))
      records.set(`SCHILY.xattr.${attribute}`, value)
    return { name, records }
  })
}
