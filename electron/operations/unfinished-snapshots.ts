import type { OperationOutput } from '../contract/contract'
import { failed, isFailure } from '../core/failure'
import { parseTaggableReference } from '../core/image-reference'
import type { Engine } from '../engine/engine'
import type { JournalEntry } from '../storage/journal'
import { nameSnapshot } from './commit-snapshot'
import { sessionOf } from './context'
import type { Handler } from './handler'

type Unfinished = OperationOutput<'snapshots.unfinished'>[number]

/** Milliseconds in which a commit without a pause may still be under way; with one, the pause tells. */
const unpausedGrace = 10 * 60_000

export const listUnfinished: Handler<'snapshots.unfinished'> = async (context, { hostId }, signal) => {
  const entries = await context.journal.entries(hostId)
  const cutOff = entries.filter((entry) => !context.activeSnapshots.has(entry.snapshotId) && !isElsewhere(entry))
  if (cutOff.length === 0) return []
  const engine = await sessionOf(context, hostId).engine()
  const found: Unfinished[] = []
  for (const entry of cutOff) {
    const unfinished = await outcomeOf(engine, entry, signal)
    if (unfinished.outcome === 'made' && unfinished.named && !unfinished.leftPaused) {
      await context.journal.remove(entry.snapshotId)
    } else found.push(unfinished)
  }
  return found
}

export const finishSnapshot: Handler<'snapshots.finish'> = async (context, { hostId, snapshotId, action }, signal) => {
  const entries = await context.journal.entries(hostId)
  const entry = entries.find((one) => one.snapshotId === snapshotId)
  if (entry === undefined) throw failed('not-found', 'This snapshot is settled already.')
  if (action === 'name') {
    const engine = await sessionOf(context, hostId).engine()
    const [image] = await engine.images({ snapshotId }, signal)
    if (image === undefined) throw failed('not-found', 'The image of this snapshot is not there (any more).')
    const parsed = parseTaggableReference(entry.reference)
    if (!parsed.ok) throw failed('reference-invalid', `"${entry.reference}" is not a name for an image.`)
    await nameSnapshot(engine, image.id, parsed.reference, entry.replace, signal)
  }
  await context.journal.remove(snapshotId)
  return { snapshotId }
}

/** Looks by the label whether the image was made, and at the container whether it stands paused since. */
async function outcomeOf(engine: Engine, entry: JournalEntry, signal: AbortSignal): Promise<Unfinished> {
  const { snapshotId, hostId, containerId, containerName, reference, message, author, startedAt } = entry
  const [image] = await engine.images({ snapshotId }, signal)
  const paused = !entry.wasPaused && (await isPaused(engine, containerId, signal))
  const running = image === undefined && (await mayStillRun(engine, entry, paused, signal))
  return {
    snapshotId,
    hostId,
    containerId,
    containerName,
    reference,
    message,
    author,
    startedAt,
    outcome: image === undefined ? (running ? 'running' : 'not-made') : 'made',
    ...(image === undefined ? {} : { imageId: image.id }),
    named: image?.references.includes(reference) ?? false,
    leftPaused: paused && !running,
  }
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
  entry: JournalEntry,
  paused: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  if (!entry.pause || entry.wasPaused) return Date.now() - Date.parse(entry.startedAt) < unpausedGrace
  if (!paused) return false
  const events = await engine.pastEvents(entry.containerId, signal)
  return events.some(({ action }) => action === 'pause')
}

/** Whether another living process is at work on it. */
function isElsewhere(entry: JournalEntry): boolean {
  if (entry.pid === process.pid) return false
  try {
    process.kill(entry.pid, 0)
    return true
  } catch {
    return false
  }
}
