import type { Failure } from '../../../electron/core/failure'
import type { OperationInput, OperationOutput } from '../../../electron/contract/contract'
import type { EventPayload } from '../../../electron/contract/events'

export type CommitInput = OperationInput<'snapshots.commit'>
export type MadeSnapshot = OperationOutput<'snapshots.commit'>
export type SnapshotStep = EventPayload<'snapshot.progressed'>['step']

/** One attempt at a snapshot of a container, from the click to its end. */
export type SnapshotRun =
  | {
      readonly state: 'running'
      readonly input: CommitInput
      readonly step: SnapshotStep
      readonly startedAt: number
      readonly cancelling: boolean
    }
  | { readonly state: 'name-taken'; readonly input: CommitInput }
  | {
      readonly state: 'made'
      readonly input: CommitInput
      readonly made: MadeSnapshot
      readonly baseImage?: string
      /** When it ended, in milliseconds since 1970. */
      readonly at: number
    }
  | {
      readonly state: 'failed'
      readonly input?: CommitInput
      readonly failure: Failure
      readonly at: number
    }

/** The steps a person waits for, in order. */
export const waitedSteps = [
  'waiting',
  'saving',
  'checking',
  'naming',
] as const satisfies readonly SnapshotStep[]
