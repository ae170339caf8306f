import type { ChangeRow } from '../../stores/changes'

export const kindLetters = { added: 'A', modified: 'M', deleted: 'D' } as const

/** How many paths changed at a line and below it. */
export function changesAt(row: ChangeRow): number {
  return row.totals.added + row.totals.modified + row.totals.deleted
}

/** How many paths changed below a line, without the line itself. */
export function changesBelow(row: ChangeRow): number {
  return changesAt(row) - (row.kind === undefined ? 0 : 1)
}

/** What the size column says: a file's own size, or what the upper layer holds below a directory. */
export function shownSize(row: ChangeRow, sizesKnown: boolean): number | undefined {
  if (row.size !== undefined) return row.size
  return row.expandable && sizesKnown ? row.totals.bytes : undefined
}
