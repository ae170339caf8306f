import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { failed } from '../../../../electron/core/base/failure'
import type { ContainerDetails } from '../../../../electron/engine/engine'
import type { EngineEvent } from '../../../../electron/engine/engine-events'
import { watchPause } from '../../../../electron/session/snapshots/pause-watch'
import { fakeEngine } from '../../../builders/engines/fake-engine'
import { eventually } from '../../../engines/wait'

const { signal } = new AbortController()
const running = { id: '1', state: 'running' } as ContainerDetails

afterEach(() => {
  vi.useRealTimers()
})

describe('whether a container stood still while it was committed', () => {
  it('needs no listening where the commit would have made nothing otherwise', async () => {
    const engine = fakeEngine({ commitProvesPause: true })
    const watch = await watchPause(engine, running, { pause: true }, signal)
    expect(await watch.frozen()).toBe(true)
    watch.close()
  })

  it('is not so where nobody asked for a pause', async () => {
    const engine = fakeEngine({ commitProvesPause: true })
    const watch = await watchPause(engine, running, { pause: false }, signal)
    expect(await watch.frozen()).toBe(false)
    watch.close()
  })

  it('is told by events that come long after the commit is done, too', async () => {
    vi.useFakeTimers()
    async function* events(): AsyncGenerator<EngineEvent> {
      await new Promise((resolve) => setTimeout(resolve, 5_000))
      for (const action of ['pause', 'commit']) yield { type: 'container', action, id: '1' }
    }
    const engine = fakeEngine({ events: () => Promise.resolve(events()) })
    const watch = await watchPause(engine, running, { pause: true }, signal)
    const frozen = watch.frozen()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await frozen).toBe(true)
  })

  it.each([
    [['running', 'paused', 'running'], true],
    [['running', 'running'], false],
  ] as const)('is seen at the container where no events are let through: %j', async (states, expected) => {
    const seen = [...states]
    const engine = fakeEngine({
      events: () => Promise.reject(failed('permission-denied', 'no')),
      container: () => {
        const state = seen.shift() ?? 'running'
        return Promise.resolve({ ...running, state })
      },
    })
    const watch = await watchPause(engine, running, { pause: true }, signal)
    await eventually(() => seen.length <= 1)
    expect(await watch.frozen()).toBe(expected)
    watch.close()
  })

  it('is not waited for without an end where no event comes', async () => {
    vi.useFakeTimers()
    async function* silence(listening: AbortSignal): AsyncGenerator<EngineEvent> {
      await once(listening, 'abort')
    }
    const engine = fakeEngine({ events: (_, listening) => Promise.resolve(silence(listening)) })
    const watch = await watchPause(engine, running, { pause: true }, signal)
    const frozen = watch.frozen()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await frozen).toBe(false)
  })

  it.each([
    [1_000, true],
    [1_001, false],
  ])(
    'is remembered where the events broke off: of a pause at 1000 ms, begun at %d ms',
    async (engineTime, expected) => {
      const engine = fakeEngine({
        events: () => Promise.resolve(brokenOff()),
        pastEvents: () =>
          Promise.resolve({
            events: [{ type: 'container', action: 'pause', id: '1', time: 1_000 }],
            all: false,
          }),
      })
      const watch = await watchPause(engine, running, { pause: true, engineTime }, signal)
      expect(await watch.frozen()).toBe(expected)
      watch.close()
    },
  )
})

/** Events that end with a failure before any came. */
async function* brokenOff(): AsyncGenerator<EngineEvent> {
  await Promise.reject(failed('engine-unreachable', 'broken off'))
  yield* []
}
