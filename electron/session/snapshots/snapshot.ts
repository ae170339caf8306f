import { answered } from '../../core/base/allowed'
import { bytePath } from '../../core/base/byte-path'
import type { ChangeWarning } from '../../core/changes/change'
import { failed, isFailure, isRefusal } from '../../core/base/failure'
import { taggedText, type ImageReference } from '../../core/images/image-reference'
import { whiteoutNameWarning } from '../../core/changes/whiteout'
import type { ContainerDetails, Engine, ImageDetails, ImageInUse } from '../../engine/engine'
import { whiteoutNames } from '../../hostfs/upper/whiteout-names'
import { baseImage, isWhole, refuseIncompleteBase } from '../images/base-image'
import { refuseOtherPlatform } from '../containers/container-platform'
import type { HostSession } from '../host/host-session'
import { openImageReader } from '../images/reader-container'
import { remedyForUseless } from './commit-refusals'

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
 * @throws FailureError `conflict` for a container on its way out or for another platform, `reference-in-use`, `reference-invalid`,
 * `base-incomplete`, `not-found`
 */
export async function prepareSnapshot(
  session: HostSession,
  containerId: string,
  name: SnapshotName,
  signal: AbortSignal,
): Promise<PreparedSnapshot> {
  const engine = await session.engine(signal)
  const container = await engine.container(containerId, signal)
  if (container.state === 'dead' || container.state === 'removing') {
    throw failed(
      'conflict',
      `The container ${container.name} is ${container.state}, so the engine makes no image of it.`,
      'Choose another container.',
    )
  }
  await refuseName(engine, name, undefined, signal)
  const base = await baseImage(engine, container, signal)
  await refuseIncompleteBase(session, container, signal)
  await refuseOtherPlatform(session, container, base, signal)
  return { container, base, warnings: await lookalikes(session, container, signal) }
}

/** Files whose names the commit would read as deletions, through whichever lens works; a warning that cannot be had stops no snapshot. */
async function lookalikes(
  session: HostSession,
  container: ContainerDetails,
  signal: AbortSignal,
): Promise<ChangeWarning[]> {
  const files = await session.filesOf(container, signal)
  if (files.works) return await whiteoutNames(files.files, files.directories.upper, signal).catch(noWarnings)
  const warnings = await answered(lookalikesOfEngine(await session.engine(signal), container.id, signal))
  return warnings.ok ? warnings.value : []
}

async function lookalikesOfEngine(engine: Engine, id: string, signal: AbortSignal): Promise<ChangeWarning[]> {
  const warnings: ChangeWarning[] = []
  for await (const some of await engine.changes(id, signal))
    for (const { kind, path } of some) {
      const warning = kind === 'deleted' ? undefined : whiteoutNameWarning(path)
      if (warning !== undefined) warnings.push(warning)
    }
  return warnings
}

function noWarnings(error: unknown): ChangeWarning[] {
  if (isFailure(error, 'command-failed')) return []
  throw error
}

/** What was found of a snapshot's image. */
export interface CheckedSnapshot {
  readonly image: ImageDetails
  /** Why no container was made from it to try it. */
  readonly untried?: string
}

/**
 * Looks at the layers of a snapshot's image, which must be its base's with one on top, or the base's alone where
 * nothing had changed, and proves that a container can be made from it.
 * @throws FailureError `snapshot-unverified`
 */
export async function checkSnapshot(
  session: HostSession,
  imageId: string,
  base: ImageDetails,
  signal: AbortSignal,
): Promise<CheckedSnapshot> {
  const engine = await session.engine(signal)
  const made = await engine.image(imageId, signal)
  const { diffIds } = made
  const sameBase = base.diffIds.every((diffId, index) => diffIds[index] === diffId)
  const image = { imageId, containerId: '' }
  if (!sameBase || diffIds.length - base.diffIds.length > 1) {
    // Of an incomplete image some engines tell no layers.
    await proveWhole(session, image, signal)
    throw failed('snapshot-unverified', otherLayers(made, base), leftUnnamed)
  }
  const untried = await proveUsable(engine, imageId, signal)
  await proveWhole(session, image, signal)
  return { image: made, ...(untried === undefined ? {} : { untried }) }
}

const noPath = bytePath('/.lamina-looks-for-nothing')

const leftUnnamed = 'The image was left without a name; look at its layers before using it.'

/** An image for several platforms is shown by the engine as that of its own platform, whichever the container runs. */
function otherLayers(made: ImageDetails, base: ImageDetails): string {
  const platforms = [made, base].map(({ os, architecture }) => `${os}/${architecture}`)
  if (platforms[0] !== platforms[1])
    return `The image ${made.id} was made for ${String(platforms[0])}, and the engine shows its base for ${String(platforms[1])} only, so that the two cannot be held against one another.`
  return `The image ${made.id} has ${String(made.diffIds.length)} layers and not the ${String(base.diffIds.length)} of its base with one on top.`
}

/** Of a base for several platforms it is not always known before which of them the container runs. */
async function proveWhole(session: HostSession, image: ImageInUse, signal: AbortSignal): Promise<void> {
  if (await isWhole(session, image, signal)) return
  throw failed(
    'snapshot-unverified',
    `The image ${image.imageId} was made, but it is incomplete, as its base is: archives of layers are missing in the engine's store, so that the engine does not find it by its label and cannot save or push it.`,
    'Pull the base image again, or load it from an archive, then make the snapshot once more.',
  )
}

/**
 * A container is made from the image and removed again; it is never started. Podman mounts nothing for that, and finds only then that it
 * cannot, so that the container is asked for a path which need not be there. Gives the reason where a proxy forbids to try.
 */
async function proveUsable(
  engine: Engine,
  imageId: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const reader = await openImageReader(engine, imageId, signal)
    try {
      await (await engine.archivedPath(reader.containerId, noPath, signal))?.close()
    } finally {
      await reader.close()
    }
    return undefined
  } catch (error) {
    if (isFailure(error, 'permission-denied')) return error.failure.message
    if (!isFailure(error) || !isRefusal(error.failure)) throw error
    throw failed(
      'snapshot-unverified',
      `The image ${imageId} was made, but no container can be created from it: ${error.failure.message}`,
      remedyForUseless(error.failure),
    )
  }
}

/**
 * Names a snapshot's image, never taking the name from another image unasked, and looks whether it has the name then.
 * @throws FailureError `reference-in-use`, `reference-invalid`, and `engine-answer-invalid` where it has not
 */
export async function nameSnapshot(
  session: HostSession,
  imageId: string,
  { reference, replace }: SnapshotName,
  signal: AbortSignal,
): Promise<void> {
  const engine = await session.engine(signal)
  await refuseName(engine, { reference, replace }, imageId, signal)
  await engine.tag(imageId, reference, signal)
  const named = await engine.image(taggedText(reference), signal).catch((error: unknown) => {
    if (isFailure(error, 'not-found')) return undefined
    throw error
  })
  if (named?.id !== imageId)
    throw failed(
      'engine-answer-invalid',
      `The engine said that it named the image ${taggedText(reference)}, and it did not.`,
      'Look at what stands before the engine, such as a proxy, then name the image again.',
    )
}

/** What engines say of a text that is no name of an image to them (github.com/distribution/reference; containers/image, docker/reference). */
const noName = /invalid (?:reference )?format|repository name|hexadecimal (?:strings|value)/

/**
 * Refuses a name that the engine would not take, or that another image has. Versions differ in what they take, which an engine shows when it is
 * asked for an image of that name.
 */
async function refuseName(
  engine: Engine,
  { reference, replace }: SnapshotName,
  own: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const name = taggedText(reference)
  try {
    const { id } = await engine.image(name, signal)
    if (replace || id === own) return
  } catch (error) {
    if (isFailure(error, 'not-found')) return
    if (!isFailure(error, 'engine-failed') || !noName.test(error.failure.message)) throw error
    throw failed(
      'reference-invalid',
      `The engine takes no image's name such as "${name}": ${error.failure.message}`,
      'Choose a shorter or a plainer name.',
    )
  }
  throw failed(
    'reference-in-use',
    `Another image is named ${name} already.`,
    'Choose another name, or ask for the name to be moved.',
  )
}
