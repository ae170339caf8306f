import { randomUUID } from 'node:crypto'
import type { OperationInput, OperationOutput } from '../../contract/contract'
import type { EventPayload } from '../../contract/events'
import { FailureError, failed } from '../../core/base/failure'
import { parseTaggableReference, taggedText, type ImageReference } from '../../core/images/image-reference'
import type { HostSession } from '../../session/host/host-session'
import { withMadeImage } from '../../session/snapshots/made-image'
import { saveSnapshot, type SavedSnapshot } from '../../session/snapshots/commit-and-settle'
import { thisProcess } from '../../machine/running-process'
import { checkSnapshot, nameSnapshot, prepareSnapshot } from '../../session/snapshots/snapshot'
import { verifySnapshot, type MadeSnapshot } from '../../session/snapshots/verify-snapshot'
import { verificationValue, warningValue } from '../values/change-values'
import { sessionOf, type Context } from '../context/context'
import type { Handler } from '../context/handler'
import type { JournalEntry } from '../../storage/journal'

type Input = OperationInput<'snapshots.commit'>
type Output = OperationOutput<'snapshots.commit'>
type Step = EventPayload<'snapshot.progressed'>['step']

export const commitSnapshot: Handler<'snapshots.commit'> = async (context, input, signal) => {
  const reference = checkedReference(input.reference)
  const session = await sessionOf(context, input.hostId, signal)
  const snapshotId = randomUUID()
  const { hostId } = session
  const { containerId } = input
  const tell = (step: Step) => {
    context.emit({ name: 'snapshot.progressed', payload: { hostId, containerId, snapshotId, step } })
  }
  tell('waiting')
  context.activeSnapshots.add(snapshotId)
  try {
    const make = async () => {
      const leave = context.journal.attend(snapshotId)
      try {
        return await makeSnapshot(context, session, snapshotId, reference, input, tell, signal)
      } finally {
        leave()
      }
    }
    const { answer, made } = await session.inTurn(make, signal)
    context.emit({ name: 'images.changed', payload: { hostId } })
    tell('comparing')
    const verified = verificationValue(await verifySnapshot(session, made, signal))
    tell('made')
    return { ...answer, verified }
  } catch (error) {
    tell('failed')
    throw error
  } finally {
    context.activeSnapshots.delete(snapshotId)
  }
}

/**
 * The order is what makes it safe: written down first, committed without a name under a one-time label, checked, and only then named. It
 * is held against the container when it is safe.
 */
async function makeSnapshot(
  context: Context,
  session: HostSession,
  snapshotId: string,
  reference: ImageReference,
  input: Input,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<{ answer: Omit<Output, 'verified'>; made: MadeSnapshot }> {
  if (signal.aborted) throw failed('cancelled', 'The snapshot was cancelled before it began.')
  const { message, author, pause = true, replace = false } = input
  const name = { reference, replace }
  const { container, base, warnings } = await prepareSnapshot(session, input.containerId, name, signal)
  const { pid, start, place } = thisProcess()
  const { engineId } = await session.description(signal)
  const engineTime = await (await session.engine(signal)).time(signal)
  const entry: JournalEntry = {
    snapshotId,
    hostId: session.hostId,
    engineId,
    containerId: container.id,
    containerName: container.name,
    reference: taggedText(reference),
    message,
    author,
    startedAt: new Date().toISOString(),
    ...(engineTime === undefined ? {} : { engineTime }),
    wasPaused: container.state === 'paused',
    // What does not run is not paused either, and no pause will tell that the engine is at work.
    pause: pause && container.state === 'running',
    pid,
    processStart: start,
    processPlace: place,
    replace,
  }
  await context.journal.write(entry)
  tell('saving')
  const request = { containerId: container.id, message, author, pause, snapshotId }
  const begunAt = performance.now()
  const settling = () => {
    tell('settling')
  }
  const saving = saveSnapshot(session, container, request, entry, settling, signal)
  const saved = await settled(context, entry, saving)
  const { imageId, frozen } = saved
  const took = performance.now() - begunAt
  const finished = <Value>(work: () => Promise<Value>) => withMadeImage(session, imageId, work, signal)
  tell('checking')
  const { image, untried } = await finished(() => checkSnapshot(session, imageId, base, signal))
  const layers = image.diffIds.length
  tell('naming')
  await finished(() => nameSnapshot(session, imageId, name, signal))
  await context.journal.remove(snapshotId)
  await context.settings.change({ author })
  const answer = {
    snapshotId,
    imageId,
    reference: taggedText(reference),
    baseLayers: base.diffIds.length,
    layers,
    empty: layers === base.diffIds.length,
    frozen,
    ...(untried === undefined ? {} : { untried }),
    warnings: warnings.map(warningValue),
  }
  // An engine dates an image while the container stands still, or at the end; what went on meanwhile went on during all of it.
  const goneOnSince = Date.parse(image.createdAt) - (frozen ? 0 : took)
  return { answer, made: { container, image, goneOnSince } }
}

/** Keeps the journal's entry as long as there is something to find out or to offer; throws where nothing was made. */
async function settled(
  context: Context,
  { snapshotId }: JournalEntry,
  saving: Promise<SavedSnapshot>,
): Promise<Extract<SavedSnapshot, { outcome: 'made' }>> {
  const saved = await saving.catch(async (error: unknown) => {
    await context.journal.remove(snapshotId)
    throw error
  })
  if (saved.outcome === 'made') return saved
  if (saved.outcome === 'not-made' && !saved.leftPaused) await context.journal.remove(snapshotId)
  throw new FailureError(saved.failure)
}

function checkedReference(text: string): ImageReference {
  const parsed = parseTaggableReference(text)
  if (parsed.ok) return parsed.reference
  throw failed(
    'reference-invalid',
    `"${text}" is not a name for an image (${parsed.problem}).`,
    'Use lower-case letters, digits, dots, dashes and slashes, then a colon and a tag, as in web:2026-11-23.',
  )
}
