/** A line of a user namespace's map (user_namespaces(7)): `count` ids, from `inside` on in the namespace and from `outside` on out of it. */
export interface IdRange {
  readonly inside: number
  readonly outside: number
  readonly count: number
}

export type IdMap = readonly IdRange[]

/** How the users and groups of a user namespace are numbered. */
export interface OwnerMap {
  readonly uids: IdMap
  readonly gids: IdMap
}

/** What the kernel shows for an id that a namespace has no number for (/proc/sys/kernel/overflowuid, overflowgid). */
export const overflowId = 65534

/** The number that an id has in the namespace; nothing where it has none. */
export function knownInside(map: IdMap, id: number): number | undefined {
  const range = map.find(({ outside, count }) => id >= outside && id < outside + count)
  return range === undefined ? undefined : range.inside + id - range.outside
}

/** The number that is seen in the namespace. */
export function idInside(map: IdMap, id: number): number {
  return knownInside(map, id) ?? overflowId
}

/** The map that leads the other way. */
export function turnedMap({ uids, gids }: OwnerMap): OwnerMap {
  const turned = (map: IdMap): IdMap =>
    map.map(({ inside, outside, count }) => ({ inside: outside, outside: inside, count }))
  return { uids: turned(uids), gids: turned(gids) }
}

/** Ids stay what they are. */
export function changesNothing({ uids, gids }: OwnerMap): boolean {
  return [...uids, ...gids].every(({ inside, outside }) => inside === outside)
}

/** The numbers of a line: inside, outside, count, as the kernel (with blanks) and Podman (with colons) write it. */
export function idRange(line: string): IdRange | undefined {
  const [inside, outside, count] = (/^\s*(\d{1,10})[\s:]+(\d{1,10})[\s:]+(\d{1,10})\s*$/.exec(line) ?? [])
    .slice(1)
    .map(Number)
  if (inside === undefined || outside === undefined || count === undefined || count === 0) return undefined
  return { inside, outside, count }
}
