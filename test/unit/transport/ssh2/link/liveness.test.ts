import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Liveness } from '../../../../../electron/transport/ssh2/link/liveness'
import { PhaseClock } from '../../../../../electron/transport/ssh2/link/phase-clock'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const limits = { provokeAfter: 5_000, patience: 9_000 }

test('a link is lost after silence and patience, and told once', () => {
  const lost = vi.fn()
  const liveness = new Liveness(limits, lost)
  vi.advanceTimersByTime(13_000)
  expect(lost).not.toHaveBeenCalled()
  vi.advanceTimersByTime(2_000)
  expect(lost).toHaveBeenCalledOnce()
  vi.advanceTimersByTime(60_000)
  expect(lost).toHaveBeenCalledOnce()
  liveness.stop()
})

test('every byte keeps a link alive', () => {
  const lost = vi.fn()
  const liveness = new Liveness(limits, lost)
  for (let round = 0; round < 20; round += 1) {
    vi.advanceTimersByTime(13_000)
    liveness.heard()
  }
  expect(lost).not.toHaveBeenCalled()
  liveness.stop()
})

test('after a sleep of the machine the other side gets its patience, and no more', () => {
  const lost = vi.fn()
  const liveness = new Liveness(limits, lost)
  vi.setSystemTime(Date.now() + 3_600_000)
  vi.advanceTimersByTime(2_000)
  expect(lost).not.toHaveBeenCalled()
  vi.advanceTimersByTime(limits.patience)
  expect(lost).toHaveBeenCalledOnce()
  liveness.stop()
})

test('a phase that takes too long is told by its name', () => {
  const expired = vi.fn()
  const clock = new PhaseClock(expired)
  clock.begin('the key exchange', 20_000)
  vi.advanceTimersByTime(19_000)
  clock.begin('the login', 60_000)
  vi.advanceTimersByTime(59_000)
  expect(expired).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1_000)
  expect(expired).toHaveBeenCalledWith('the login', 60_000)
})

test('a phase does not run while a person is asked', async () => {
  const expired = vi.fn()
  const clock = new PhaseClock(expired)
  clock.begin('the login', 60_000)
  const asked = clock.whileAsking(() => new Promise((resolve) => setTimeout(resolve, 3_600_000)))
  await vi.advanceTimersByTimeAsync(3_600_000)
  await asked
  expect(expired).not.toHaveBeenCalled()
  vi.advanceTimersByTime(60_000)
  expect(expired).toHaveBeenCalledOnce()
})
