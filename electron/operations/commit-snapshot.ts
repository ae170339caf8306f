import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { EventPayload } from '../contract/events'
import type { ChangeWarning } from '../core/change'
import { failed, isFailure } from '../core/failure'
import { parseTaggableReference, taggedText, type ImageReference } from '../core/image-reference'
import type { ContainerDetails, Engine, ImageDetails } from '../engine/engine'
import { whiteoutNames } from '../hostfs/whiteout-names'
import type { HostSession } from '../session/host-session'
import { warningValue } from './change-values'
import { sessionOf, type Context } from './context'
import { watchPause } from './pause-watch'
import type { Handler } from './handler'

/** Attempts, a second apart, to learn what became of a commit whose answer was lost. */
const settleAttempts = 15

/**
 * Keeps a container's upper layer. The order is what makes it safe: written down first, committed without a name
 * under a one-time label, checked, and only then named.
 */
export const commitSnapshot: Handler<'snapshots.commit'> = async (context, input, signal) => {
  const reference = checkedReference(input.reference)
  const session = sessionOf(context, input.hostId)
  const snapshotId = randomUUID()
  const step = (name: EventPayload<'snapshot.progressed'>['step'], containerId = input.containerId) => {
    const payload = { hostId: input.hostId, containerId, snapshotId, step: name }
    context.emit({ name: 'snapshot.progressed', payload })
  }
  step('waiting')
  context.activeSnapshots.add(snapshotId)
  try {
    return await session.inTurn(async () => {
      if (signal.aborted) throw failed('cancelled', 'The snapshot was cancelled before it began.')
      const engine = await session.engine()
      const container = await engine.container(input.containerId, signal)
      const base = await baseOf(engine, container, reference, input.replace ?? false, signal)
      const warnings = await warningsOf(session, container, signal)
      const pause = input.pause ?? true
      await context.journal.write({
        snapshotId,
        hostId: input.hostId,
        containerId: container.id,
        containerName: container.name,
        reference: taggedText(reference),
        message: input.message,
        author: input.author,
        startedAt: new Date().toISOString(),
        wasPaused: container.state === 'paused',
        pause,
        pid: process.pid,
        replace: input.replace ?? false,
      })
      step('saving', container.id)
      const pauses = await watchPause(engine, container, pause, signal)
      const { author, message } = input
      const request = { containerId: container.id, message, author, pause, snapshotId }
      const imageId = await committed(context, engine, request, signal)
      const frozen = await pauses.frozen()
      step('checking', container.id)
      const layers = await checkedLayers(engine, imageId, base, signal)
      step('naming', container.id)
      await nameSnapshot(engine, imageId, reference, input.replace ?? false, signal)
      await context.journal.remove(snapshotId)
      await context.settings.change({ author: input.author })
      step('made', container.id)
      context.emit({ name: 'images.changed', payload: { hostId: input.hostId } })
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
    })
  } catch (error) {
    step('failed')
    throw error
  } finally {
    context.activeSnapshots.delete(snapshotId)
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

/** The image below the container, once it is clear that a snapshot can be made of it under this name. */
async function baseOf(
  engine: Engine,
  container: ContainerDetails,
  reference: ImageReference,
  replace: boolean,
  signal: AbortSignal,
): Promise<ImageDetails> {
  if (container.state === 'dead' || container.state === 'removing') {
    throw failed(
      'conflict',
      `The container ${container.name} is ${container.state}, so the engine makes no image of it.`,
      'Choose another container.',
    )
  }
  if (!replace) await refuseTaken(engine, reference, undefined, signal)
  return await engine.image(container.imageId, signal)
}

async function warningsOf(
  session: HostSession,
  container: ContainerDetails,
  signal: AbortSignal,
): Promise<ChangeWarning[]> {
  const files = await session.filesOf(container)
  return files.works ? await whiteoutNames(files.files, files.directories.upper, signal) : []
}

/** Commits, and when the answer is lost finds out by the label whether the image was made. Never asks twice. */
async function committed(
  context: Context,
  engine: Engine,
  request: Parameters<Engine['commit']>[0],
  signal: AbortSignal,
): Promise<string> {
  try {
    return await engine.commit(request, signal)
  } catch (error) {
    if (signal.aborted) {
      throw failed(
        'outcome-unknown',
        'The snapshot was cancelled, but an engine does not stop a commit it has begun.',
        'Lamina tells when the image is there; it can then be named or left.',
      )
    }
    const refused = isFailure(error) && ['conflict', 'not-found', 'engine-failed', 'permission-denied'].includes(error.failure.kind)
    const imageId = await imageOfSnapshot(engine, request.snapshotId, refused ? 1 : settleAttempts)
    if (imageId !== undefined) return imageId
    if (refused) {
      await context.journal.remove(request.snapshotId)
      throw error
    }
    throw failed(
      'outcome-unknown',
      'The connection to the engine broke while it made the snapshot, and no image of it is there so far.',
      'Lamina looks for it again when the engine is back, and tells whether it was made. Do not repeat it before.',
    )
  }
}

async function imageOfSnapshot(engine: Engine, snapshotId: string, attempts: number): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const [image] = await engine.images({ snapshotId }, AbortSignal.timeout(15_000))
      if (image !== undefined) return image.id
    } catch (error) {
      if (!isFailure(error)) throw error
    }
    if (attempt >= attempts) return undefined
    await delay(1_000)
  }
}

/** The snapshot's stack must be the base's and one layer more, or the base's alone where nothing had changed. */
async function checkedLayers(
  engine: Engine,
  imageId: string,
  base: ImageDetails,
  signal: AbortSignal,
): Promise<number> {
  const { diffIds } = await engine.image(imageId, signal)
  const sameBase = base.diffIds.every((diffId, index) => diffIds[index] === diffId)
  if (sameBase && diffIds.length - base.diffIds.length <= 1) return diffIds.length
  throw failed(
    'snapshot-unverified',
    `The image ${imageId} has ${String(diffIds.length)} layers and not the ${String(base.diffIds.length)} of its base with one on top.`,
    'The image was left without a name; look at its layers before using it.',
  )
}

/**
 * Names a snapshot's image, never taking the name from another image unasked.
 * @throws FailureError `reference-in-use`
 */
export async function nameSnapshot(
  engine: Engine,
  imageId: string,
  reference: ImageReference,
  replace: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (!replace) await refuseTaken(engine, reference, imageId, signal)
  await engine.tag(imageId, reference, signal)
}

async function refuseTaken(
  engine: Engine,
  reference: ImageReference,
  own: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { id } = await engine.image(taggedText(reference), signal)
    if (id === own) return
  } catch (error) {
    if (isFailure(error, 'not-found')) return
    throw error
  }
  throw failed(
    'reference-in-use',
    `Another image is named ${taggedText(reference)} already.`,
    'Choose another name, or ask for the name to be moved.',
  )
}
