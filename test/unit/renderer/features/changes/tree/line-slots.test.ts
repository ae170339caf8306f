import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineSlots, type LineSlots } from '../../../../../../renderer/src/features/changes/tree/line-slots'

const drawn = (first: number, nodes: readonly (number | undefined)[]) =>
  nodes.map((node, at) => ({ index: first + at, node }))

const draws = (...lists: ReturnType<typeof drawn>[]) =>
  lists.reduce<LineSlots | undefined>((before, lines) => lineSlots(before, lines), undefined)

test('a row keeps its element where lines come in above it, or go', () => {
  expect(draws(drawn(0, [1, 2, 3]))?.slots).toEqual([0, 1, 2])
  expect(draws(drawn(0, [1, 2, 3]), drawn(0, [9, 1, 2, 3]))?.slots).toEqual([3, 0, 1, 2])
  expect(draws(drawn(0, [1, 2, 3]), drawn(0, [2, 3]))?.slots).toEqual([1, 2])
})

test('elements that scroll out of sight are drawn anew with what comes into it', () => {
  expect(draws(drawn(0, [1, 2, 3]), drawn(2, [3, 4, 5]))?.slots).toEqual([2, 0, 1])
  expect(draws(drawn(0, [1, 2, 3]), drawn(100, [7, 8, 9]))).toMatchObject({ slots: [0, 1, 2], made: 3 })
})

test('a row that was awaited comes into the element that stands at its line', () => {
  const awaited = drawn(10, [undefined, undefined])
  expect(draws(drawn(0, [1, 2]), awaited, drawn(10, [5, 6]))?.slots).toEqual([0, 1])
})

test('no two lines have one element, and no more are made than were needed at once', () => {
  const node = fc.option(fc.nat(12), { nil: undefined })
  const screen = fc.tuple(fc.nat(20), fc.array(node, { maxLength: 8 }))
  fc.assert(
    fc.property(fc.array(screen, { maxLength: 8 }), (screens) => {
      let before: LineSlots | undefined
      let most = 0
      for (const [first, nodes] of screens) {
        before = lineSlots(before, drawn(first, nodes))
        most = Math.max(most, nodes.length)
        expect(new Set(before.slots).size).toBe(nodes.length)
        expect(before.made).toBe(most)
      }
    }),
  )
})
