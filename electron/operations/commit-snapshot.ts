import { randomUUID } from 'node:crypto'
import type { OperationInput, OperationOutput } from '../contract/contract'
import type { EventPayload } from '../contract/events'
import { failed, isFailure } from '../core/failure'
import { parseTaggableReference, taggedText, type ImageReference } from '../core/image-reference'
import type { HostSession } from '../session/host-session'
import { checkSnapshot, nameSnapshot, prepareSnapshot, saveSnapshot } from '../session/snapshot'
import { warningValue } from './change-values'
import { sessionOf, type Context } from './context'
import type { Handler } from './handler'

type Input = OperationInput<'snapshots.commit'>
type Output = OperationOutput<'snapshots.commit'>
type Step = EventPayload<'snapshot.progressed'>['step']

export const commitSnapshot: Handler<'snapshots.commit'> = async (context, input, signal) => {
  const reference = checkedReference(input.reference)
  const session = sessionOf(context, input.hostId)
  const snapshotId = randomUUID()
  const { hostId, containerId } = input
  const tell = (step: Step) => {
    context.emit({ name: 'snapshot.progressed', payload: { hostId, containerId, snapshotId, step } })
  }
  tell('waiting')
  context.activeSnapshots.add(snapshotId)
  try {
    const made = await session.inTurn(() =>
      makeSnapshot(context, session, snapshotId, reference, input, tell, signal),
    )
    tell('made')
    context.emit({ name: 'images.changed', payload: { hostId } })
    return made
  } catch (error) {
    tell('failed')
    throw error
  } finally {
    context.activeSnapshots.delete(snapshotId)
  }
}

/**
 * The order is what makes it safe: written down first, committed without a name under a one-time label, checked,
 * and only then named.
 */
async function makeSnapshot(
  context: Context,
  session: HostSession,
  snapshotId: string,
  reference: ImageReference,
  input: Input,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<Output> {
  if (signal.aborted) throw failed('cancelled', 'The snapshot was cancelled before it began.')
  const { hostId, message, author, pause = true, replace = false } = input
  const name = { reference, replace }
  const { container, base, warnings } = await prepareSnapshot(session, input.containerId, name, signal)
  await context.journal.write({
    snapshotId,
    hostId,
    containerId: container.id,
    containerName: container.name,
    reference: taggedText(reference),
    message,
    author,
    startedAt: new Date().toISOString(),
    wasPaused: container.state === 'paused',
    pause,
    pid: process.pid,
    replace,
  })
  tell('saving')
  const request = { containerId: container.id, message, author, pause, snapshotId }
  const { imageId, frozen } = await saveSnapshot(session, container, request, signal).catch(
    async (error: unknown) => {
      if (!isFailure(error, 'outcome-unknown')) await context.journal.remove(snapshotId)
      throw error
    },
  )
  tell('checking')
  const layers = await checkSnapshot(session, imageId, base, signal)
  tell('naming')
  await nameSnapshot(session, imageId, name, signal)
  await context.journal.remove(snapshotId)
  await context.settings.change({ author })
  return {
    snapshotId,
    imageId,
    reference: taggedText(reference),
    baseLayers: base.diffIds.length,
    layers,
    empty: layers === base.diffIds.length,
    frozen,
    warnings: warnings.map(warningValue),
  }
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
