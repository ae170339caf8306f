import { kindDrawing } from '../../../stores/changes/change-row'
import type { ChangeRow } from '../../../stores/changes/changes'
import type { PathDescription } from '../../../stores/content/content'

/** What a change is against: the container's own image, another one, or the moment when the view was opened. */
export type ChangeBase = 'own' | 'other' | 'opened'

/** What is known of a changed path, of which there is a sentence for each base. */
export type Verdict = 'added' | 'deleted' | 'modified' | 'metadata' | 'same' | 'unsure' | 'untold'

/** What is to be said of a changed line: what was found out about the path alone goes before what the listing says. */
export function verdictOf(row: ChangeRow, description: PathDescription | undefined): Verdict {
  if (row.kind === 'added' || row.kind === 'deleted') return row.kind
  const aspects = description?.aspects ?? row.aspects
  if (aspects === undefined) return 'untold'
  const contentUnsure = description?.aspects === undefined && row.contentUnsure === true
  switch (kindDrawing({ ...row, aspects, contentUnsure })) {
    case 'full':
      return 'modified'
    case 'unsure':
      return 'unsure'
    case 'metadata':
      return aspects.length === 0 ? 'same' : 'metadata'
  }
}

export function baseOf(against: unknown, since: 'image' | 'opened'): ChangeBase {
  if (since === 'opened') return 'opened'
  return against === undefined ? 'own' : 'other'
}
