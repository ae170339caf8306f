import { Chunk } from '@codemirror/merge'
import { Text } from '@codemirror/state'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textDiff } from '../../../../../../renderer/src/diff/text-diff'
import { differingWords, giveHunks } from '../../../../../../renderer/src/features/content/text/merge-chunks'
import { fitsUnified } from '../../../../../../renderer/src/features/content/view/text-limits'

/** The chunks that editors of these texts show: what each takes of either text, and the words marked in it. */
function chunks(lower: string, upper: string) {
  const [a, b] = [Text.of(lower.split('\n')), Text.of(upper.split('\n'))]
  const whole = (text: string) => ({ text, isWhole: true })
  giveHunks(a, b, textDiff(whole(lower), whole(upper)).hunks)
  return Chunk.build(a, b).map(({ fromA, toA, fromB, toB, changes }) => ({
    lower: a.sliceString(fromA, toA),
    upper: b.sliceString(fromB, toB),
    words: changes.map((change) => upper.slice(fromB + change.fromB, fromB + change.toB)),
  }))
}

test('editors show the hunks that they are given, with the words that differ in them', () => {
  expect(chunks('a 1\n}\n\nb 1\n', 'a 2\n}\n\nb 1\nb 2\n')).toEqual([
    { lower: 'a 1\n', upper: 'a 2\n', words: ['2'] },
    { lower: '', upper: 'b 2\n', words: [] },
  ])
})

test('a text without a line, and one whose last line does not end, are taken as they are', () => {
  expect(chunks('', 'a\nb')).toEqual([{ lower: '', upper: 'a\nb', words: [] }])
  expect(chunks('a\nb\n', '')).toEqual([{ lower: 'a\nb\n', upper: '', words: [] }])
  expect(chunks('a\nb', 'a\nb\n')).toMatchObject([{ lower: 'b', upper: 'b\n' }])
  expect(chunks('a\r\nb\n', 'a\nb\n')).toMatchObject([{ lower: 'a\r\n', upper: 'a\n' }])
  expect(chunks('a', 'a')).toEqual([])
})

test('of a long block the lines are told and not the words', () => {
  const [chunk] = chunks(`${'x'.repeat(6_000)}1\n`, `${'x'.repeat(6_000)}2\n`)
  expect(chunk?.words).toEqual([])
})

test('a block of many removed lines, or of a very long one, is not drawn among the lines in its place', () => {
  const hunk = (toA: number) => [{ fromA: 0, toA, fromB: 0, toB: 0 }]
  const lines = Array.from({ length: 3_000 }, () => 'line')
  expect(fitsUnified(lines, hunk(1_000))).toBe(true)
  expect(fitsUnified(lines, hunk(3_000))).toBe(false)
  expect(fitsUnified(['x'.repeat(300_000)], hunk(1))).toBe(false)
})

test('no character of two code units is cut where words differ', () => {
  const text = fc.string({ unit: fc.constantFrom('😀', '😁', '𝒂', 'é', 'a', ' ', '\n'), maxLength: 20 })
  fc.assert(
    fc.property(text, text, (lower, upper) => {
      const isCut = (of: string, at: number) =>
        /^[\ud800-\udbff][\udc00-\udfff]$/.test(of.slice(at - 1, at + 1))
      for (const { fromA, toA, fromB, toB } of differingWords(lower, upper)) {
        expect(isCut(lower, fromA) || isCut(lower, toA)).toBe(false)
        expect(isCut(upper, fromB) || isCut(upper, toB)).toBe(false)
      }
    }),
  )
})
