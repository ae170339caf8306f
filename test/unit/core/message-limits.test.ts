import { expect, it } from 'vitest'
import { excessIn, messageLimits } from '../../../electron/core/message-limits'

const { characters, values, depth } = messageLimits

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 1; level < levels; level += 1) value = { value }
  return value
}

it.each([
  ['the largest view', { toggled: Array.from({ length: 100_000 }, (_, node) => node) }],
  ['the longest text', 'x'.repeat(characters)],
  ['the deepest value', nested(depth)],
  ['nothing', undefined],
])('lets %s through', (_, message) => {
  expect(excessIn(message)).toBeUndefined()
})

it.each([
  ['characters', 'x'.repeat(characters + 1)],
  ['characters', Array.from({ length: 1025 }, () => 'x'.repeat(1024))],
  ['characters', { ['x'.repeat(characters + 1)]: 1 }],
  ['values', Array.from({ length: values }, () => 0)],
  ['values', Array.from({ length: 1000 }, () => Array.from({ length: 1000 }, () => 0))],
  ['depth', nested(depth + 1)],
] as const)('tells that the %s are too many', (excess, message) => {
  expect(excessIn(message)).toBe(excess)
})

it('ends with what leads back to itself', () => {
  const circle: Record<string, unknown> = {}
  circle['circle'] = circle
  expect(excessIn(circle)).toBe('depth')
})
