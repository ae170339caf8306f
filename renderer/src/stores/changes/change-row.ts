import type { ChangeAspect, ChangeKind } from '../../../../electron/core/changes/change'
import type { ChangeRow } from './changes'
import type { PathText } from './path-text'

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

/** What the size column says: a file's own size, what the upper layer holds below a directory, or what was lost with one. */
export function shownSize(row: ChangeRow, sizesKnown: boolean): number | undefined {
  if (row.lost !== undefined) return row.lost.bytes
  if (row.size !== undefined) return row.size
  return row.expandable && sizesKnown ? row.totals.bytes : undefined
}

/** How a line's letter is drawn: full, or quiet where a modified path has the content of its lower version, or may have. */
export function kindDrawing({ kind, aspects, contentUnsure }: ChangeRow): 'full' | 'metadata' | 'unsure' {
  if (kind !== 'modified' || aspects === undefined) return 'full'
  const isMetadata = !aspects.some((aspect) => ofContent.has(aspect))
  if (!isMetadata) return 'full'
  return contentUnsure === true ? 'unsure' : 'metadata'
}

const ofContent: ReadonlySet<ChangeAspect> = new Set(['type', 'content', 'link-target'])

/** Whether a line can be undone: a change against the container's own image. */
export function isUndoable(row: ChangeRow, against: unknown): boolean {
  return row.kind !== undefined && against === undefined
}

/** Whether a report of a line has more than the line: what is in the root stands beside it, and yet is in it. */
export function hasMore(row: ChangeRow): boolean {
  return row.expandable || row.path === '/'
}

/** The other end of a rename as it is read at a line: its name alone where both are in one directory. */
export function nameFrom({ path }: PathText, other: PathText): string {
  const directory = path.slice(0, path.lastIndexOf('/') + 1)
  const name = other.path.slice(directory.length)
  return other.path.startsWith(directory) && !name.includes('/') ? name : other.path
}
