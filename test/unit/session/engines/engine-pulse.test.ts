import { beforeEach, afterEach, expect, it, vi } from 'vitest'
import { failed } from '../../../../electron/core/base/failure'
import { followPulse, type Silence } from '../../../../electron/session/engines/engine-pulse'
import { fakeEngine } from '../../../builders/engines/fake-engine'

const stopping = () => new AbortController()
let began: number

beforeEach(() => {
  vi.useFakeTimers()
  began = Date.now()
})
afterEach(() => {
  vi.useRealTimers()
})

/** An engine whose pings are answered, or break, when a test says so, unless it answers all of them by itself. */
function engineThat({ answers = false, isReached = true, waits = true } = {}) {
  const pings: { answer(): void; fail(): void }[] = []
  const told: (Silence | undefined)[] = []
  const stop = stopping()
  const engine = fakeEngine({
    waiting: () => (waits ? { request: 'POST /commit', since: began } : undefined),
    ping: (asked, signal) => {
      if (isReached) asked()
      return new Promise((resolve, reject) => {
        signal.onabort = () => {
          reject(failed('cancelled', 'given up'))
        }
        const fail = () => {
          reject(failed('engine-unreachable', 'The connection to the engine broke.'))
        }
        pings.push({ answer: resolve, fail })
        if (answers) resolve()
      })
    },
  })
  const done = followPulse(engine, (silence) => told.push(silence), stop.signal)
  const end = async () => {
    stop.abort()
    await done
  }
  return { pings, told, end }
}

it('is silent when a question waits, and says since when and what else does', async () => {
  const { pings, told, end } = engineThat()
  await vi.advanceTimersByTimeAsync(6_000)
  expect(told).toEqual([{ since: began + 1_000, request: 'POST /commit' }])
  await vi.advanceTimersByTimeAsync(600_000)
  expect([told.length, pings.length]).toEqual([1, 1])
  pings[0]?.answer()
  await vi.advanceTimersByTimeAsync(0)
  expect(told).toHaveLength(2)
  expect(told[1]).toBeUndefined()
  await end()
})

it('tells nothing of an engine that takes minutes for one request and answers beside it', async () => {
  const { pings, told, end } = engineThat({ answers: true })
  await vi.advanceTimersByTimeAsync(600_000)
  expect(pings.length).toBeGreaterThan(100)
  expect(told).toEqual([])
  await end()
})

it('counts nothing against an engine that the question has not come to', async () => {
  const { told, end } = engineThat({ isReached: false })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(told).toEqual([])
  await end()
})

it('stays silent over a connection that breaks, until an answer comes', async () => {
  const { pings, told, end } = engineThat({ waits: false })
  await vi.advanceTimersByTimeAsync(6_000)
  pings[0]?.fail()
  await vi.advanceTimersByTimeAsync(6_000)
  expect(told).toEqual([{ since: began + 1_000 }])
  pings[1]?.answer()
  await vi.advanceTimersByTimeAsync(0)
  expect(told.slice(1)).toEqual([undefined])
  await end()
})

it('is not asked again after the end', async () => {
  const { pings, end } = engineThat({ answers: true })
  await end()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(pings).toEqual([])
})

/** An engine that answers after some milliseconds, also of its parts, and that stops and goes on when a test says so. */
function engineThatStops() {
  const held = new Set<() => void>()
  const stopped = { whole: false, parts: false }
  const stop = stopping()
  const told: (Silence | undefined)[] = []
  const engine = {
    takes: 1,
    waiting: undefined as { request: string; since: number } | undefined,
    asked: { ping: 0, parts: 0 },
    told,
    set(which: keyof typeof stopped, isStopped: boolean) {
      stopped[which] = isStopped
      for (const look of held) look()
    },
  }
  const answer = (name: 'ping' | 'parts') => (asked: () => void) => {
    engine.asked[name] += 1
    asked()
    return new Promise<void>((resolve) => {
      const look = () => {
        if (stopped.whole || (name === 'parts' && stopped.parts)) return
        held.delete(look)
        resolve()
      }
      setTimeout(() => {
        held.add(look)
        look()
      }, engine.takes)
    })
  }
  const followed = fakeEngine({
    waiting: () => engine.waiting,
    ping: answer('ping'),
    askParts: answer('parts'),
  })
  const done = followPulse(followed, (silence) => told.push(silence), stop.signal)
  const end = async () => {
    engine.set('whole', false)
    engine.set('parts', false)
    stop.abort()
    await vi.advanceTimersByTimeAsync(engine.takes)
    await done
  }
  return { engine, end }
}

it.each([0, 1, 500, 999, 1_000, 1_001, 1_500])(
  'tells of a stop within five seconds and of its end at once (stopped %i ms after the beginning)',
  async (after) => {
    const { engine, end } = engineThatStops()
    await vi.advanceTimersByTimeAsync(after)
    engine.set('whole', true)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(engine.told).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(engine.told).toHaveLength(1)
    engine.set('whole', false)
    await vi.advanceTimersByTimeAsync(10)
    expect(engine.told.slice(1)).toEqual([undefined])
    await vi.advanceTimersByTimeAsync(600_000)
    expect(engine.told).toHaveLength(2)
    engine.set('whole', true)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(engine.told).toHaveLength(3)
    await end()
  },
)

it('lets an engine that is slow for long come and go once', async () => {
  const { engine, end } = engineThatStops()
  engine.takes = 9_000
  await vi.advanceTimersByTimeAsync(600_000)
  expect(engine.told.map((silence) => silence === undefined)).toEqual([false, true])
  await end()
})

it('tells within five seconds that what waits, waits for a part of the engine alone, until that answers', async () => {
  const { engine, end } = engineThatStops()
  await vi.advanceTimersByTimeAsync(60_000)
  engine.set('parts', true)
  engine.waiting = { request: 'POST /commit', since: Date.now() }
  await vi.advanceTimersByTimeAsync(5_000)
  expect(engine.told).toMatchObject([{ request: 'POST /commit', isPartial: true }])
  engine.set('parts', false)
  await vi.advanceTimersByTimeAsync(10)
  expect(engine.told.slice(1)).toEqual([undefined])
  await end()
})

it('tells of a part also where nothing waits for it, later', async () => {
  const { engine, end } = engineThatStops()
  engine.set('parts', true)
  await vi.advanceTimersByTimeAsync(35_000)
  expect(engine.told).toMatchObject([{ isPartial: true }])
  await end()
})

it('blames no part for an engine that stands still as a whole', async () => {
  const { engine, end } = engineThatStops()
  engine.waiting = { request: 'GET /images/json', since: Date.now() }
  engine.set('whole', true)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(engine.told).toHaveLength(1)
  expect(engine.told[0]).not.toHaveProperty('isPartial')
  engine.set('whole', false)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(engine.told.slice(1)).toEqual([undefined])
  await end()
})

it('tells of the whole engine where that stops after its part', async () => {
  const { engine, end } = engineThatStops()
  engine.waiting = { request: 'POST /commit', since: Date.now() }
  engine.set('parts', true)
  await vi.advanceTimersByTimeAsync(6_000)
  engine.set('whole', true)
  await vi.advanceTimersByTimeAsync(6_000)
  engine.set('whole', false)
  await vi.advanceTimersByTimeAsync(6_000)
  engine.set('parts', false)
  await vi.advanceTimersByTimeAsync(6_000)
  expect(engine.told.map((silence) => silence && (silence.isPartial ?? false))).toEqual([
    true,
    false,
    true,
    undefined,
  ])
  await end()
})

it('asks for the parts of an engine more and more rarely while one request goes on', async () => {
  const { engine, end } = engineThatStops()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(engine.asked.parts).toBe(0)
  engine.waiting = { request: 'POST /commit', since: Date.now() }
  await vi.advanceTimersByTimeAsync(600_000)
  expect(engine.asked.parts).toBeLessThan(30)
  expect(engine.asked.ping).toBeGreaterThan(500)
  expect(engine.told).toEqual([])
  await end()
})
