import type { OperationOutput } from '../contract/contract'
import { failed } from '../core/failure'
import { parseTaggableReference } from '../core/image-reference'
import { isRunning } from '../machine/running-process'
import { nameSnapshot } from '../session/snapshot'
import { snapshotImage, snapshotOutcome } from '../session/snapshot-outcome'
import type { JournalEntry } from '../storage/journal'
import { sessionOf } from './context'
import type { Handler } from './handler'
import { usualSpelling } from '../core/ssh-address'

export const listUnfinished: Handler<'snapshots.unfinished'> = async (context, input, signal) => {
  const session = await sessionOf(context, input.hostId, signal)
  const { hostId } = session
  const entries = await context.journal.entries(hostId)
  const cutOff = entries.filter(
    (entry) => !context.activeSnapshots.has(entry.snapshotId) && !isElsewhere(entry),
  )
  const unfinished: OperationOutput<'snapshots.unfinished'> = []
  for (const entry of cutOff) {
    const outcome = await snapshotOutcome(session, entry, signal)
    // The crash came after the last step: there is nothing left to settle.
    if (outcome.named && !outcome.leftPaused) await context.journal.remove(entry.snapshotId)
    else {
      const { snapshotId, containerId, containerName, reference, message, author, startedAt } = entry
      const what = { snapshotId, hostId, containerId, containerName, reference, message, author, startedAt }
      unfinished.push({ ...what, ...outcome })
    }
  }
  return unfinished
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
function isElsewhere({ pid, processStart }: JournalEntry): boolean {
  return pid !== process.pid && isRunning({ pid, start: processStart })
}
