import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { failed, type FailureKind } from '../../../../electron/core/base/failure'
import type { EngineEvent } from '../../../../electron/engine/engine-events'
import { HostSession } from '../../../../electron/session/host/host-session'
import { watchHost, type Clock, type HostState } from '../../../../electron/session/host/host-watch'
import { fakeEngine, fakeTransport } from '../../../builders/engines/fake-engine'

type Attempt = FailureKind | 'followed' | 'hung up on' | 'events forbidden' | 'no events yet'

/** A host whose engine fails as it is told, one attempt after the other; being followed ends with the link. */
function hostThat(attempts: readonly Attempt[]) {
  const stopping = new AbortController()
  const waits: number[] = []
  const states: HostState[] = []
  const changed: string[] = []
  let opened = 0
  let now = 0
  const follow = async function* (isLong = true): AsyncGenerator<EngineEvent> {
    await Promise.resolve()
    if (isLong) now += 10_000
    yield { type: 'container', action: 'start', id: 'a' }
    throw failed('connection-lost', 'The connection to the host was lost.')
  }
  const session = new HostSession('ssh://build', fakeTransport(), () => {
    const attempt = attempts[opened]
    opened += 1
    if (attempt === undefined) stopping.abort()
    if (attempt === 'events forbidden') return Promise.resolve(guardedEngine(2))
    if (attempt === 'no events yet') {
      const events = [
        Promise.reject(failed('engine-failed', 'no events are kept')),
        Promise.resolve(follow()),
      ]
      events[0]?.catch(() => undefined)
      const answers = () => Promise.resolve()
      return Promise.resolve(
        fakeEngine({ answers, events: () => events.shift() ?? Promise.resolve(follow()) }),
      )
    }
    if (attempt !== 'followed' && attempt !== 'hung up on')
      return Promise.reject(failed(attempt ?? 'cancelled', `attempt ${opened}`))
    return Promise.resolve(fakeEngine({ events: () => Promise.resolve(follow(attempt === 'followed')) }))
  })
  const clock: Clock = {
    wait: (milliseconds) => {
      waits.push(milliseconds)
      now += milliseconds
      return Promise.resolve()
    },
    random: () => 0.5,
    now: () => now,
  }
  const watcher = {
    changedState: (state: HostState) => void states.push(state),
    changed: (what: string) => void changed.push(what),
  }
  const watched = (options: { first?: ReturnType<typeof failed>['failure'] } = {}) =>
    watchHost(session, watcher, stopping.signal, { ...options, clock })
  return { watched, waits, states, changed, session, opened: () => opened }
}

/** An engine whose events a proxy forbids; it answers so many times and is lost then. */
function guardedEngine(times: number) {
  let answered = 0
  return fakeEngine({
    events: () => Promise.reject(failed('permission-denied', 'GET /events was refused', 'Allow it.')),
    answers: () =>
      (answered += 1) > times ? Promise.reject(failed('engine-unreachable', 'gone')) : Promise.resolve(),
  })
}

describe('following a host', () => {
  it('follows its events as soon as they can be, where they could not at first', async () => {
    const host = hostThat(['no events yet'])
    await host.watched()
    expect(host.states.slice(1, 4)).toMatchObject([
      { state: 'connected', notLive: 'no events are kept' },
      { state: 'connected' },
      { state: 'lost', failure: { kind: 'connection-lost' } },
    ])
    expect(host.states[2]).not.toHaveProperty('notLive')
  })

  it('looks every ten seconds where its events are forbidden, says why, and notices when it is lost', async () => {
    const host = hostThat(['events forbidden'])
    await host.watched()
    expect(host.waits).toEqual([10_000, 10_000, 10_000, 1000])
    expect(host.states.slice(1, 3)).toMatchObject([
      { state: 'connected', notLive: 'GET /events was refused Allow it.' },
      { state: 'lost', failure: { message: 'gone' } },
    ])
    expect(host.changed.filter((what) => what === 'containers')).toHaveLength(3)
  })

  it('backs off from 1 to 30 seconds while the host is not reached', async () => {
    const host = hostThat(Array<Attempt>(7).fill('host-unreachable'))
    await host.watched()
    expect(host.waits).toEqual([1000, 2000, 5000, 10_000, 30_000, 30_000, 30_000])
    expect(host.states.at(-2)).toMatchObject({ state: 'lost', retryIn: 30_000 })
  })

  it('shows a lost link at once, lists anew when it is back, and begins to back off from the start', async () => {
    const host = hostThat(['host-unreachable', 'host-unreachable', 'followed', 'followed'])
    await host.watched()
    expect(host.waits).toEqual([1000, 2000, 1000, 1000])
    expect(host.states.filter(({ state }) => state === 'lost')).toMatchObject([
      { failure: { kind: 'host-unreachable' } },
      { failure: { kind: 'host-unreachable' } },
      { failure: { kind: 'connection-lost' } },
      { failure: { kind: 'connection-lost' } },
    ])
    expect(host.changed).toEqual(['containers', 'images', 'containers', 'images'])
  })

  it('backs off from a host that lets it in and hangs up', async () => {
    const host = hostThat(Array<Attempt>(6).fill('hung up on'))
    await host.watched()
    expect(host.waits).toEqual([1000, 2000, 5000, 10_000, 30_000, 30_000])
  })

  it.each([
    'authentication-failed',
    'prompt-required',
    'host-key-changed',
    'host-key-revoked',
    'host-key-refused',
    'server-misbehaved',
    'unsupported-address',
    'invalid-input',
    'engine-unsupported',
  ] as const)('ends at %s, for only a person can help', async (kind) => {
    const host = hostThat(['followed', kind, 'followed'])
    await host.watched()
    expect(host.opened()).toBe(2)
    expect(host.states.at(-1)).toEqual({ state: 'lost', failure: { kind, message: 'attempt 2' } })
  })

  it('begins with waiting where a failure was met before', async () => {
    const host = hostThat(['followed'])
    await host.watched({ first: failed('host-unreachable', 'no route').failure })
    expect(host.states.slice(0, 2)).toMatchObject([
      { state: 'lost', failure: { message: 'no route' }, retryIn: 1000 },
      { state: 'connecting' },
    ])
  })

  it('tries at once when something happens where the engine listens, and backs off from the start then', async () => {
    const opened: string[] = []
    let appear = (): void => undefined
    const watchSocket = () => ({
      changed: new Promise<void>((resolve) => (appear = resolve)),
      close: () => void opened.push('closed'),
    })
    const stopping = new AbortController()
    const waits: number[] = []
    const session = new HostSession(
      'local',
      fakeTransport(),
      () => {
        opened.push('tried')
        if (opened.length === 9) stopping.abort()
        return Promise.reject(failed('engine-unreachable', 'There is no socket.'))
      },
      { watchSocket },
    )
    const clock: Clock = {
      wait: (milliseconds, signal) => {
        waits.push(milliseconds)
        // The third wait never ends by itself.
        if (milliseconds !== 5_000) return Promise.resolve()
        appear()
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve()
          })
        })
      },
      random: () => 0.5,
      now: () => 0,
    }
    const watcher = { changedState: () => undefined, changed: () => undefined }
    await watchHost(session, watcher, stopping.signal, { clock })
    expect(waits).toEqual([1_000, 2_000, 5_000, 60, 1_000])
    expect(opened.join(' ')).toBe('tried closed tried closed tried closed tried closed tried closed')
  })

  it('tells of a flood of events once a second, and once more after the last one', async () => {
    vi.useFakeTimers()
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const stopping = new AbortController()
    const events = async function* (): AsyncGenerator<EngineEvent> {
      for (let second = 0; second < 3; second += 1) {
        for (let event = 0; event < 10_000; event += 1)
          yield await Promise.resolve({ type: 'container', action: 'start', id: 'a' } as const)
        await new Promise((resolve) => setTimeout(resolve, 1000))
      }
      await new Promise((resolve) => {
        stopping.signal.addEventListener('abort', resolve)
      })
    }
    const engine = fakeEngine({ events: () => Promise.resolve(events()) })
    const session = new HostSession('ssh://build', fakeTransport(), () => Promise.resolve(engine))
    const told: [string, number][] = []
    const watcher = {
      changedState: () => undefined,
      changed: (what: string) => void told.push([what, performance.now() - began]),
    }
    const began = performance.now()
    const done = watchHost(session, watcher, stopping.signal)
    await vi.advanceTimersByTimeAsync(10_000)
    stopping.abort()
    await done
    expect(told).toEqual([
      ['containers', 0],
      ['images', 0],
      ['containers', 1000],
      ['containers', 2000],
      ['containers', 3000],
    ])
  })

  it('ends with the session', async () => {
    const host = hostThat(['followed'])
    await host.session.close()
    await host.watched()
    expect(host.states).toEqual([])
  })
})
