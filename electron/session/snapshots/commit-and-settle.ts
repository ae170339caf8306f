import { isAborted } from '../../core/base/abort'
import { isFailure, isRefusal, needsPerson, type Failure } from '../../core/base/failure'
import type { CommitRequest, ContainerDetails } from '../../engine/engine'
import type { HostSession } from '../host/host-session'
import { realClock, type Clock } from '../host/host-watch'
import { watchPause } from './pause-watch'
import { refusedCommit } from './commit-refusals'
import { snapshotLimits } from './snapshot-limits'
import {
  showsCommit,
  snapshotImage,
  snapshotOutcome,
  type SnapshotAttempt,
  type SnapshotOutcome,
} from './snapshot-outcome'
import { unansweredCommit } from './unanswered-commit'

/** What became of a commit, as far as it could be found out. */
export type SavedSnapshot =
  | { readonly outcome: 'made'; readonly imageId: string; readonly frozen: boolean }
  | { readonly outcome: 'not-made'; readonly failure: Failure; readonly leftPaused: boolean }
  | { readonly outcome: 'unknown'; readonly failure: Failure }

/**
 * Commits without a name. When the answer is lost, connects again and finds out by the label and the container whether the
 * image was made. Never asks twice for it.
 * @param settling called once where the answer is lost and is now to be found out
 * @throws FailureError where the engine was lost before it was asked: nothing was made then
 */
export async function saveSnapshot(
  session: HostSession,
  container: ContainerDetails,
  request: CommitRequest,
  attempt: SnapshotAttempt,
  settling: () => void,
  signal: AbortSignal,
): Promise<SavedSnapshot> {
  const engine = await session.engine(signal)
  const pauses = await watchPause(engine, container, { ...attempt, pause: request.pause }, signal)
  try {
    const imageId = await unansweredCommit(session, engine, request, attempt, signal)
    return { outcome: 'made', imageId, frozen: await pauses.frozen() }
  } catch (error) {
    const failure = isFailure(error) ? error.failure : undefined
    if (signal.aborted) return { outcome: 'unknown', failure: cancelled }
    if (failure?.kind === 'outcome-unknown') return { outcome: 'unknown', failure }
    if (failure !== undefined && isRefusal(failure)) {
      const image = await imageInSpite(session, attempt, failure, signal)
      if (isAborted(signal)) return { outcome: 'unknown', failure: cancelled }
      if (image === 'none')
        return { outcome: 'not-made', failure: refusedCommit(failure, request), leftPaused: false }
      if (image !== 'unknown') return { outcome: 'made', imageId: image.id, frozen: await pauses.frozen() }
    }
    settling()
    const longest = isUnprovenRefusal(failure, attempt) ? snapshotLimits.longestForbidden : undefined
    const found = await settle(session, attempt, signal, undefined, longest)
    if (found?.imageId !== undefined) {
      return { outcome: 'made', imageId: found.imageId, frozen: await pauses.frozen() }
    }
    if (found?.outcome === 'not-made') return notMade(failure, found.leftPaused)
    return { outcome: 'unknown', failure: signal.aborted ? cancelled : unknown(failure) }
  } finally {
    pauses.close()
  }
}

const cancelled: Failure = {
  kind: 'outcome-unknown',
  message: 'The snapshot was cancelled, but an engine does not stop a commit it has begun.',
  remedy: 'Lamina tells when the image is there; it can then be named or left.',
}

function unknown(lost: Failure | undefined): Failure {
  return {
    kind: 'outcome-unknown',
    message: `The engine's answer about the snapshot was lost, and what became of it could not be found out.${because(lost)}`,
    remedy:
      'Lamina looks for it again when the engine is back, and tells whether it was made. Do not repeat it before.',
  }
}

function because(lost: Failure | undefined): string {
  return lost === undefined ? '' : ` What was met: ${lost.message}`
}

function notMade(lost: Failure | undefined, leftPaused: boolean): SavedSnapshot {
  const failure: Failure = {
    kind: lost?.kind ?? 'connection-lost',
    message: `The engine's answer about the snapshot was lost. The engine was asked again: it was not made.${because(lost)}`,
    remedy: leftPaused
      ? 'The container was left paused: let it run again, then make the snapshot once more.'
      : 'Make the snapshot once more.',
  }
  return { outcome: 'not-made', failure, leftPaused }
}

/** Whether somebody forbade the commit, who need not be the engine, while nothing can show whether the engine is at it. */
function isUnprovenRefusal(failure: Failure | undefined, { pause, wasPaused }: SnapshotAttempt): boolean {
  return failure?.kind === 'permission-denied' && (!pause || wasPaused)
}

/** An engine may fail after the image was made, and a program before it may refuse what the engine has done. */
async function imageInSpite(
  session: HostSession,
  attempt: SnapshotAttempt,
  failure: Failure,
  signal: AbortSignal,
): Promise<{ readonly id: string } | 'none' | 'unknown'> {
  try {
    const either = AbortSignal.any([signal, AbortSignal.timeout(snapshotLimits.lookTimeout)])
    // Whoever forbids need not be the engine. In this order: a commit that ends between the two questions is found by the second.
    const isAtIt =
      isUnprovenRefusal(failure, attempt) ||
      (failure.kind === 'permission-denied' && (await showsCommit(session, attempt, either)))
    const id = await snapshotImage(session, attempt.snapshotId, either)
    if (id !== undefined) return { id }
    return isAtIt ? 'unknown' : 'none'
  } catch (error) {
    if (isFailure(error)) return 'unknown'
    throw error
  }
}

/**
 * Looks until it is known what became of a commit, connecting again as need be. Nothing where the host stays away, only a
 * person could connect to it, or the engine is at it for too long.
 */
export async function settle(
  session: HostSession,
  attempt: SnapshotAttempt,
  signal: AbortSignal,
  clock: Clock & { now(): number } = { ...realClock, now: Date.now },
  longest = attempt.pause && !attempt.wasPaused
    ? snapshotLimits.longestCommit
    : snapshotLimits.longestUnproven,
): Promise<SnapshotOutcome | undefined> {
  const began = clock.now()
  let answeredAt = began
  let pause = snapshotLimits.lookEvery
  let timesNotMade = 0
  while (!signal.aborted && !session.isClosed) {
    try {
      const outcome = await snapshotOutcome(
        session,
        attempt,
        AbortSignal.any([signal, AbortSignal.timeout(snapshotLimits.lookTimeout)]),
        clock.now(),
      )
      answeredAt = clock.now()
      pause = snapshotLimits.lookEvery
      if (outcome.outcome === 'made') return outcome
      timesNotMade = outcome.outcome === 'not-made' ? timesNotMade + 1 : 0
      // Once is not enough: the engine may have got the request and not yet have begun. What time alone tells is no proof.
      if (timesNotMade === 2 && clock.now() - began < longest) return outcome
    } catch (error) {
      if (!isFailure(error)) throw error
      if (needsPerson(error.failure)) return undefined
      pause = Math.min(pause * 2, snapshotLimits.lookAtMostEvery)
    }
    if (clock.now() - answeredAt > snapshotLimits.patience || clock.now() - began > longest) return undefined
    await clock.wait(pause, signal)
  }
  return undefined
}
