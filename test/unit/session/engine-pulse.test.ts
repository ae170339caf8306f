import { beforeEach, afterEach, expect, it, vi } from 'vitest'
import { failed } from '../../../electron/core/failure'
import { followPulse, type Silence } from '../../../electron/session/engine-pulse'
import { fakeEngine } from '../../builders/fake-engine'

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
