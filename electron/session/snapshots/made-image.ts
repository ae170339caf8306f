import { FailureError, isFailure, needsPerson, type FailureKind } from '../../core/base/failure'
import type { HostSession } from '../host/host-session'
import { passed } from '../base/passed'
import { snapshotLimits } from './snapshot-limits'

/** Kinds of failures by which an answer was lost: what was asked may be asked again. */
const lost: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'engine-unreachable',
  'engine-answer-invalid',
  'host-unreachable',
  'connection-lost',
  'timed-out',
])

/**
 * Does what is left of a snapshot once its image is there, again where an answer was lost: all of it may be done twice.
 * @throws FailureError as the work does, with the words that the image was made
 */
export async function withMadeImage<Value>(
  session: HostSession,
  imageId: string,
  work: () => Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  const until = performance.now() + snapshotLimits.patience
  for (let pause = snapshotLimits.lookEvery; ; pause = Math.min(2 * pause, snapshotLimits.lookAtMostEvery)) {
    try {
      return await work()
    } catch (error) {
      if (!isFailure(error)) throw error
      const { kind } = error.failure
      const isLost = lost.has(kind) && !needsPerson(error.failure) && !session.isClosed
      if (!isLost || performance.now() > until || !(await passed(pause, signal)))
        throw afterMade(error, imageId)
    }
  }
}

function afterMade({ failure }: FailureError, imageId: string): FailureError {
  // It says so itself.
  if (failure.kind === 'snapshot-unverified') return new FailureError(failure)
  const { kind, message, remedy } = failure
  return new FailureError({
    kind,
    message: `The image ${imageId} was made, but it has no name yet. ${message}`,
    remedy: `${remedy ?? 'Look whether the engine is running.'} The image is kept; name it where unfinished snapshots are listed.`,
  })
}
