import type { Lens } from '../../core/changes/change'
import type { ChangeSource } from '../../session/changes/change-source'
import type { HostSession } from '../../session/host/host-session'
import { upperNews, type UpperNews } from '../../session/changes/written-since'

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

/** A container of a host, whose session is asked for anew at each look. */
export function lookedAt(
  session: () => HostSession,
  place: { readonly hostId: string; readonly containerId: string; readonly lens: Lens | undefined },
  begin: BeginLook,
): LookedAt {
  const { hostId, containerId } = place
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
