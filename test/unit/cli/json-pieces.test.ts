import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonPieces } from '../../../electron/cli/json-pieces'

it('gives what JSON.stringify gives, however long the pieces are', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.integer({ min: 1, max: 50 }), (value, length) => {
      expect([...jsonPieces(value, length)].join('')).toBe(JSON.stringify(value))
      expect([...jsonPieces({ ok: true, value }, length)].join('')).toBe(JSON.stringify({ ok: true, value }))
    }),
  )
})

it('leaves out what is undefined, and gives an answer that is not long in one piece', () => {
  const answer = {
    ok: true,
    value: { a: undefined, list: [undefined, { b: undefined }], at: new Date(0) },
    ms: 1,
  }
  expect([...jsonPieces(answer)]).toEqual([JSON.stringify(answer)])
})

it('makes no text of a long list that is longer than a piece and an element', () => {
  const changes = Array.from({ length: 20_000 }, (_, number) => ({ path: `/${'x'.repeat(100)}/${number}` }))
  const answer = { ok: true, value: { lens: 'engine', changes } }
  const pieces = [...jsonPieces(answer)]
  expect(pieces.join('')).toBe(JSON.stringify(answer))
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(64 * 1024 + 200)
})
