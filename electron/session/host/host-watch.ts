import { setTimeout as delay } from 'node:timers/promises'
import { isAborted } from '../../core/base/abort'
import { answered } from '../../core/base/allowed'
import { isFailure, needsPerson, type Failure } from '../../core/base/failure'
import type { Engine } from '../../engine/engine'
import type { EngineEvent } from '../../engine/engine-events'
import { followPulse, type Silence } from '../engines/engine-pulse'
import type { HostSession, SocketWatch } from './host-session'
import { ListNews, type ListName } from './list-news'

/** A host whose engine answered. */
interface Connected {
  readonly state: 'connected'
  /** Why events cannot be followed, so that lists are said to be out of date now and then. */
  readonly notLive?: string
  /** Its engine does not answer at the moment. */
  readonly silence?: Silence
}

export type HostState =
  | { readonly state: 'connecting' }
  | Connected
  /** Without `retryIn` the watch has ended: only a person can help. */
  | { readonly state: 'lost'; readonly failure: Failure; readonly retryIn?: number }

/** What a watch tells whoever listens. */
export interface HostWatcher {
  changedState(state: HostState): void
  /** Lists are out of date. */
  changed(what: ListName): void
}

/** Time and chance, which tests put in the place of the real ones. */
export interface Clock {
  /** Resolves after some milliseconds, and at once when the signal is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
  /** From 0 up to 1. */
  random(): number
  /** In milliseconds, from whatever moment on. */
  now(): number
}

export const realClock: Clock = {
  wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }).catch(() => undefined),
  random: Math.random,
  now: () => performance.now(),
}

/** Milliseconds between attempts to find a lost engine; servers lock out who comes too often (sshd_config, MaxStartups). */
const retryDelays = [1_000, 2_000, 5_000, 10_000, 30_000]
/** Part of a delay by which it may be shorter or longer, so that many do not come back at the same moment. */
const jitter = 0.2
/** Milliseconds after which lists are taken anew although nothing was heard: engines drop events of slow readers. */
const staleAfter = 60_000
/** Milliseconds after which lists are taken anew where nothing can be heard. */
const lookEvery = 10_000
/** Milliseconds between the first sign of an engine and the moment at which it listens. */
const settle = 60
/** Milliseconds for which a host has to be followed before its next loss is met as the first one. */
const steadyAfter = 10_000

/**
 * Follows a host's events until the signal, finding its engine again whenever it is lost, without ever asking anybody.
 * Ends by itself where only a person can help. `first` is a failure that was met already: then it begins with waiting.
 */
export async function watchHost(
  session: HostSession,
  watcher: HostWatcher,
  signal: AbortSignal,
  { first, clock = realClock }: { readonly first?: Failure; readonly clock?: Clock } = {},
): Promise<void> {
  let attempt = 0
  let lost = first
  while (!signal.aborted && !session.isClosed) {
    // Begun before the attempt, so that a socket that comes to be in the middle of it is not missed.
    const place = session.watchSocket?.()
    try {
      if (lost === undefined) {
        let connectedAt = Infinity
        const connected = () => {
          connectedAt = clock.now()
          place?.close()
        }
        const failure = await followOnce(session, watcher, { clock, connected }, signal)
        // One that lets everybody in and hangs up is not met again and again.
        if (clock.now() - connectedAt >= steadyAfter) attempt = 0
        if (isAborted(signal) || session.isClosed) return
        session.leaveEngine()
        lost = failure
      }
      if (needsPerson(lost)) {
        watcher.changedState({ state: 'lost', failure: lost })
        return
      }
      const retryIn = retryDelay(attempt, clock)
      attempt += 1
      watcher.changedState({ state: 'lost', failure: lost, retryIn })
      lost = undefined
      if (await hasChanged(place, retryIn, clock, signal)) attempt = 0
    } finally {
      place?.close()
    }
  }
}

/** Waits for an attempt's turn, or until something happens where the engine listens; says whether that was it. */
async function hasChanged(
  place: ReturnType<SocketWatch> | undefined,
  retryIn: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  if (place === undefined) {
    await clock.wait(retryIn, signal)
    return false
  }
  const enough = new AbortController()
  const either = AbortSignal.any([signal, enough.signal])
  const changed = await Promise.race([
    clock.wait(retryIn, either).then(() => false),
    place.changed.then(() => true),
  ])
  enough.abort()
  // An engine makes its socket, gives it to its group and listens.
  if (changed) await clock.wait(settle, signal)
  return changed
}

function retryDelay(attempt: number, clock: Clock): number {
  const usual = retryDelays[Math.min(attempt, retryDelays.length - 1)] ?? 30_000
  return Math.round(usual * (1 - jitter + 2 * jitter * clock.random()))
}

/** Connects and follows until the connection ends, and gives the reason. */
async function followOnce(
  session: HostSession,
  watcher: HostWatcher,
  { clock, connected }: { readonly clock: Clock; readonly connected: () => void },
  signal: AbortSignal,
): Promise<Failure> {
  watcher.changedState({ state: 'connecting' })
  const tellOf = (list: ListName) => {
    watcher.changed(list)
  }
  const news = new ListNews(tellOf, () => clock.now())
  let state: Connected = { state: 'connected' }
  const hear = (silence: Silence | undefined) => {
    watcher.changedState({ ...state, ...(silence === undefined ? {} : { silence }) })
    // Whoever asked meanwhile may have given up.
    if (silence === undefined) news.allChanged()
  }
  const look = (isFollowed: boolean) => {
    if (isFollowed) watcher.changedState((state = { state: 'connected' }))
    news.allChanged()
  }
  try {
    const engine = await session.engine(signal)
    const begun = await answered(engine.events({}, signal))
    if (!signal.aborted) {
      if (!begun.ok) state = unheard(begun.failure)
      watcher.changedState(state)
      connected()
      news.allChanged()
    }
    const ending = new AbortController()
    const pulse = followPulse(engine, hear, AbortSignal.any([signal, ending.signal]))
    try {
      const events = begun.ok ? begun.value : await lookUntilFollowed(engine, look, clock, signal)
      if (events !== undefined) await followUntilEnd(events, news, signal)
    } finally {
      ending.abort()
      await pulse
    }
    return streamEnded
  } catch (error) {
    return isFailure(error) ? error.failure : streamEnded
  } finally {
    news.close()
  }
}

function unheard({ message, remedy = '' }: Failure): Connected {
  return { state: 'connected', notLive: `${message} ${remedy}`.trim() }
}

/**
 * Looks now and then while the engine's events cannot be followed: a proxy forbids it, or Podman keeps none (containers.conf(5),
 * `events_logger="none"`). `look` is told each time, and whether it was the last. Gives the events as soon as they can be.
 * @throws FailureError when the engine does not answer any more
 */
async function lookUntilFollowed(
  engine: Engine,
  look: (isFollowed: boolean) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<AsyncIterable<EngineEvent> | undefined> {
  for (;;) {
    await clock.wait(lookEvery, signal)
    if (signal.aborted) return undefined
    await engine.answers(signal)
    const events = await answered(engine.events({}, signal))
    look(events.ok)
    if (events.ok) return events.value
  }
}

const streamEnded: Failure = {
  kind: 'engine-unreachable',
  message: 'The engine closed the connection.',
  remedy: 'Start the engine again; Lamina connects by itself when it answers.',
}

async function followUntilEnd(
  events: AsyncIterable<EngineEvent>,
  news: ListNews,
  signal: AbortSignal,
): Promise<void> {
  const stale = setInterval(() => {
    news.allChanged()
  }, staleAfter)
  try {
    for await (const event of events) {
      if (signal.aborted) return
      if (changesImages(event)) news.changed('images')
      if (changesContainers(event)) news.changed('containers')
    }
  } finally {
    clearInterval(stale)
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
