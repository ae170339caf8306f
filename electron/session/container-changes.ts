import type { Change, ChangeNote, Lens } from '../core/change'
import { failed, isFailure, wholeText } from '../core/failure'
import type { ContainerDetails } from '../engine/engine'
import { upperChanges } from '../hostfs/upper-changes'
import { runtimePaths } from '../core/runtime-paths'
import { allDone } from './all-done'
import { refuseWithoutImage } from './base-image'
import { SecondLook } from './change-notes'
import { changesThroughEngine } from './engine-changes'
import { madeOnHost } from './engine-made'
import type { HostSession } from './host-session'

/** A listing under way: who makes it, why not the better lens, and the changes as they are found. */
export interface ChangeSource {
  readonly lens: Lens
  /** Whole when all batches were read. */
  readonly reason?: string | undefined
  readonly batches: AsyncIterable<readonly Change[]>
  /** Whether a change of a batch that has come is the engine's own and nobody's in the container. */
  readonly isRuntime: (change: Change) => boolean
  /**
   * The second look: finds out more about the changes that the first one gave, and returns what it left out, in a sentence each.
   * Absent where the lens cannot.
   */
  readonly notes?: (signal: AbortSignal) => AsyncGenerator<readonly ChangeNote[], readonly string[]>
  /** The same through the engine, from its beginning, where the batches end with `command-failed` and no lens was asked for. */
  readonly otherwise?: (because: string) => ChangeSource | Promise<ChangeSource>
}

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
