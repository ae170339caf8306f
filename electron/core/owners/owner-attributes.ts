import { knownInside, type IdMap, type OwnerMap } from './id-map'
import type { Attributes } from '../changes/path-facts'

/** How a user namespace numbers the ids that the kernel keeps in extended attributes. */
export interface AttributeOwners {
  /** Those of users and groups in access lists; they stay where it is left out. */
  readonly named?: OwnerMap
  /** Those of roots, for whom capabilities are. */
  readonly roots: IdMap
}

/** Extended attributes as they are seen in a user namespace. */
export function attributesInside(attributes: Attributes, owners: AttributeOwners | undefined): Attributes {
  if (owners === undefined || ![...attributes.keys()].some(holdsIds)) return attributes
  return new Map([...attributes].map(([name, value]) => [name, valueInside(name, value, owners)]))
}

/** One attribute's value (bytes, one character each) as `attributesInside` gives it. */
function valueInside(name: string, value: string, { named, roots }: AttributeOwners): string {
  if (name === capability) return capabilityInside(value, roots)
  return named !== undefined && acls.has(name) ? aclInside(value, named) : value
}

const capability = 'security.capability'
const acls: ReadonlySet<string> = new Set(['system.posix_acl_access', 'system.posix_acl_default'])

function holdsIds(name: string): boolean {
  return name === capability || acls.has(name)
}

/** Bytes of `struct vfs_ns_cap_data` (include/uapi/linux/capability.h): magic, two pairs of sets, and the id of root. */
const capabilityLength = { second: 20, third: 24 } as const

/**
 * The kernel notes in a file of a user namespace whose root the capabilities are for (revision 3), and shows that root none of it
 * (revision 2; security/commoncap.c, cap_inode_getsecurity). Engines keep revision 2 in the layers of images whatever their owners are.
 */
function capabilityInside(value: string, roots: IdMap): string {
  const { second, third } = capabilityLength
  if (value.length !== third || value.charCodeAt(3) !== 3) return value
  const root = knownInside(roots, numberAt(value, second, 4))
  if (root === undefined) return value
  if (root !== 0) return value.slice(0, second) + bytesOf(root, 4)
  return `${value.slice(0, 3)}\x02${value.slice(4, second)}`
}

/** include/uapi/linux/posix_acl_xattr.h: a version, then tag, permissions and id of each entry; only named users and groups have one. */
const acl = { head: 4, entry: 8, user: 0x02, group: 0x08 } as const

function aclInside(value: string, { uids, gids }: OwnerMap): string {
  let inside = value.slice(0, acl.head)
  for (let at = acl.head; at + acl.entry <= value.length; at += acl.entry) {
    const tag = numberAt(value, at, 2)
    const map = tag === acl.user ? uids : tag === acl.group ? gids : undefined
    const id = map && knownInside(map, numberAt(value, at + 4, 4))
    inside += id === undefined ? value.slice(at, at + acl.entry) : value.slice(at, at + 4) + bytesOf(id, 4)
  }
  return inside
}

/** Little endian, as both are kept. */
function numberAt(value: string, at: number, bytes: number): number {
  let number = 0
  for (let byte = bytes - 1; byte >= 0; byte -= 1) number = number * 256 + value.charCodeAt(at + byte)
  return number
}

function bytesOf(number: number, bytes: number): string {
  return Array.from({ length: bytes }, (_, at) =>
    String.fromCharCode(Math.floor(number / 256 ** at) % 256),
  ).join('')
}
