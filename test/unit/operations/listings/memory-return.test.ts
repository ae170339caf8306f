import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { MemoryReturn } from '../../../../electron/operations/listings/memory-return'

const megabyte = 1024 * 1024
let collections = 0
const collect = () => {
  collections += 1
  return Promise.resolve()
}

beforeEach(() => {
  collections = 0
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

it('collects once, when many changes were given up and a moment has passed', () => {
  const memory = new MemoryReturn(collect, () => megabyte)
  memory.gaveUp(2_000_000)
  memory.gaveUp(2_000_000)
  expect(collections).toBe(0)
  vi.runAllTimers()
  expect(collections).toBe(1)
})

it('takes no notice of a few, until they are many together', () => {
  const memory = new MemoryReturn(collect, () => megabyte)
  for (let closed = 0; closed < 9; closed += 1) memory.gaveUp(11_000)
  vi.runAllTimers()
  expect(collections).toBe(0)
  memory.gaveUp(1000)
  vi.runAllTimers()
  expect(collections).toBe(1)
  memory.gaveUp(11_000)
  vi.runAllTimers()
  expect(collections).toBe(1)
})

it('waits while somebody works in a large heap, and not for ever', () => {
  let inUse = 300 * megabyte
  const memory = new MemoryReturn(collect, () => (inUse += 30 * megabyte))
  memory.gaveUp(2_000_000)
  vi.advanceTimersToNextTimer().advanceTimersToNextTimer()
  expect(collections).toBe(0)
  vi.runAllTimers()
  expect(collections).toBe(1)
})

it('collects in a large heap in which nobody works', () => {
  const memory = new MemoryReturn(collect, () => 500 * megabyte)
  memory.gaveUp(2_000_000)
  vi.advanceTimersToNextTimer().advanceTimersToNextTimer()
  expect(collections).toBe(1)
})

it('does nothing more once it is closed, and bears a Node without an inspector', () => {
  const memory = new MemoryReturn(() => Promise.reject(new Error('no inspector')))
  memory.gaveUp(2_000_000)
  expect(vi.getTimerCount()).toBe(1)
  vi.runAllTimers()
  memory.gaveUp(2_000_000)
  memory.close()
  expect(vi.getTimerCount()).toBe(0)
})
