import { expect, test } from 'vitest'
import { createRowWindow } from '../../../../renderer/src/resources/row-window'

/** A list of numbers from 0 that grows when told to, and says what was asked of it. */
function numbers(count: number) {
  const list = { count, factor: 1, asked: [] as number[] }
  const load = (offset: number, limit: number) => {
    list.asked.push(offset)
    const last = Math.min(list.count, offset + limit)
    const rows = Array.from(
      { length: Math.max(0, last - offset) },
      (_, index) => (offset + index) * list.factor,
    )
    return Promise.resolve({ ok: true, value: { total: list.count, rows } } as const)
  }
  return { list, load }
}

test('only the pages that are on the screen are asked for', async () => {
  const { list, load } = numbers(1000)
  const rows = createRowWindow(load, 10)
  await rows.show(25, 41)
  expect(list.asked).toEqual([20, 30, 40])
  expect(rows.total).toBe(1000)
  expect(rows.rowAt(41)).toBe(41)
  expect(rows.rowAt(500)).toBeUndefined()
  await rows.show(25, 41)
  expect(list.asked).toHaveLength(3)
})

test('rows stay while their successors are on the way, and those off the screen are dropped', async () => {
  const { list, load } = numbers(100)
  const rows = createRowWindow(load, 10)
  await rows.show(0, 19)
  await rows.show(0, 5)
  list.factor = 2
  const renewed = rows.invalidate()
  expect(rows.rowAt(3)).toBe(3)
  await renewed
  expect(rows.rowAt(3)).toBe(6)
  expect(rows.rowAt(13)).toBeUndefined()
})

test('a change during an answer is asked for once more, not once for each change', async () => {
  const { list, load } = numbers(100)
  const rows = createRowWindow(load, 10)
  const first = rows.show(0, 5)
  void rows.invalidate()
  void rows.invalidate()
  await Promise.all([first, rows.invalidate()])
  expect(list.asked).toEqual([0, 0])
})

test('a failure is kept beside the rows that are there, and goes with the next good answer', async () => {
  let isBroken = false
  const { load } = numbers(10)
  const failure = { kind: 'listing-closed', message: 'closed' } as const
  const rows = createRowWindow(
    (offset, limit) => (isBroken ? Promise.resolve({ ok: false, failure } as const) : load(offset, limit)),
    10,
  )
  await rows.show(0, 9)
  isBroken = true
  await rows.invalidate()
  expect(rows.failure).toEqual(failure)
  expect(rows.rowAt(0)).toBe(0)
  isBroken = false
  await rows.invalidate()
  expect(rows.failure).toBeUndefined()
})

test('looking for a row fetches what lies between, up to a limit', async () => {
  const { list, load } = numbers(1000)
  const rows = createRowWindow(load, 10)
  await rows.show(0, 9)
  expect(await rows.find(1, 1, (row) => row === 35, 100)).toBe(35)
  expect(list.asked).toEqual([0, 10, 20, 30])
  expect(await rows.find(1, 1, (row) => row === 900, 50)).toBeUndefined()
  expect(await rows.find(34, -1, (row) => row < 5, 100)).toBe(4)
  expect(await rows.find(999, 1, (row) => row === 0, 100)).toBeUndefined()
})
