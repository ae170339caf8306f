import type { FileType } from '../../../../../electron/core/changes/change'
import type { ChangeRow } from '../../../stores/changes/changes'
import type { ContentVersions, PathDescription } from '../../../stores/content/content'
import type { Side } from '../../../stores/content/content-subject'

export interface SavableVersion {
  readonly side: Side
  readonly isDirectory: boolean
}

const sidesOf: Readonly<Record<NonNullable<ChangeRow['kind']>, readonly Side[]>> = {
  added: ['upper'],
  deleted: ['lower'],
  modified: ['upper', 'lower'],
}

/** The versions of a path that can be written to this machine: files and directories. */
export function savableVersions(
  row: ChangeRow,
  description: PathDescription | undefined,
  versions: ContentVersions,
): SavableVersion[] {
  const sides = row.kind === undefined ? (['upper', 'lower'] as const) : sidesOf[row.kind]
  return sides.flatMap((side) => {
    const type = typeOf(side, row, description, versions)
    return type === 'file' || type === 'directory' ? [{ side, isDirectory: type === 'directory' }] : []
  })
}

function typeOf(
  side: Side,
  row: ChangeRow,
  description: PathDescription | undefined,
  versions: ContentVersions,
): FileType {
  const facts = versions[side]?.facts
  if (facts !== undefined) return facts.exists ? facts.type : 'unknown'
  return description?.[side]?.type ?? (row.kind === 'modified' && side === 'lower' ? 'unknown' : row.type)
}
