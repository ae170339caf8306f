import type { EventPayload } from '../../contract/events'
import { isAborted } from '../../core/base/abort'
import { isFailure, needsPerson, type Failure } from '../../core/base/failure'
import type { LookedAt } from './listing-source'
import { restAfter, type Bell } from './wakeable-wait'

export type LiveState = EventPayload<'changes.progressed'>['live']

/** Milliseconds until it is asked again whether a container runs, where no event tells. */
const restWhileStopped = 10_000
/** Milliseconds until a lost host is tried, where no event tells that it is back. */
const restWhileLost = 30_000

const stopped: LiveState = {
  on: false,
  reason: 'The container is not running. It is looked at again when it runs.',
}

export const notThroughEngine: LiveState = {
  on: false,
  reason:
    'The engine walks the whole image for each look, so its listing is not refreshed by itself. Refresh it by hand.',
}

/** How things stood when a listing was opened. */
export interface LiveStart {
  readonly isRunning: boolean
  /** Asks for the host's time before its first look began; what is newer later is news. Asked for after that look, so as not to hold it up. */
  readonly since: () => Promise<number>
}

/** A listing that is kept up to date. */
export interface LiveListing {
  readonly subject: LookedAt
  /** Rings when the container may have started or stopped, and when its host is back. */
  readonly bell: Bell
  readonly start: LiveStart
  /** Whether nobody looks at it now. */
  isResting(): boolean
  /** Why there can be no more looks, if so. */
  ended(): string | undefined
  /** Looks again. */
  look(signal: AbortSignal): Promise<void>
  tell(live: LiveState): void
  /** Hears of a failure for which it is not up to date, and not of the same one again. */
  report(failure: Failure): void
}

/**
 * Looks at a container again and again until the signal, only where something was written and never more than a twentieth of the time. Waits
 * while the container stands still or its host is lost, and looks once more when it has stopped.
 */
export async function keepLooking(
  listing: LiveListing,
  firstTook: number,
  signal: AbortSignal,
): Promise<void> {
  const { subject, bell } = listing
  let wasRunning = listing.start.isRunning
  let since = await listing.start.since()
  let dueAt = performance.now() + restAfter(firstTook)
  let wakeAt = dueAt
  let reported = ''
  listing.tell(wasRunning ? { on: true, nextIn: restAfter(firstTook) } : stopped)
  while (!signal.aborted) {
    await bell.wait(listing.isResting() ? Infinity : wakeAt - performance.now(), signal)
    if (listing.isResting()) continue
    try {
      const isRunning = await subject.isRunning(signal)
      const began = performance.now()
      if (isRunning && wasRunning && began < dueAt) continue
      if (isRunning || wasRunning) {
        const news = await subject.news(since, signal)
        if (news.found) await listing.look(signal)
        since = news.asOf
      }
      const rest = isRunning ? restAfter(performance.now() - began) : restWhileStopped
      dueAt = wakeAt = performance.now() + rest
      reported = ''
      const isNews = isRunning || wasRunning
      wasRunning = isRunning
      const reason = listing.ended()
      if (reason !== undefined) {
        listing.tell({ on: false, reason })
        return
      }
      if (isNews) listing.tell(isRunning ? { on: true, nextIn: Math.round(rest) } : stopped)
    } catch (error) {
      if (isAborted(signal)) return
      if (!isFailure(error)) throw error
      listing.tell({ on: false, reason: reasonOf(error.failure) })
      if (error.failure.kind !== 'not-found' && error.failure.message !== reported)
        listing.report(error.failure)
      reported = error.failure.message
      if (error.failure.kind === 'not-found') return
      dueAt = performance.now()
      wakeAt = needsPerson(error.failure) ? Infinity : dueAt + restWhileLost
    }
  }
}

function reasonOf({ kind, message }: Failure): string {
  return kind === 'not-found' ? 'The container was removed.' : message
}
