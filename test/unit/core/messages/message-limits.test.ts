import { expect, it } from 'vitest'
import { excessWords, messageLimits, sizeOf } from '../../../../electron/core/messages/message-limits'

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
  ['numbers and truth values', [1, Number.NaN, true, null]],
  ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
])('lets %s through', (_, message) => {
  expect(sizeOf(message)).toBeTypeOf('object')
})

it.each([
  ['characters', 'x'.repeat(characters + 1)],
  ['characters', Array.from({ length: 1025 }, () => 'x'.repeat(1024))],
  ['characters', { ['x'.repeat(characters + 1)]: 1 }],
  ['values', Array.from({ length: values }, () => 0)],
  ['values', Array.from({ length: 1000 }, () => Array.from({ length: 1000 }, () => 0))],
  ['values', new Array(1e9)],
  ['depth', nested(depth + 1)],
] as const)('tells that the %s are too many', (excess, message) => {
  expect(sizeOf(message)).toBe(excess)
})

it('ends with what leads back to itself', () => {
  const circle: Record<string, unknown> = {}
  circle['circle'] = circle
  expect(sizeOf(circle)).toBe('depth')
})

it('counts texts, keys and values', () => {
  expect(sizeOf([1, 'four', { key: 'x', list: [null] }])).toEqual({ characters: 12, values: 7 })
})

it.each([
  ['a Map', new Map([['a', 'b']])],
  ['a Set', new Set(['a'])],
  ['a Date', new Date(0)],
  ['an Error', new Error('a')],
  ['a RegExp', /a/],
  ['a typed array', new Uint8Array(1)],
  ['a buffer', new ArrayBuffer(1)],
  ['a shared buffer', new SharedArrayBuffer(1)],
  ['a BigInt', 1n],
  ['a symbol', Symbol('a')],
  ['a function', () => 1],
  ['a promise', Promise.resolve(1)],
  ['an instance of a class', new URL('a:b')],
  ['a boxed text', Object('a') as unknown],
])('takes no %s, whose size nobody counts', (_, value) => {
  expect(sizeOf({ value })).toBe('kind')
})

it('says what is too much', () => {
  expect(excessWords('values')).toBe('A call holds too much: more than 250000 values.')
  expect(excessWords('depth')).toBe('A call holds too much: it is more than 16 levels deep.')
})
