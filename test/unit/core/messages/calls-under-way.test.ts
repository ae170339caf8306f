import { expect, it } from 'vitest'
import { CallsUnderWay, mostCallsAtOnce } from '../../../../electron/core/messages/calls-under-way'
import { messageLimits } from '../../../../electron/core/messages/message-limits'

const small = { characters: 1, values: 1 }

it('has room for a limited number of calls, and for another with each that ends', () => {
  const calls = new CallsUnderWay()
  const ends = Array.from({ length: mostCallsAtOnce }, () => calls.begin('same', small))
  expect(ends.every((end) => typeof end === 'function')).toBe(true)
  expect(calls.begin('another', small)).toBe('More than 256 calls are under way at once.')
  const [first] = ends
  if (typeof first === 'function') first()
  expect(calls.begin('another', small)).toBeTypeOf('function')
})

it.each(['characters', 'values'] as const)('has room for so many %s together', (part) => {
  const calls = new CallsUnderWay()
  const large = { ...small, [part]: messageLimits[part] }
  const end = calls.begin(1, large)
  expect(calls.begin(2, { ...large, [part]: messageLimits[part] - 1 })).toBeTypeOf('function')
  expect(calls.begin(3, small)).toBeTypeOf('function')
  expect(calls.begin(4, small)).toBe(
    `Calls that are under way at once hold more than ${String(2 * messageLimits[part])} ${part}.`,
  )
  if (typeof end === 'function') end()
  expect(calls.begin(5, large)).toBeTypeOf('function')
})

it('cancels what is under way, and once', () => {
  const calls = new CallsUnderWay()
  const end = calls.begin('a', small)
  expect(calls.cancel('b')).toBe(false)
  expect([calls.cancel('a'), calls.cancel('a')]).toEqual([true, false])
  calls.begin('a', small)
  expect([calls.cancel('a'), calls.cancel('a')]).toEqual([true, false])
  if (typeof end === 'function') end()
})

it('knows nothing of what has ended', () => {
  const calls = new CallsUnderWay()
  const end = calls.begin('a', small)
  if (typeof end === 'function') end()
  expect(calls.cancel('a')).toBe(false)
})
