import { OwnLog } from '../../../../electron/storage/logs/own-log'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { LaminaEvent } from '../../../../electron/contract/events'
import { failed, type FailureKind } from '../../../../electron/core/base/failure'
import type { Engine } from '../../../../electron/engine/engine'
import type { EngineEvent } from '../../../../electron/engine/engine-events'
import { HostWatches } from '../../../../electron/operations/connections/host-watches'
import { HostSession } from '../../../../electron/session/host/host-session'
import { fakeEngine, fakeTransport } from '../../../builders/engines/fake-engine'
import { eventually } from '../../../engines/wait'

const hostId = 'ssh://build'
const { signal } = new AbortController()

async function* quiet(until: AbortSignal): AsyncGenerator<EngineEvent> {
  await new Promise((resolve) => until.addEventListener('abort', resolve))
  yield* []
}

/** A host whose opening ends as it is told, the last way from then on. */
function hostThat(...ways: (FailureKind | 'opens')[]) {
  return hostWith({}, ...ways)
}

function hostWith(some: Partial<Engine>, ...ways: (FailureKind | 'opens')[]) {
  let opened = 0
  const transport = fakeTransport(() => '', {
    open() {
      const way = ways[Math.min(opened, ways.length - 1)] ?? 'opens'
      opened += 1
      return way === 'opens' ? Promise.resolve() : Promise.reject(failed(way, 'as told'))
    },
  })
  const engine = fakeEngine({
    events: (_, until) => Promise.resolve(quiet(until)),
    describe: () => Promise.reject(failed('engine-failed', 'no description')),
    ...some,
  })
  return new HostSession(hostId, transport, () => Promise.resolve(engine))
}

function watching() {
  const states: string[] = []
  const watches = new HostWatches(
    (event: LaminaEvent) => {
      if (event.name !== 'host.changed') return
      const { state, failure, retryIn, silence } = event.payload
      const words = [state, failure?.kind, retryIn === undefined ? undefined : 'retry', silence && 'silent']
      states.push(words.filter(Boolean).join(' '))
    },
    new OwnLog({ part: 'test' }),
  )
  return { watches, states }
}

describe('connecting a host', () => {
  it('follows it from then on, once', async () => {
    const { watches, states } = watching()
    const session = hostThat('opens')
    await watches.connect(session, undefined, signal)
    await eventually(() => states.includes('connected'))
    await watches.connect(session, undefined, signal)
    // Told again: whoever asked may be another page.
    expect(states).toEqual(['connecting', 'connected', 'connected'])
    await watches.stop()
  })

  it('tells of its silence, and again to whoever connects it meanwhile', async () => {
    vi.useFakeTimers()
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const { watches, states } = watching()
    const ping: Engine['ping'] = (asked, until) => {
      asked()
      return new Promise((_, reject) => {
        until.onabort = () => {
          reject(failed('cancelled', 'given up'))
        }
      })
    }
    const session = hostWith({ ping }, 'opens')
    await watches.connect(session, undefined, signal)
    await vi.advanceTimersByTimeAsync(10_000)
    await watches.connect(session, undefined, signal)
    expect(states).toEqual(['connecting', 'connected', 'connected silent', 'connected silent'])
    await watches.stop()
  })

  it('that only a person can help leaves it lost without another attempt', async () => {
    const { watches, states } = watching()
    const session = hostThat('authentication-failed', 'opens')
    await expect(watches.connect(session, undefined, signal)).rejects.toThrow('as told')
    expect(states).toEqual(['connecting', 'lost authentication-failed'])
    await watches.connect(session, undefined, signal)
    await eventually(() => states.at(-1) === 'connected')
    await watches.stop()
  })

  it('that is not reached now is tried again later', async () => {
    const { watches, states } = watching()
    await expect(watches.connect(hostThat('host-unreachable'), undefined, signal)).rejects.toThrow('as told')
    expect(states).toEqual(['connecting', 'lost host-unreachable retry'])
    await watches.stop()
  })

  it('that is cancelled leaves it disconnected', async () => {
    const { watches, states } = watching()
    await expect(watches.connect(hostThat('cancelled'), undefined, signal)).rejects.toThrow('as told')
    expect(states).toEqual(['connecting', 'disconnected'])
  })

  it('twice at once is one attempt', async () => {
    const { watches, states } = watching()
    const session = hostThat('opens', 'authentication-failed')
    await Promise.all([
      watches.connect(session, undefined, signal),
      watches.connect(session, undefined, signal),
    ])
    await eventually(() => states.at(-1) === 'connected')
    await watches.stop()
  })

  it('can be taken back', async () => {
    const { watches, states } = watching()
    const session = hostThat('opens')
    await watches.connect(session, undefined, signal)
    await eventually(() => states.at(-1) === 'connected')
    watches.disconnect(hostId)
    await session.close()
    expect(states.at(-1)).toBe('disconnected')
    await watches.stop()
    expect(states.at(-1)).toBe('disconnected')
  })
})
