import type { Lens } from '../core/change'
import { failed } from '../core/failure'
import type { ChangeSource } from '../session/container-changes'
import type { HostSession } from '../session/host-session'
import { upperNews, type UpperNews } from '../session/upper-news'
import type { Context } from './context'

/** What the engine says of a container. */
export type Details = Awaited<ReturnType<Awaited<ReturnType<HostSession['engine']>>['container']>>

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
  /** Another look, by the lens that is given or, where none is, by the one that was asked for at first. */
  look(lens: Lens | undefined, signal: AbortSignal): Promise<ChangeSource>
  isRunning(signal: AbortSignal): Promise<boolean>
  /** Whether another look would find something that was written since. */
  news(since: number, signal: AbortSignal): Promise<UpperNews>
}

/** A container of a host. Its host is never connected for it: a person who disconnected it is not overruled. */
export function lookedAt(
  context: Context,
  place: { readonly hostId: string; readonly containerId: string; readonly lens: Lens | undefined },
  begin: BeginLook,
): LookedAt {
  const { hostId, containerId } = place
  const session = () => {
    const last = context.hosts.lastSession(hostId)
    if (last?.isClosed === false) return last
    throw failed('connection-lost', 'This host was disconnected.', 'Connect it again.')
  }
  const details = async (signal: AbortSignal) =>
    await (await session().engine(signal)).container(containerId, signal)
  return {
    hostId,
    containerId,
    async look(lens, signal) {
      return await begin(session(), await details(signal), lens ?? place.lens, signal)
    },
    isRunning: async (signal) => (await details(signal)).state === 'running',
    news: async (since, signal) => await upperNews(session(), await details(signal), since, signal),
  }
}
