import { failed, isFailure, type FailureError } from '../../core/base/failure'
import type { Engine, CommitRequest } from '../../engine/engine'
import type { HostSession } from '../host/host-session'
import { passed } from '../base/passed'
import { snapshotLimits } from './snapshot-limits'
import { snapshotOutcome, type SnapshotAttempt } from './snapshot-outcome'

/** Looks at which the engine is done, or has not begun, before its answer is given up. */
const looksWhenMade = 2
const looksWhenNotBegun = 12

/**
 * Commits, for as long as the engine is at it. Beside it the engine is looked at now and then, since its answer may be lost without a word: it
 * is given up where the image is there and the container runs again, and where an engine that shows what it does has not begun for minutes.
 * @throws FailureError what `Engine.commit` throws, `timed-out` for the lost answer to a commit that is done, and `outcome-unknown` for one
 * that was not begun: a program in between may have the request still
 */
export async function unansweredCommit(
  session: HostSession,
  engine: Engine,
  request: CommitRequest,
  attempt: SnapshotAttempt,
  signal: AbortSignal,
): Promise<string> {
  const givingUp = new AbortController()
  const over = new AbortController()
  const commit = engine.commit(request, AbortSignal.any([signal, givingUp.signal]))
  const looking = lookBeside(session, attempt, over.signal)
  looking.then((seen) => {
    if (seen !== undefined) givingUp.abort(seen)
  }, nothing)
  try {
    return await commit
  } catch (error) {
    if (!givingUp.signal.aborted || signal.aborted) throw error
    throw givingUp.signal.reason === 'made' ? answerLost() : notBegun()
  } finally {
    over.abort()
  }
}

function nothing(): void {
  // Whoever waits for the commit hears of it.
}

function answerLost(): FailureError {
  return failed(
    'timed-out',
    'The engine did not answer the request for the snapshot, although it answers others.',
    'Look at what stands before the engine, such as a proxy, and at its log.',
  )
}

function notBegun(): FailureError {
  return failed(
    'outcome-unknown',
    'The engine did not answer the request for the snapshot, although it answers others, and nothing shows that it is at it.',
    'Look at what stands before the engine, such as a proxy. Lamina looks for the image again; do not repeat the snapshot before.',
  )
}

/** Why no answer is to come any more, as far as can be seen before the signal. */
async function lookBeside(
  session: HostSession,
  attempt: SnapshotAttempt,
  signal: AbortSignal,
): Promise<'made' | 'not-begun' | undefined> {
  let made = 0
  let idle = 0
  while (await passed(snapshotLimits.lookBesideEvery, signal)) {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(snapshotLimits.lookTimeout)])
      const { outcome, leftPaused } = await snapshotOutcome(session, attempt, limit)
      made = outcome === 'made' && !leftPaused ? made + 1 : 0
      idle = outcome === 'not-made' && attempt.pause && !attempt.wasPaused ? idle + 1 : 0
    } catch (error) {
      if (!isFailure(error)) throw error
      made = idle = 0
    }
    if (made === looksWhenMade) return 'made'
    if (idle === looksWhenNotBegun) return 'not-begun'
  }
  return undefined
}
