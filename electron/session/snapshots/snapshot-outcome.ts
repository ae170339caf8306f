import { answered } from '../../core/base/allowed'
import { isFailure } from '../../core/base/failure'
import type { Engine } from '../../engine/engine'
import type { EngineEvent } from '../../engine/engine-events'
import type { HostSession } from '../host/host-session'
import { snapshotLimits } from './snapshot-limits'

/** An attempt whose end nobody saw. */
export interface SnapshotAttempt {
  readonly snapshotId: string
  /** The engine that was asked, where that is known. */
  readonly engineId?: string | undefined
  readonly containerId: string
  readonly reference: string
  /** ISO 8601. */
  readonly startedAt: string
  /** When it was begun by the engine's clock, in milliseconds since 1970: no event of before is of this attempt. */
  readonly engineTime?: number | undefined
  readonly pause: boolean
  readonly wasPaused: boolean
}

/** `elsewhere`: another engine was asked for it than the one that answers now, which knows nothing of it. */
export interface SnapshotOutcome {
  readonly outcome: 'made' | 'not-made' | 'running' | 'elsewhere'
  readonly imageId?: string
  readonly named: boolean
  readonly leftPaused: boolean
}

/** Looks by the label whether the image was made, and at the container whether it stands paused since; `now` is in milliseconds since 1970. */
export async function snapshotOutcome(
  session: HostSession,
  attempt: SnapshotAttempt,
  signal: AbortSignal,
  now = Date.now(),
): Promise<SnapshotOutcome> {
  const engine = await session.engine(signal)
  const stillPaused = async () => !attempt.wasPaused && (await isPaused(engine, attempt.containerId, signal))
  // In this order: an engine makes the image first and lets the container run after, so that a commit which ends
  // between the two questions is not taken for one that made nothing.
  const paused = await stillPaused()
  const [image] = await engine.images({ snapshotId: attempt.snapshotId }, signal)
  if (image !== undefined) {
    const named = image.references.includes(attempt.reference)
    return { outcome: 'made', imageId: image.id, named, leftPaused: paused && (await stillPaused()) }
  }
  if (await isOfAnother(session, attempt, signal))
    return { outcome: 'elsewhere', named: false, leftPaused: false }
  const running = await mayStillRun(engine, attempt, paused, now, signal)
  return { outcome: running ? 'running' : 'not-made', named: false, leftPaused: paused && !running }
}

async function isOfAnother(
  session: HostSession,
  { engineId: asked }: SnapshotAttempt,
  signal: AbortSignal,
): Promise<boolean> {
  if (asked === undefined) return false
  const { engineId } = await session.description(signal)
  return engineId !== undefined && engineId !== asked
}

/** The image that an attempt made, by its label. */
export async function snapshotImage(
  session: HostSession,
  snapshotId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const [image] = await (await session.engine(signal)).images({ snapshotId }, signal)
  return image?.id
}

async function isPaused(engine: Engine, containerId: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await engine.container(containerId, signal)).state === 'paused'
  } catch (error) {
    if (isFailure(error, 'not-found')) return false
    throw error
  }
}

/**
 * Whether the engine may still be at a commit, or may still begin it. That a container is not paused proves nothing: somebody may have let it
 * run again, or ended it, in the middle. Only an engine that shows that it is not at it, and has had the time to begin, has not made anything.
 */
async function mayStillRun(
  engine: Engine,
  attempt: SnapshotAttempt,
  paused: boolean,
  now: number,
  signal: AbortSignal,
): Promise<boolean> {
  const age = now - Date.parse(attempt.startedAt)
  const isRecent = age < snapshotLimits.longestUnseen
  if (!attempt.pause || attempt.wasPaused) return isRecent
  // It tells of the container, also of one that a service which was ended in the middle left paused.
  if (engine.commitHidesContainer) return age < snapshotLimits.timeToBegin
  const past = await answered(engine.pastEvents(attempt.containerId, signal))
  if (!past.ok) return isRecent
  const { hasBegun, wasLetRun } = signsOfCommit(past.value.events, attempt)
  if (hasBegun) return isRecent || (paused && !wasLetRun)
  const { all, since = Infinity } = past.value
  if (!all && since >= (attempt.engineTime ?? 0)) return isRecent
  // An engine that does not remember the pause was started anew since, and the commit is gone with the one before.
  return !paused && age < snapshotLimits.timeToBegin
}

/** Whether an engine shows that it is at a commit: the pause for it is the last that it tells. */
export async function showsCommit(
  session: HostSession,
  attempt: SnapshotAttempt,
  signal: AbortSignal,
): Promise<boolean> {
  if (!attempt.pause || attempt.wasPaused) return false
  const past = await answered((await session.engine(signal)).pastEvents(attempt.containerId, signal))
  return past.ok && signsOfCommit(past.value.events, attempt).standsStill
}

/** Events by which a paused container stands still no longer. */
const lettingRun: ReadonlySet<string> = new Set(['unpause', 'die', 'destroy'])

function signsOfCommit(
  events: readonly EngineEvent[],
  { engineTime = 0 }: SnapshotAttempt,
): { hasBegun: boolean; wasLetRun: boolean; standsStill: boolean } {
  const since = events.filter(({ time = Infinity }) => time >= engineTime)
  const begun = since.findIndex(({ action }) => action === 'pause')
  const last = since.findLast(({ action }) => action === 'pause' || lettingRun.has(action))
  return {
    standsStill: last?.action === 'pause',
    hasBegun: begun !== -1,
    wasLetRun: begun !== -1 && since.slice(begun).some(({ action }) => lettingRun.has(action)),
  }
}
