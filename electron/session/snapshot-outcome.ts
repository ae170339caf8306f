import { answered } from '../core/allowed'
import { isFailure } from '../core/failure'
import type { Engine } from '../engine/engine'
import type { HostSession } from './host-session'

/** An attempt whose end nobody saw. */
export interface SnapshotAttempt {
  readonly snapshotId: string
  readonly containerId: string
  readonly reference: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly pause: boolean
  readonly wasPaused: boolean
}

export interface SnapshotOutcome {
  readonly outcome: 'made' | 'not-made' | 'running'
  readonly imageId?: string
  readonly named: boolean
  readonly leftPaused: boolean
}

/** Milliseconds in which a commit without a pause may still be under way; with one, the pause tells. */
const unpausedGrace = 10 * 60_000

/** Looks by the label whether the image was made, and at the container whether it stands paused since. */
export async function snapshotOutcome(
  session: HostSession,
  attempt: SnapshotAttempt,
  signal: AbortSignal,
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
  const running = await mayStillRun(engine, attempt, paused, signal)
  return { outcome: running ? 'running' : 'not-made', named: false, leftPaused: paused && !running }
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

/** An engine that still remembers pausing the container is the one that began the commit, and may be at it. */
async function mayStillRun(
  engine: Engine,
  { containerId, pause, wasPaused, startedAt }: SnapshotAttempt,
  paused: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const isRecent = Date.now() - Date.parse(startedAt) < unpausedGrace
  if (!pause || wasPaused) return isRecent
  if (!paused) return false
  const events = await answered(engine.pastEvents(containerId, signal))
  return events.ok ? events.value.some(({ action }) => action === 'pause') : isRecent
}
