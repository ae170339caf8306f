import type { OperationOutput } from '../../contract/contract'
import { failed, isFailure } from '../../core/base/failure'
import { inBatches } from '../../core/base/in-batches'
import { parseTaggableReference } from '../../core/images/image-reference'
import { isOfThisMachine, stateOf, thisProcess } from '../../machine/running-process'
import type { HostSession } from '../../session/host/host-session'
import { nameSnapshot } from '../../session/snapshots/snapshot'
import {
  snapshotImage,
  snapshotOutcome,
  type SnapshotOutcome,
} from '../../session/snapshots/snapshot-outcome'
import type { JournalEntry } from '../../storage/journal'
import { sessionOf, type Context } from '../context/context'
import type { Handler } from '../context/handler'
import { usualSpelling } from '../../core/hosts/ssh-address'

export const listUnfinished: Handler<'snapshots.unfinished'> = async (context, input, signal) => {
  const session = await sessionOf(context, input.hostId, signal)
  const { hostId } = session
  const entries = await context.journal.entries(hostId)
  const unfinished: OperationOutput<'snapshots.unfinished'> = []
  for (const some of inBatches(entries, looksAtOnce)) {
    const found = await Promise.all(some.map((entry) => foundUnfinished(context, session, entry, signal)))
    unfinished.push(...found.filter((one) => one !== undefined))
  }
  return unfinished
}

type Unfinished = OperationOutput<'snapshots.unfinished'>[number]

/** Attempts whose outcome is looked for at once. */
const looksAtOnce = 8

async function foundUnfinished(
  context: Context,
  session: HostSession,
  entry: JournalEntry,
  signal: AbortSignal,
): Promise<Unfinished | undefined> {
  if (context.activeSnapshots.has(entry.snapshotId) || (await isAtWork(context, entry))) return undefined
  const outcome = await snapshotOutcome(session, entry, signal).catch((error: unknown) =>
    notSeen(error, signal),
  )
  // Of this machine's engine another machine wrote it down, which has its files here as well.
  if (outcome.outcome === 'elsewhere' && isLocal(entry) && !isOfThisMachine({ place: entry.processPlace }))
    return undefined
  // The crash came after the last step: there is nothing left to settle.
  if (outcome.named && !outcome.leftPaused) {
    await context.journal.remove(entry.snapshotId)
    return undefined
  }
  const { snapshotId, containerId, containerName, reference, message, author, startedAt } = entry
  const { hostId } = session
  return { snapshotId, hostId, containerId, containerName, reference, message, author, startedAt, ...outcome }
}

/** What was begun is known without the engine. */
function notSeen(
  error: unknown,
  signal: AbortSignal,
): Omit<SnapshotOutcome, 'outcome'> & Pick<Unfinished, 'outcome' | 'failure'> {
  if (!isFailure(error) || signal.aborted) throw error
  return { outcome: 'unknown', named: false, leftPaused: false, failure: error.failure }
}

export const finishSnapshot: Handler<'snapshots.finish'> = async (
  context,
  { hostId, snapshotId, action },
  signal,
) => {
  const entries = await context.journal.entries(usualSpelling(hostId))
  const entry = entries.find((one) => one.snapshotId === snapshotId)
  if (entry === undefined) throw failed('not-found', 'This snapshot is settled already.')
  if (action === 'name') {
    const session = await sessionOf(context, hostId, signal)
    const imageId = await snapshotImage(session, snapshotId, signal)
    if (imageId === undefined)
      throw failed('not-found', 'The image of this snapshot is not there (any more).')
    const parsed = parseTaggableReference(entry.reference)
    if (!parsed.ok) throw failed('reference-invalid', `"${entry.reference}" is not a name for an image.`)
    await nameSnapshot(session, imageId, { reference: parsed.reference, replace: entry.replace }, signal)
  }
  await context.journal.remove(snapshotId)
  return { snapshotId }
}

/** Whether another living process is at work on it. */
async function isAtWork({ journal }: Context, entry: JournalEntry): Promise<boolean> {
  const { snapshotId, pid, processStart: start, processPlace: place } = entry
  const state = stateOf({ pid, start, place })
  if (state === 'unknown') return await journal.isAttended(snapshotId)
  // What this process is at work on is known otherwise.
  return state === 'running' && !isThisProcess(entry)
}

/** A number alone tells nothing: another container has its own. */
function isThisProcess({ pid, processPlace }: JournalEntry): boolean {
  return pid === process.pid && (processPlace === undefined || processPlace === thisProcess().place)
}

/** Not over SSH, where the host is the same one for every machine. */
function isLocal({ hostId }: JournalEntry): boolean {
  return !hostId.startsWith('ssh://')
}
