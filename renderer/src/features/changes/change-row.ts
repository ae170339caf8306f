import type { ChangeKind } from '../../../../electron/core/change'
import type { ChangeRow } from '../../stores/changes'

export const kindLetters = { added: 'A', modified: 'M', deleted: 'D' } as const

/** How many paths of each kind changed below a line, without the line itself. */
export function countsBelow({ kind, totals }: ChangeRow): Readonly<Record<ChangeKind, number>> {
  const { added, modified, deleted } = totals
  const counts = { added, modified, deleted }
  if (kind !== undefined) counts[kind] -= 1
  return counts
}

/** How many paths changed below a line, without the line itself. */
export function changesBelow(row: ChangeRow): number {
  const { added, modified, deleted } = countsBelow(row)
  return added + modified + deleted
}

/** What the size column says: a file's own size, or what the upper layer holds below a directory. */
export function shownSize(row: ChangeRow, sizesKnown: boolean): number | undefined {
  if (row.size !== undefined) return row.size
  return row.expandable && sizesKnown ? row.totals.bytes : undefined
}
