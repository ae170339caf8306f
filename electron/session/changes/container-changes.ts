import type { Change, Lens } from '../../core/changes/change'
import { failed, isFailure, wholeText } from '../../core/base/failure'
import type { ContainerDetails } from '../../engine/engine'
import { upperChanges } from '../../hostfs/upper/upper-changes'
import { runtimePaths } from '../../core/changes/runtime-paths'
import { allDone } from '../base/all-settled'
import { refuseWithoutImage } from '../images/base-image'
import type { ChangeSource } from './change-source'
import { SecondLook } from '../findings/change-findings'
import { changesThroughEngine } from './engine-changes'
import { madeOnHost } from './engine-made'
import type { HostSession } from '../host/host-session'

/**
 * Begins to list the changes of a container through the lens that is asked for, or through the host lens where it
 * works and else through the engine's.
 * @throws FailureError `lens-unavailable` where the host lens was asked for and cannot be used, `conflict` for a container without an image
 */
export async function containerChanges(
  session: HostSession,
  container: ContainerDetails,
  lens: Lens | undefined,
  signal: AbortSignal,
): Promise<ChangeSource> {
  // Podman lists nothing of it, whatever changed (measured with 5.4).
  refuseWithoutImage(container)
  const throughEngine = (because?: string) => changesThroughEngine(session, container, because, signal)
  if (lens === 'engine') return throughEngine()
  const files = await session.filesOf(container, signal)
  if (!files.works) {
    if (lens === 'host') throw failed('lens-unavailable', `The host lens cannot be used: ${files.reason}`)
    return throughEngine(files.reason)
  }
  const batches = upperChanges(files.files, files.directories, signal)
  const second = new SecondLook(files.files, files.directories)
  try {
    const [first, made] = await allDone([batches.next(), madeOnHost(session, container, files, signal)])
    return {
      lens: 'host',
      batches: second.watch(resumed(first, batches)),
      isRuntime: runtimePaths(made),
      notes: (signal) => second.notes(signal),
      ...(lens === undefined && { otherwise: throughEngine }),
    }
  } catch (error) {
    if (lens === 'host' || !isFailure(error, 'command-failed')) throw error
    return throughEngine(wholeText(error.failure))
  }
}

/** The first batch tells whether the lens works at all; it goes in front of the others again. */
export async function* resumed(
  first: IteratorResult<Change[]>,
  rest: AsyncGenerator<Change[]>,
): AsyncGenerator<readonly Change[]> {
  try {
    if (first.done === true) return
    yield first.value
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}
