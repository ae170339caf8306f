import { displayName } from '../../../../electron/core/base/display-name'
import type { Failure } from '../../../../electron/core/base/failure'
import type { OperationInput, OperationOutput } from '../../../../electron/contract/contract'
import type { EventPayload } from '../../../../electron/contract/events'

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

/** How many paths an image has otherwise than its container had them, as far as they were compared. */
export function differingPaths({ verified }: MadeSnapshot): number {
  const { missing, extra, different } = verified.counts
  return missing + extra + different
}

/** Whether an image may lack what its container has at a path (as it is drawn) or below it, or have it otherwise. */
export function mayLack({ verified }: MadeSnapshot, path: string): boolean {
  const { missing, different, counts } = verified
  if (counts.missing > missing.length || counts.different > different.length) return true
  const below = path === '/' ? path : `${path}/`
  const drawn = [...missing, ...different].map((one) => displayName(one.path))
  return drawn.some((one) => one === path || one.startsWith(below))
}

/** The steps a person waits for, in order. */
const waitedSteps = [
  'waiting',
  'saving',
  'checking',
  'naming',
  'comparing',
] as const satisfies readonly SnapshotStep[]

type WaitedStep = (typeof waitedSteps)[number] | 'settling'

/** The steps as they stand at one of them: where an answer was lost, looking for the image takes the place of saving it. */
export function stepsAt(step: SnapshotStep): readonly WaitedStep[] {
  return step === 'settling' ? waitedSteps.map((one) => (one === 'saving' ? step : one)) : waitedSteps
}

/** What a person waits for at a step. */
export function waitedFor(step: SnapshotStep): WaitedStep {
  return stepsAt(step).find((one) => one === step) ?? 'waiting'
}
