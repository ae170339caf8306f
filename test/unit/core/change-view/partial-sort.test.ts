import { describe, expect, it } from 'vitest'
import { RowOrder } from '../../../../electron/core/change-view/partial-sort'
import { finished } from '../../../builders/finished'

const count = 20_000

/** The numbers from 0, in an order that looks like none. */
function scattered(): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => (index * 7919) % count)
}

function ascending(a: number, b: number): number {
  return a - b
}

describe('an order of rows', () => {
  it('gives what is asked for, wherever it is and however often', () => {
    const order = new RowOrder(scattered(), count, ascending, () => 1)
    for (const from of [0, 10_000, 19_990, 9_950, 0, 5_000, 15_000]) {
      const wanted = Array.from({ length: 50 }, (_, index) => from + index).filter((row) => row < count)
      expect(finished(order.between(from, from + 50))).toEqual(wanted.map((row) => ({ item: row, row })))
    }
  })

  it('counts the rows of each item', () => {
    const order = new RowOrder(Int32Array.of(3, 1, 2), 10, ascending, (item) => (item === 2 ? 8 : 1))
    expect(finished(order.between(4, 5))).toEqual([{ item: 2, row: 1 }])
    expect(finished(order.between(0, 10))).toEqual([
      { item: 1, row: 0 },
      { item: 2, row: 1 },
      { item: 3, row: 9 },
    ])
  })

  it('compares hardly more than once for each item to show the first of them', () => {
    let compared = 0
    const counting = (a: number, b: number) => {
      compared += 1
      return a - b
    }
    finished(new RowOrder(scattered(), count, counting, () => 1).between(0, 50))
    expect(compared).toBeLessThan(2 * count)
  })

  it('stops now and then for other work', () => {
    const work = new RowOrder(scattered(), count, ascending, () => 1).between(0, 1)
    expect(work.next().done).toBe(false)
  })

  it('gives nothing of nothing, and nothing behind the end', () => {
    expect(finished(new RowOrder(new Int32Array(0), 0, ascending, () => 1).between(0, 9))).toEqual([])
    expect(finished(new RowOrder(Int32Array.of(1), 1, ascending, () => 1).between(1, 9))).toEqual([])
  })
})
