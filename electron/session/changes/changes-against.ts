import type { Lens } from '../../core/changes/change'
import { failed, isFailure, wholeText } from '../../core/base/failure'
import type { ContainerDetails, ImageDetails } from '../../engine/engine'
import { StackDifference } from '../../hostfs/difference/stack-difference'
import { runtimePaths } from '../../core/changes/runtime-paths'
import { allDone } from '../base/all-settled'
import { archiveDifference } from './archive-difference'
import { containerChanges, resumed } from './container-changes'
import type { ChangeSource } from './change-source'
import { isOwnImage, stacksOf } from '../images/compared-image'
import { madeOnHost, madeThroughEngine } from './engine-made'
import type { HostSession } from '../host/host-session'
import { imageDirectories } from '../images/image-directories'
import { openImageReader } from '../images/reader-container'
import { filesIfTold } from '../mounts/mount-places'

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
  const engine = await session.engine(signal)
  const details = await engine.image(image, signal)
  const against = { id: details.id, references: details.references }
  if (await isOwnImage(engine, container, details, signal))
    return Object.assign(await containerChanges(session, container, lens, signal), { against })
  if (lens === 'engine') return { ...(await throughEngine(session, container, details, '', signal)), against }
  const onHost = await throughHost(session, container, details, signal).catch((error: unknown) => {
    if (lens === 'host' || !isFailure(error, 'command-failed')) throw error
    return wholeText(error.failure)
  })
  const otherwise = (because: string) => throughEngine(session, container, details, `${because} `, signal)
  if (typeof onHost !== 'string') return { ...onHost, against, ...(lens === undefined && { otherwise }) }
  if (lens === 'host') throw failed('lens-unavailable', `The host lens cannot be used: ${onHost}`)
  return { ...(await otherwise(onHost)), against }
}

async function throughHost(
  session: HostSession,
  container: ContainerDetails,
  image: ImageDetails,
  signal: AbortSignal,
): Promise<ChangeSource | string> {
  const difference = await differenceOnHost(session, container, image, signal)
  if (typeof difference === 'string') return difference
  const files = await session.filesOf(container, signal)
  if (!files.works) return files.reason
  const batches = difference.changes(signal)
  const [first, made] = await allDone([batches.next(), madeOnHost(session, container, files, signal)])
  return {
    lens: 'host',
    batches: resumed(first, batches),
    isRuntime: runtimePaths(made),
    notes: (noteSignal) => difference.notes(noteSignal),
  }
}

/** The comparison, or the reason why it cannot be made on the host. `bytesCompared` is how much content is read at most. */
export async function differenceOnHost(
  session: HostSession,
  container: ContainerDetails,
  image: ImageDetails,
  signal: AbortSignal,
  bytesCompared?: number,
): Promise<StackDifference | string> {
  const files = await session.filesOf(container, signal)
  if (!files.works) return files.reason
  const { dialect } = files.files
  if (dialect?.metacopy === true || dialect?.driver === 'fuse-overlayfs')
    return 'Layers with files of metadata only, or of fuse-overlayfs, are not compared with others on the host.'
  const layers = await imageDirectories(session, image, signal)
  if (!layers.works) return layers.reason
  const stacks = stacksOf(files.directories, layers.directories, files.engineLayer)
  return new StackDifference(files.files, stacks, bytesCompared)
}

async function throughEngine(
  session: HostSession,
  container: ContainerDetails,
  image: ImageDetails,
  because: string,
  signal: AbortSignal,
): Promise<ChangeSource> {
  const files = await filesIfTold(session, container, signal)
  const made = await madeThroughEngine(session, container, files, signal)
  async function* batches() {
    const engine = await session.engine(signal)
    const reader = await openImageReader(engine, image.id, signal)
    try {
      signal.throwIfAborted()
      yield* archiveDifference(engine, container, made.mountPoints, reader.containerId, signal)
    } finally {
      await reader.close()
    }
  }
  const reason = `${because}Everything in the container and in the image is read through the engine to compare them, which takes as long as exporting both.`
  return { lens: 'engine', reason, batches: batches(), isRuntime: runtimePaths(made) }
}
