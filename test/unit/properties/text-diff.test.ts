import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineDiff, type LineDiff } from '../../../renderer/src/diff/line-diff'
import { textDiff } from '../../../renderer/src/diff/text-diff'
import { gnuDiff } from '../../builders/tools/gnu-diff'
import { oneOf, seededRandom } from '../../builders/random'
import { many, some } from './hostile'

/** Lines of few kinds, so that the same ones come again and again. */
const lines = fc.array(fc.constantFrom('', '}', 'a', 'b', 'a '), { maxLength: 14 })

/** Lines that the hunks leave unmarked, in each text. */
function unmarked({ hunks }: LineDiff, a: readonly string[], b: readonly string[]) {
  const isIn = (at: number, from: number, to: number) => at >= from && at < to
  return {
    a: a.filter((_, at) => !hunks.some(({ fromA, toA }) => isIn(at, fromA, toA))),
    b: b.filter((_, at) => !hunks.some(({ fromB, toB }) => isIn(at, fromB, toB))),
  }
}

/** The length of a longest common subsequence, by the table that every textbook has. */
function lengthOfCommon(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const line of a) {
    const next = [0]
    b.forEach((other, at) => {
      next.push(line === other ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0))
    })
    row = next
  }
  return row[b.length] ?? 0
}

test('what is not marked is the same in both texts, and as much as can be', () => {
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      const diff = lineDiff(a, b)
      const left = unmarked(diff, a, b)
      expect(left.a).toEqual(left.b)
      expect(left.a).toHaveLength(lengthOfCommon(a, b))
      expect(diff.isExact).toBe(true)
    }),
    many,
  )
})

test('hunks are in order, hold something, and lie apart by as many lines in both texts', () => {
  fc.assert(
    fc.property(lines, lines, (a, b) => {
      let [endA, endB] = [-1, -1]
      for (const { fromA, toA, fromB, toB } of lineDiff(a, b).hunks) {
        expect(toA - fromA + toB - fromB).toBeGreaterThan(0)
        expect(fromA - endA).toBe(fromB - endB)
        if (endA !== -1) expect(fromA).toBeGreaterThan(endA)
        ;[endA, endB] = [toA, toB]
      }
      expect(a.length - endA).toBe(b.length - endB)
    }),
    many,
  )
})

test('where the search has to end early that is said, and what is not marked is the same all the same', () => {
  fc.assert(
    fc.property(lines, lines, fc.nat(60), fc.nat(60), (a, b, exact, coarse) => {
      const diff = lineDiff(a, b, { exact, coarse })
      const left = unmarked(diff, a, b)
      expect(left.a).toEqual(left.b)
      if (diff.isExact) expect(left.a).toHaveLength(lengthOfCommon(a, b))
    }),
    many,
  )
})

test('lines that both texts have once hold a coarse comparison together', () => {
  const numbered = (count: number, repeated: string) =>
    Array.from({ length: count }, (_, at) => (at % 3 === 0 ? `only ${at}` : repeated))
  const a = numbered(9_000, 'x')
  const b = ['x', 'x', 'y', ...numbered(9_000, 'x'), 'x']
  const diff = lineDiff(a, b, { exact: 10, coarse: 1_000_000 })
  expect(diff.isExact).toBe(false)
  expect(markedLines(diff)).toEqual({ lower: 0, upper: 4 })
})

function markedLines({ hunks }: LineDiff) {
  let [lower, upper] = [0, 0]
  for (const { fromA, toA, fromB, toB } of hunks) {
    lower += toA - fromA
    upper += toB - fromB
  }
  return { lower, upper }
}

const whole = (text: string) => ({ text, isWhole: true })

/** A text, and what becomes of it by so many edits; lines come again, and may end in any way. */
function editedText(random: () => number, size: number, edits: number): readonly [string, string] {
  const line = () => oneOf(random, ['}\n', '\n', `a${Math.floor(random() * size)}\n`, 'b\r\n', 'c \n', 'c\n'])
  const lower = Array.from({ length: size }, line)
  const upper = [...lower]
  for (let edit = 0; edit < edits; edit += 1) {
    const at = Math.floor(random() * upper.length)
    upper.splice(at, oneOf(random, [0, 1, 1, 2]), ...oneOf(random, [[], [line()], [line(), line()]]))
  }
  const end = () => oneOf(random, ['', '', 'last line'])
  return [lower.join('') + end(), upper.join('') + end()]
}

test('as many lines are marked as GNU diff marks', async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = seededRandom(seed)
    const [lower, upper] = editedText(random, 1 + Math.floor(random() * 300), Math.floor(random() * 60))
    const marked = markedLines(textDiff(whole(lower), whole(upper)))
    expect({ seed, ...marked }).toEqual({ seed, ...(await gnuDiff(lower, upper)) })
  }
})

test('a hundred thousand lines with ten thousand edits are compared exactly', async () => {
  const [lower, upper] = editedText(seededRandom(7), 100_000, 10_000)
  const diff = textDiff(whole(lower), whole(upper))
  expect(diff.isExact).toBe(true)
  expect(markedLines(diff)).toEqual(await gnuDiff(lower, upper))
})

test('of a text that is known in part nothing is marked that may come in the rest', () => {
  const text = fc
    .array(fc.constantFrom('one\n', 'two\n', '\n', 'three'), { maxLength: 12 })
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.nat(), fc.boolean(), (all, length, isUpper) => {
      const part = { text: all.slice(0, length % (all.length + 1)), isWhole: false }
      const { hunks } = isUpper ? textDiff(whole(all), part) : textDiff(part, whole(all))
      expect(hunks).toEqual([])
    }),
    some,
  )
  const beside = textDiff(whole('1\n2\n3\n4\n'), { text: 'new\n1\n2\nth', isWhole: false })
  expect(beside).toMatchObject({ hunks: [{ fromA: 0, toA: 0, fromB: 0, toB: 1 }], hasOpenEnd: true })
  const removed = textDiff({ text: '1\n2\n', isWhole: false }, whole('1\n'))
  expect(removed).toMatchObject({ hunks: [{ fromA: 1, toA: 2 }], hasOpenEnd: false })
})
