import type { ChangeAspect } from '../../../../../electron/core/changes/change'
import type { ChangeRow } from '../../../stores/changes/changes'
import type { ContentVersions, PathDescription } from '../../../stores/content/content'
import { areEqualBytes } from '../../../stores/content/content-bytes'
import type { ContentFacts } from '../../../stores/content/content-version'
import type { Side } from '../../../stores/content/content-subject'

/** Facts of one version, from whatever could tell them. */
export type PathFacts = NonNullable<PathDescription['upper']>

export interface BothFacts {
  readonly upper: PathFacts | undefined
  readonly lower: PathFacts | undefined
}

/** What is known of both versions: the description, else what came with the content, else the row. */
export function factsOfBoth(
  row: ChangeRow,
  description: PathDescription | undefined,
  versions: ContentVersions,
): BothFacts {
  const facts = (side: Side): PathFacts | undefined =>
    description === undefined
      ? (factsWithContent(versions[side]?.facts) ?? (ownSide(row) === side ? factsOfRow(row) : undefined))
      : description[side]
  return { upper: facts('upper'), lower: facts('lower') }
}

/** Which version a row's own facts are of. */
function ownSide({ kind }: ChangeRow): Side {
  return kind === 'deleted' ? 'lower' : 'upper'
}

function factsWithContent(facts: ContentFacts | undefined): PathFacts | undefined {
  if (facts?.exists !== true) return undefined
  const { type, size, mode, uid, gid, modifiedAt, linkTarget } = facts
  return { type, size, mode, uid, gid, modifiedAt, linkTarget }
}

function factsOfRow({ type, size, mode, uid, gid, modifiedAt, linkTarget }: ChangeRow): PathFacts {
  // A directory's size in the listing is what lies below it.
  return { type, size: type === 'directory' ? undefined : size, mode, uid, gid, modifiedAt, linkTarget }
}

/** Whether both versions have the same content; nothing where it is not known (yet). */
export function isSameContent(
  row: ChangeRow,
  description: PathDescription | undefined,
  { upper, lower }: ContentVersions,
): boolean | undefined {
  if (row.kind !== 'modified') return undefined
  if (upper?.facts?.type === 'file' && lower?.facts?.type === 'file' && upper.isWhole && lower.isWhole)
    return areEqualBytes(upper.bytes, lower.bytes)
  const aspects = description?.aspects ?? (row.contentUnsure === true ? undefined : row.aspects)
  return aspects === undefined ? undefined : !aspects.some((aspect) => ofContent.has(aspect))
}

const ofContent: ReadonlySet<ChangeAspect> = new Set<ChangeAspect>(['type', 'content', 'link-target'])
