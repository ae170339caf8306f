import type { Lens } from '../core/change'
import type { OverlayDirectories } from '../core/container'
import { failed, isFailure } from '../core/failure'
import type { ContainerDetails, Engine, ImageDetails } from '../engine/engine'
import { StackDifference, type TwoStacks } from '../hostfs/stack-difference'
import { archiveDifference } from './archive-difference'
import { containerChanges, resumed, type ChangeSource } from './container-changes'
import type { HostSession } from './host-session'
import { openImageReader } from './image-reader'
import { bytesOf } from '../hostfs/host-files'

/** A listing of what a container has otherwise than an image, and which image that is. */
export interface ComparedSource extends ChangeSource {
  readonly against: { readonly id: string; readonly references: readonly string[] }
}

/**
 * Begins to list what changed in a container since any image (by id or reference), through the lens that is asked for, or through
 * the host lens where it works and else through the engine's. Against the container's own image these are its changes.
 * @throws FailureError `not-found` for the image, `lens-unavailable` where the host lens was asked for and cannot be used
 */
export async function changesAgainst(
  session: HostSession,
  container: ContainerDetails,
  image: string,
  lens: Lens | undefined,
  signal: AbortSignal,
): Promise<ComparedSource> {
  const engine = await session.engine()
  const details = await engine.image(image, signal)
  const against = { id: details.id, references: details.references }
  if (await isOwnImage(engine, container, details, signal))
    return { ...(await containerChanges(session, container, lens, signal)), against }
  if (lens === 'engine') return { ...throughEngine(session, container, details, '', signal), against }
  const onHost = await throughHost(session, container, details, signal).catch((error: unknown) => {
    if (lens === 'host' || !isFailure(error, 'command-failed')) throw error
    return error.failure.message
  })
  if (typeof onHost !== 'string') return { ...onHost, against }
  if (lens === 'host') throw failed('lens-unavailable', `The host lens cannot be used: ${onHost}`)
  return { ...throughEngine(session, container, details, `${onHost} `, signal), against }
}

/** One stack of layers may stand behind several ids: with the containerd store an id is that of a manifest, or of a list of platforms. */
async function isOwnImage(
  engine: Engine,
  { imageId }: ContainerDetails,
  { id, diffIds }: ImageDetails,
  signal: AbortSignal,
): Promise<boolean> {
  if (id === imageId) return true
  try {
    const own = await engine.image(imageId, signal)
    return own.diffIds.join() === diffIds.join()
  } catch (error) {
    if (!isFailure(error, 'not-found')) throw error
    return false
  }
}

/** The comparison, or the reason why it cannot be made on the host. */
async function throughHost(
  session: HostSession,
  container: ContainerDetails,
  { directories: layers }: ImageDetails,
  signal: AbortSignal,
): Promise<ChangeSource | string> {
  const files = await session.filesOf(container)
  if (!files.works) return files.reason
  const { dialect } = files.files
  if (dialect?.metacopy === true || dialect?.driver === 'fuse-overlayfs')
    return 'Layers with files of metadata only, or of fuse-overlayfs, are not compared with others on the host.'
  if (layers === undefined) return "The engine does not say where the image's layers are."
  const difference = new StackDifference(files.files, stacksOf(files.directories, layers))
  const batches = difference.changes(signal)
  return {
    lens: 'host',
    batches: resumed(await batches.next(), batches),
    notes: (noteSignal) => difference.notes(noteSignal),
  }
}

/** The layer that Docker puts between an image and a container's own: empty files for what it mounts there. */
const initLayer = /-init\/diff$/

/**
 * The layers of both, top first. What the engine makes for every container is no change, so the layer with it stands in both
 * stacks: where the container has it, if the image is built upon the container's own, and else on top as if a container were made of it.
 */
export function stacksOf({ upper, lower }: OverlayDirectories, image: readonly string[]): TwoStacks {
  const init = lower.filter((directory, index) => index === 0 && initLayer.test(directory))
  const own = lower.slice(init.length)
  const above = image.length - own.length
  const isBuiltUponOwn = above >= 0 && own.every((directory, index) => directory === image[above + index])
  const stack = isBuiltUponOwn ? [...image.slice(0, above), ...init, ...own] : [...init, ...image]
  return { container: [upper, ...lower].map(bytesOf), image: stack.map(bytesOf) }
}

function throughEngine(
  session: HostSession,
  container: ContainerDetails,
  image: ImageDetails,
  because: string,
  signal: AbortSignal,
): ChangeSource {
  async function* batches() {
    const engine = await session.engine()
    const reader = await openImageReader(engine, image.id)
    try {
      signal.throwIfAborted()
      yield* archiveDifference(engine, container, reader.containerId, signal)
    } finally {
      await reader.close()
    }
  }
  const reason = `${because}Everything in the container and in the image is read through the engine to compare them, which takes as long as exporting both.`
  return { lens: 'engine', reason, batches: batches() }
}
