import { expect, test } from 'vitest'
import { LineLimit } from '../../../../electron/core/logs/line-limit'

test('a flood comes to the burst and so many lines a second, and what is left out is counted', () => {
  const limit = new LineLimit({ burst: 100, perSecond: 10 })
  let written = 0
  // 10,000 lines a second for ten seconds.
  for (let line = 0; line < 100_000; line += 1) if (limit.takes(line / 10)) written += 1
  expect(written).toBeGreaterThanOrEqual(199)
  expect(written).toBeLessThanOrEqual(200)
  expect(limit.takeLeftOut()).toBe(100_000 - written)
  expect(limit.takeLeftOut()).toBe(0)
})

test('after a rest the burst is there again, and no more than that', () => {
  const limit = new LineLimit({ burst: 3, perSecond: 1 })
  const taken = (now: number) => Array.from({ length: 10 }, () => limit.takes(now)).filter(Boolean).length
  expect(taken(0)).toBe(3)
  expect(taken(1000)).toBe(1)
  expect(taken(3_600_000)).toBe(3)
})
