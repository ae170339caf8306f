import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { afterQuiet } from '../../../../electron/engine/http/quiet-time'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Counts bytes of which so many come each second, some all the time. */
function bytesThatCome(eachSecond = 0) {
  const counter = { came: 0, eachSecond, count: () => counter.came }
  setInterval(() => (counter.came += counter.eachSecond / 10), 100)
  return counter
}

/** A server that answers after some milliseconds. */
function answeringAfter(milliseconds: number) {
  return vi.fn(
    () =>
      new Promise<boolean>((resolve) => {
        setTimeout(() => {
          resolve(true)
        }, milliseconds)
      }),
  )
}

it('tells once after the time where no line lies between', async () => {
  const tell = vi.fn()
  afterQuiet(3_000, {}, tell)
  await vi.advanceTimersByTimeAsync(2_999)
  expect(tell).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(tell).toHaveBeenCalledTimes(1)
})

it.each(['engine', 'received'] as const)(
  'tells nothing while the line is full of what comes (%s), also of a slow one, and then after the time',
  async (from) => {
    const bytes = bytesThatCome(2_000)
    const tell = vi.fn()
    afterQuiet(3_000, { [from]: bytes.count }, tell)
    await vi.advanceTimersByTimeAsync(600_000)
    expect(tell).not.toHaveBeenCalled()
    bytes.eachSecond = 0
    await vi.advanceTimersByTimeAsync(2_500)
    expect(tell).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1_500)
    expect(tell).toHaveBeenCalledTimes(1)
  },
)

it('takes what keeps an idle connection alive for no life', async () => {
  const tell = vi.fn()
  afterQuiet(3_000, { received: bytesThatCome(100).count, engine: bytesThatCome(100).count }, tell)
  await vi.advanceTimersByTimeAsync(3_500)
  expect(tell).toHaveBeenCalledTimes(1)
})

it('is quiet on a connection that was made anew, whose bytes are counted from none', async () => {
  const host = bytesThatCome()
  host.came = 1_000_000
  const tell = vi.fn()
  afterQuiet(3_000, { received: host.count }, tell)
  host.came = 0
  await vi.advanceTimersByTimeAsync(3_000)
  expect(tell).toHaveBeenCalledTimes(1)
})

it('tells of an engine that stands still while its host says much, as soon as the line would have brought an answer', async () => {
  const tell = vi.fn()
  const roundTrip = answeringAfter(300)
  afterQuiet(3_000, { received: bytesThatCome(100_000).count, engine: () => 0, roundTrip }, tell)
  await vi.advanceTimersByTimeAsync(2_999)
  expect(tell).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(tell).toHaveBeenCalledTimes(1)
  expect(roundTrip).toHaveBeenCalledTimes(1)
})

it('gives an engine as long as a line takes that is full for very long', async () => {
  const tell = vi.fn()
  const roundTrip = answeringAfter(20_000)
  afterQuiet(3_000, { received: bytesThatCome(100_000).count, roundTrip }, tell)
  await vi.advanceTimersByTimeAsync(39_000)
  expect(tell).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(3_000)
  expect(tell).toHaveBeenCalledTimes(1)
})

it('tells nothing of an engine that says much, whatever the line would have brought', async () => {
  const tell = vi.fn()
  const { count } = bytesThatCome(100_000)
  afterQuiet(3_000, { received: count, engine: count, roundTrip: answeringAfter(100) }, tell)
  await vi.advanceTimersByTimeAsync(600_000)
  expect(tell).not.toHaveBeenCalled()
})

it('gives time to read what came while this process stood still', async () => {
  const tell = vi.fn()
  afterQuiet(3_000, {}, tell)
  await vi.advanceTimersByTimeAsync(1_000)
  vi.setSystemTime(Date.now() + 60_000)
  const { now } = performance
  const slept = vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + 60_000)
  await vi.advanceTimersByTimeAsync(900)
  expect(tell).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(tell).toHaveBeenCalledTimes(1)
  slept.mockRestore()
})

it('ends unheard', async () => {
  const tell = vi.fn()
  afterQuiet(3_000, {}, tell)()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(tell).not.toHaveBeenCalled()
})
