import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { afterQuiet } from '../../../electron/engine/quiet-time'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A host from which so many bytes come each second. */
function aHost() {
  const host = { received: 0, eachSecond: 0 }
  setInterval(() => (host.received += host.eachSecond), 1_000)
  return host
}

it('tells once after the time where no line lies between', async () => {
  const tell = vi.fn()
  afterQuiet(3_000, undefined, tell)
  await vi.advanceTimersByTimeAsync(2_999)
  expect(tell).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(tell).toHaveBeenCalledTimes(1)
})

it('tells nothing while the line is full, also of a slow one, and then after the time', async () => {
  const host = aHost()
  host.eachSecond = 2_000
  const tell = vi.fn()
  afterQuiet(3_000, () => host.received, tell)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(tell).not.toHaveBeenCalled()
  host.eachSecond = 0
  await vi.advanceTimersByTimeAsync(6_000)
  expect(tell).toHaveBeenCalledTimes(1)
})

it('takes what keeps an idle connection alive for no life', async () => {
  const host = aHost()
  host.eachSecond = 100
  const tell = vi.fn()
  afterQuiet(3_000, () => host.received, tell)
  await vi.advanceTimersByTimeAsync(3_500)
  expect(tell).toHaveBeenCalledTimes(1)
})

it('is quiet on a connection that was made anew, whose bytes are counted from none', async () => {
  const host = aHost()
  host.received = 1_000_000
  const tell = vi.fn()
  afterQuiet(3_000, () => host.received, tell)
  host.received = 0
  await vi.advanceTimersByTimeAsync(3_000)
  expect(tell).toHaveBeenCalledTimes(1)
})

it('ends unheard', async () => {
  const tell = vi.fn()
  afterQuiet(3_000, undefined, tell)()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(tell).not.toHaveBeenCalled()
})
