import type { EventPayload, LaminaEvent } from '../../contract/events'
import type { OperationOutput } from '../../contract/contract'
import { failed, isFailure, needsPerson, type Failure } from '../../core/base/failure'
import type { Log } from '../../core/logs/log'
import { unlessAborted } from '../../core/base/unless-aborted'
import type { Ask, HostSession } from '../../session/host/host-session'
import { watchHost, type HostState } from '../../session/host/host-watch'
import { hostDescription } from './host-description'
import { unwaited } from '../../core/base/unwaited'

interface Following {
  readonly session: HostSession
  readonly stopping: AbortController
  state: HostState
  done: Promise<void>
}

/** Connects hosts on request and follows each once, turning what they tell into events of the contract. */
export class HostWatches {
  readonly #emit: (event: LaminaEvent) => void
  readonly #log: Log
  readonly #following = new Map<string, Following>()
  readonly #opening = new Map<string, Promise<void>>()
  /** How many wait to hear what a host is that they connected. */
  readonly #waiting = new Map<string, number>()

  constructor(emit: (event: LaminaEvent) => void, log: Log) {
    this.#emit = emit
    this.#log = log
  }

  /**
   * Opens a host, asking what has to be asked, and follows it from then on. A host that nobody has to do anything about is
   * followed even if it could not be reached now. One attempt at a time: whoever comes second waits for the first.
   * @throws FailureError what `HostSession.open` throws
   */
  async connect(session: HostSession, ask: Ask | undefined, signal: AbortSignal): Promise<void> {
    const { hostId } = session
    for (;;) {
      const opening = this.#opening.get(hostId)
      if (opening === undefined) break
      try {
        await unlessAborted(opening, signal, 'Connecting was cancelled.')
        return
      } catch (error) {
        if (signal.aborted || !isFailure(error, 'cancelled')) throw error
      }
    }
    const opened = this.#open(session, ask, signal).finally(() => {
      this.#opening.delete(hostId)
    })
    this.#opening.set(hostId, opened)
    await opened
  }

  /**
   * What a host is that was connected. Where nobody waits for its engine any more before it has answered, the host is followed no longer.
   * @throws FailureError what `HostSession.description` throws
   */
  async describe(session: HostSession, signal: AbortSignal): Promise<OperationOutput<'hosts.describe'>> {
    const { hostId } = session
    const count = (more: number) => this.#waiting.set(hostId, (this.#waiting.get(hostId) ?? 0) + more)
    count(1)
    try {
      return await hostDescription(session, signal)
    } finally {
      count(-1)
      const isConnecting = this.#following.get(hostId)?.state.state === 'connecting'
      if (signal.aborted && isConnecting && !this.#isWaitedFor(hostId)) this.disconnect(hostId)
    }
  }

  #isWaitedFor(hostId: string): boolean {
    return (this.#waiting.get(hostId) ?? 0) > 0
  }

  /** Follows a host no longer. */
  disconnect(hostId: string): void {
    this.#end(hostId)
    this.#emit({ name: 'host.changed', payload: { hostId, state: 'disconnected' } })
  }

  /** Ends all watches; to be waited for only after the sessions are closed, which ends what the watches wait for. */
  stop(): Promise<unknown> {
    const done = [...this.#following.values()].map((following) => following.done)
    for (const hostId of [...this.#following.keys()]) this.#end(hostId)
    return Promise.all(done)
  }

  async #open(session: HostSession, ask: Ask | undefined, signal: AbortSignal): Promise<void> {
    const { hostId } = session
    const current = this.#following.get(hostId)
    if (current?.session === session && current.state.state === 'connected') {
      await session.open(ask, signal)
      // Whoever asks anew, as a page that was loaded again, has not heard of a silence.
      this.#emit({ name: 'host.changed', payload: { hostId, ...told(current.state) } })
      return
    }
    // The background's attempts ask nobody; they must not get in the way of this one.
    this.#end(hostId)
    this.#emit({ name: 'host.changed', payload: { hostId, state: 'connecting' } })
    try {
      await session.open(ask, signal)
    } catch (error) {
      if (isFailure(error)) this.#tellUnopened(session, error.failure, signal)
      throw error
    }
    if (session.isClosed) throw failed('cancelled', 'The host was disconnected while it was being connected.')
    this.#follow(session)
  }

  #tellUnopened(session: HostSession, failure: Failure, signal: AbortSignal): void {
    const { hostId } = session
    if (session.isClosed) return
    const isCancelled = signal.aborted || failure.kind === 'cancelled'
    if (isCancelled && this.#isWaitedFor(hostId)) this.#follow(session)
    else if (isCancelled) {
      this.#emit({ name: 'host.changed', payload: { hostId, state: 'disconnected' } })
    } else if (needsPerson(failure)) {
      this.#emit({ name: 'host.changed', payload: { hostId, state: 'lost', failure } })
    } else this.#follow(session, failure)
  }

  #follow(session: HostSession, first?: Failure): void {
    const { hostId } = session
    const following: Following = {
      session,
      stopping: new AbortController(),
      state: { state: 'connecting' },
      done: Promise.resolve(),
    }
    const { signal } = following.stopping
    const watcher = {
      changed: (what: 'containers' | 'images') => {
        if (!signal.aborted) this.#emit({ name: `${what}.changed`, payload: { hostId } })
      },
      changedState: (state: HostState) => {
        // That it is being connected was told when it was opened.
        if (signal.aborted || (state.state === 'connecting' && following.state.state === 'connecting')) return
        following.state = state
        this.#emit({ name: 'host.changed', payload: { hostId, ...told(state) } })
        if (state.state === 'connected' && state.silence === undefined)
          unwaited(this.#tellDescription(following), (error) => {
            this.#log.error('background.failed', error)
          })
      },
    }
    this.#following.set(hostId, following)
    following.done = watchHost(session, watcher, signal, first === undefined ? {} : { first })
  }

  #end(hostId: string): void {
    this.#following.get(hostId)?.stopping.abort()
    this.#following.delete(hostId)
  }

  async #tellDescription(following: Following): Promise<void> {
    const { session, stopping } = following
    const { signal } = stopping
    // Where it fails, the watch itself finds out that the engine is lost and says so.
    const description = await hostDescription(session, signal)
    const { state } = following
    if (signal.aborted || state.state !== 'connected') return
    // A silence may have begun meanwhile.
    this.#emit({ name: 'host.changed', payload: { hostId: session.hostId, ...told(state), description } })
  }
}

/** A state as the contract has it. */
function told(state: HostState): Omit<EventPayload<'host.changed'>, 'hostId'> {
  if (state.state !== 'connected') return state
  const { silence, ...others } = state
  if (silence === undefined) return others
  return { ...others, silence: { ...silence, since: new Date(silence.since).toISOString() } }
}
