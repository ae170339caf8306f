import type { BytePath } from '../../core/base/byte-path'
import type { Change } from '../../core/changes/change'
import { FailureError, isFailure, type Failure } from '../../core/base/failure'
import type { ContainerDetails, Engine } from '../../engine/engine'
import { archiveDifference } from './archive-difference'
import { openBaseReader } from '../images/base-image'
import type { ChangeSource } from './change-source'
import { runtimePaths } from '../../core/changes/runtime-paths'
import { madeThroughEngine } from './engine-made'
import { engineRows } from './engine-rows'
import type { HostSession } from '../host/host-session'
import { filesIfTold } from '../mounts/mount-places'

/**
 * A container's changes as its engine lists them, or, where it cannot, as the archives of the container and of its image differ. Podman
 * never lists a container that has a directory with something in it where its image has a file (measured with 4.3 and 5.4); a proxy may
 * forbid the list; and an engine gives up its walk through a container that never rests.
 */
export function changesThroughEngine(
  session: HostSession,
  container: ContainerDetails,
  because: string | undefined,
  signal: AbortSignal,
): ChangeSource {
  let refused: Failure | undefined
  let isRuntime: (change: Change) => boolean = () => false
  async function* batches() {
    const engine = await session.engine(signal)
    let hasBegun = false
    try {
      const own = new Set<BytePath>()
      isRuntime = ({ path }) => own.has(path)
      const answer = await engine.changes(container.id, signal)
      for await (const some of engineRows(session, container, answer, own, signal)) {
        hasBegun = true
        yield some
      }
    } catch (error) {
      if (hasBegun) throw error
      if (!isFailure(error, 'engine-failed') && !isFailure(error, 'permission-denied')) throw error
      refused = error.failure
      const made = await madeThroughEngine(
        session,
        container,
        await filesIfTold(session, container, signal),
        signal,
      )
      isRuntime = runtimePaths(made)
      yield* throughArchives(engine, container, made.mountPoints, refused, signal)
    }
  }
  return {
    lens: 'engine',
    // Which of the two it is, is known once it was read.
    get reason() {
      const reasons = [because, refused && instead(refused)].filter((reason) => reason !== undefined)
      return reasons.length === 0 ? undefined : reasons.join(' ')
    },
    batches: batches(),
    isRuntime: (change) => isRuntime(change),
    async *notes() {
      yield await Promise.resolve([])
      return [refused === undefined ? notTold : instead(refused)]
    },
  }
}

/** moby, pkg/archive/changes.go, and containers/storage after it: two versions are held against each other by their facts, never by what is in them. */
const notTold =
  'An engine tells a change by type, size, time, mode and owner. A file, link or directory that was replaced by one with the same, extended attributes and the root itself are not in its list.'

function instead({ message }: Failure): string {
  return `The engine could not list the changes, so everything in the container and in its image was read and compared: ${message}`
}

async function* throughArchives(
  engine: Engine,
  container: ContainerDetails,
  mountPoints: readonly BytePath[],
  refused: Failure,
  signal: AbortSignal,
): AsyncGenerator<Change[]> {
  try {
    const reader = await openBaseReader(engine, container, signal)
    try {
      signal.throwIfAborted()
      yield* archiveDifference(engine, container, mountPoints, reader.containerId, signal)
    } finally {
      await reader.close()
    }
  } catch (error) {
    if (!isFailure(error) || error.failure.kind === 'cancelled') throw error
    const also = `Nor could the archives of the container and its image be compared: ${error.failure.message}`
    throw new FailureError({ ...refused, message: `${refused.message} ${also}` })
  }
}
