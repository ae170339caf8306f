import { bytePath } from '../core/byte-path'
import type { Change, Lens } from '../core/change'
import { failed } from '../core/failure'
import { runtimePaths } from '../core/runtime-paths'
import type { ChangeSource } from '../session/container-changes'
import type { HostSession } from '../session/host-session'
import { upperNews, type UpperNews } from '../session/upper-news'
import type { Context } from './context'

/** What the engine says of a container. */
export type Details = Awaited<ReturnType<Awaited<ReturnType<HostSession['engine']>>['container']>>

/** A look at a container's changes under way, and how to tell what the engine makes for every container. */
export interface Look {
  readonly source: ChangeSource
  readonly isRuntime: (change: Change) => boolean
}

/** Begins to list a container's changes. */
export type BeginLook = (
  session: HostSession,
  container: Details,
  lens: Lens | undefined,
  signal: AbortSignal,
) => Promise<ChangeSource>

/** What a listing looks at, once and again. */
export interface LookedAt {
  readonly hostId: string
  readonly containerId: string
  /** Another look by the same lens. */
  look(signal: AbortSignal): Promise<Look>
  isRunning(signal: AbortSignal): Promise<boolean>
  /** Whether another look would find something that was written since. */
  news(since: number, signal: AbortSignal): Promise<UpperNews>
}

export function lookAt(container: Details, source: ChangeSource): Look {
  return { source, isRuntime: runtimeTest(container) }
}

/** The test for paths that the engine makes for this container. */
export function runtimeTest({ mounts }: Pick<Details, 'mounts'>): (change: Change) => boolean {
  const places = mounts.map(({ destination }) => {
    const place = destination.replace(/\/+$/, '')
    return bytePath(Buffer.from(place, 'utf8').toString('latin1'))
  })
  return runtimePaths(places)
}

/** A container of a host. Its host is never connected for it: a person who disconnected it is not overruled. */
export function lookedAt(
  context: Context,
  place: { readonly hostId: string; readonly containerId: string; readonly lens: Lens },
  begin: BeginLook,
): LookedAt {
  const { hostId, containerId, lens } = place
  const session = () => {
    const last = context.hosts.lastSession(hostId)
    if (last?.isClosed === false) return last
    throw failed('connection-lost', 'This host was disconnected.', 'Connect it again.')
  }
  const details = async (signal: AbortSignal) =>
    await (await session().engine()).container(containerId, signal)
  return {
    hostId,
    containerId,
    async look(signal) {
      const container = await details(signal)
      return lookAt(container, await begin(session(), container, lens, signal))
    },
    isRunning: async (signal) => (await details(signal)).state === 'running',
    news: async (since, signal) => await upperNews(session(), await details(signal), since, signal),
  }
}
