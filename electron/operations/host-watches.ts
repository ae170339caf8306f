import type { LaminaEvent } from '../contract/events'
import { isFailure } from '../core/failure'
import type { HostSession } from '../session/host-session'
import { watchHost } from '../session/host-watch'
import { hostDescription } from './hosts'

/** Follows hosts on request, each once, and turns what they tell into events of the contract. */
export function hostWatches(emit: (event: LaminaEvent) => void): {
  watch: (session: HostSession) => void
  close: () => Promise<void>
} {
  const closing = new AbortController()
  const watched = new Map<string, Promise<void>>()
  const follow = (session: HostSession) => {
    const { hostId } = session
    return watchHost(
      session,
      {
        changed(what) {
          emit({ name: `${what}.changed`, payload: { hostId } })
        },
        changedState(state) {
          emit({ name: 'host.changed', payload: { hostId, ...state } })
          if (state.state === 'connected') void tellDescription(session, emit)
        },
      },
      closing.signal,
    )
  }
  return {
    watch(session) {
      if (!watched.has(session.hostId)) watched.set(session.hostId, follow(session))
    },
    async close() {
      closing.abort()
      await Promise.all(watched.values())
    },
  }
}

async function tellDescription(session: HostSession, emit: (event: LaminaEvent) => void): Promise<void> {
  try {
    const description = await hostDescription(session)
    emit({ name: 'host.changed', payload: { hostId: session.hostId, state: 'connected', description } })
  } catch (error) {
    // The watch itself finds out that the engine is lost and says so.
    if (!isFailure(error)) throw error
  }
}
