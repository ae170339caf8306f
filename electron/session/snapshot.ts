import type { ChangeWarning } from '../core/change'
import { failed, isFailure } from '../core/failure'
import { taggedText, type ImageReference } from '../core/image-reference'
import { whiteoutNameWarning } from '../core/whiteout'
import type { ContainerDetails, Engine, ImageDetails } from '../engine/engine'
import { whiteoutNames } from '../hostfs/whiteout-names'
import type { HostSession } from './host-session'

/** The name a snapshot is to get, and whether it may be taken from another image. */
export interface SnapshotName {
  readonly reference: ImageReference
  readonly replace: boolean
}

/** What is known before anything is made. */
export interface PreparedSnapshot {
  readonly container: ContainerDetails
  readonly base: ImageDetails
  readonly warnings: readonly ChangeWarning[]
}

/**
 * Looks whether a snapshot of a container can be made under a name, and what there is to know before.
 * @throws FailureError `conflict` for a container on its way out, `reference-in-use`, `not-found`
 */
export async function prepareSnapshot(
  session: HostSession,
  containerId: string,
  name: SnapshotName,
  signal: AbortSignal,
): Promise<PreparedSnapshot> {
  const engine = await session.engine()
  const container = await engine.container(containerId, signal)
  if (container.state === 'dead' || container.state === 'removing') {
    throw failed(
      'conflict',
      `The container ${container.name} is ${container.state}, so the engine makes no image of it.`,
      'Choose another container.',
    )
  }
  if (!name.replace) await refuseTakenName(engine, name.reference, undefined, signal)
  const base = await engine.image(container.imageId, signal)
  return { container, base, warnings: await lookalikes(session, container, signal) }
}

/** Files whose names the commit would read as deletions, through whichever lens works. */
async function lookalikes(
  session: HostSession,
  container: ContainerDetails,
  signal: AbortSignal,
): Promise<ChangeWarning[]> {
  const files = await session.filesOf(container)
  if (files.works) return await whiteoutNames(files.files, files.directories.upper, signal)
  const changes = await (await session.engine()).changes(container.id, signal)
  const present = changes.filter(({ kind }) => kind !== 'deleted')
  return present.map(({ path }) => whiteoutNameWarning(path)).filter((warning) => warning !== undefined)
}

/**
 * Counts the layers of a snapshot's image, which must be its base's with one on top, or the base's alone where
 * nothing had changed.
 * @throws FailureError `snapshot-unverified`
 */
export async function checkSnapshot(
  session: HostSession,
  imageId: string,
  base: ImageDetails,
  signal: AbortSignal,
): Promise<number> {
  const { diffIds } = await (await session.engine()).image(imageId, signal)
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
  session: HostSession,
  imageId: string,
  { reference, replace }: SnapshotName,
  signal: AbortSignal,
): Promise<void> {
  const engine = await session.engine()
  if (!replace) await refuseTakenName(engine, reference, imageId, signal)
  await engine.tag(imageId, reference, signal)
}

async function refuseTakenName(
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
