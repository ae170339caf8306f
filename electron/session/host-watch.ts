import { setTimeout as delay } from 'node:timers/promises'
import { isFailure, type Failure } from '../core/failure'
import type { EngineEvent } from '../engine/engine'
import type { HostSession } from './host-session'

export type HostState =
  | { readonly state: 'connecting' | 'connected' }
  | { readonly state: 'lost'; readonly failure: Failure; readonly retryIn: number }

/** What a watch tells whoever listens. */
export interface HostWatcher {
  changedState(state: HostState): void
  /** Lists are out of date. */
  changed(what: 'containers' | 'images'): void
}

/** Milliseconds between attempts to find a lost engine. */
const retryDelays = [1_000, 2_000, 5_000, 10_000, 30_000]
/** Milliseconds after which lists are taken anew although nothing was heard: engines drop events of slow readers. */
const staleAfter = 60_000
/** Milliseconds in which a burst of events becomes one change. */
const settle = 60

/** Follows a host's events until the signal, finding its engine again whenever it is lost. */
export async function watchHost(
  session: HostSession,
  watcher: HostWatcher,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; !signal.aborted;) {
    watcher.changedState({ state: 'connecting' })
    try {
      const engine = await session.engine()
      const events = await engine.events({}, signal)
      watcher.changedState({ state: 'connected' })
      attempt = 0
      watcher.changed('containers')
      watcher.changed('images')
      await followUntilEnd(events, watcher, signal)
      throw new Error('the event stream ended')
    } catch (error) {
      if (signal.aborted) return
      session.forgetEngine()
      const retryIn = retryDelays[Math.min(attempt, retryDelays.length - 1)] ?? 30_000
      attempt += 1
      watcher.changedState({ state: 'lost', failure: lostFailure(error), retryIn })
      await delay(retryIn, undefined, { signal }).catch(() => undefined)
    }
  }
}

async function followUntilEnd(
  events: AsyncIterable<EngineEvent>,
  watcher: HostWatcher,
  signal: AbortSignal,
): Promise<void> {
  const burst = new Map<'containers' | 'images', NodeJS.Timeout>()
  const soon = (what: 'containers' | 'images') => {
    if (burst.has(what)) return
    const tell = () => {
      burst.delete(what)
      watcher.changed(what)
    }
    burst.set(what, setTimeout(tell, settle))
  }
  const stale = setInterval(() => {
    soon('containers')
    soon('images')
  }, staleAfter)
  try {
    for await (const event of events) {
      if (signal.aborted) return
      if (changesImages(event)) soon('images')
      if (changesContainers(event)) soon('containers')
    }
  } finally {
    clearInterval(stale)
    for (const timer of burst.values()) clearTimeout(timer)
  }
}

/** Running a command in a container and its health checks change no list. */
function changesContainers({ type, action }: EngineEvent): boolean {
  return (
    type === 'container' &&
    !/^(?:exec_|health_status|attach|detach|resize|top|archive-path|extract-to-dir)/.test(action)
  )
}

function changesImages({ type, action }: EngineEvent): boolean {
  return type === 'image' || action === 'commit'
}

function lostFailure(error: unknown): Failure {
  if (isFailure(error)) return error.failure
  return {
    kind: 'engine-unreachable',
    message: 'The engine closed the connection.',
    remedy: 'Start the engine again; Lamina connects by itself when it answers.',
  }
}
