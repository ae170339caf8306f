import type { OperationOutput } from '../../../../electron/contract/contract'
import type { Failure } from '../../../../electron/core/base/failure'
import type { ChangeRow } from '../changes/changes'

export type UndoPlan = OperationOutput<'undo.plan'>

/** The change that is to be undone. */
export interface UndoSubject {
  readonly hostId: string
  readonly containerId: string
  readonly row: ChangeRow
}

/** Undoing one change, from the question to its end. */
export type UndoRun =
  | { readonly state: 'planning'; readonly subject: UndoSubject }
  | { readonly state: 'planned'; readonly subject: UndoSubject; readonly plan: UndoPlan }
  | {
      readonly state: 'saving' | 'undoing'
      readonly subject: UndoSubject
      readonly plan: UndoPlan
      readonly cancelling: boolean
    }
  | {
      readonly state: 'failed'
      readonly subject: UndoSubject
      readonly failure: Failure
      /** What failed; after the safety snapshot failed, or does not keep the path, nothing was undone. */
      readonly at: 'planning' | 'saving' | 'undoing'
      /** The snapshot that was made before. */
      readonly saved?: string
    }

/** How the last one ended well. */
export interface Undone {
  readonly subject: UndoSubject
  readonly action: UndoPlan['action']
  /** Milliseconds since 1970. */
  readonly at: number
  readonly saved?: string
}
