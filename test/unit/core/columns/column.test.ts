import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Column } from '../../../../electron/core/columns/column'

it.each([0, -1])(
  'a column of what is %d where nothing was written holds what was written, however it grew',
  (empty) => {
    const writes = fc.array(fc.record({ at: fc.nat(20_000), value: fc.integer({ min: 1, max: 1000 }) }), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(writes, fc.integer({ min: 1, max: 64 }), fc.nat(20_000), (all, capacity, cleared) => {
        const column = new Column(Int32Array, empty, capacity)
        const written = new Map<number, number>()
        for (const { at, value } of all) {
          if (at === cleared) {
            column.clear()
            written.clear()
          }
          column.reserve(at + 1)
          column.values[at] = value
          written.set(at, value)
          // Whatever is below what was reserved can be read as it stands.
          for (const place of [0, at >> 1, at]) expect(column.values[place]).toBe(written.get(place) ?? empty)
        }
        for (let at = 0; at < 20_100; at += 67) expect(column.at(at)).toBe(written.get(at) ?? empty)
        for (const [at, value] of written) expect(column.at(at)).toBe(value)
      }),
      { numRuns: 100 },
    )
  },
)

it('a long column grows where it lies, so that its bytes are never there twice', () => {
  const mebibyte = 1024 * 1024
  const column = new Column(Uint8Array, 0, 16, true)
  const places = [0, 15, 40_000, 255 * mebibyte]
  for (const at of places) {
    column.reserve(at + 1)
    column.values[at] = 7
  }
  const before = column.values
  expect(before.byteOffset).toBe(0)
  column.reserve(300 * mebibyte)
  column.values[300 * mebibyte - 1] = 9
  // The memory that it had is the one that it has: what looks at it as it was sees nothing any more.
  expect(before).toHaveLength(0)
  column.reserve(700 * mebibyte)
  expect(column.at(300 * mebibyte - 1)).toBe(9)
  for (const at of places) expect(column.at(at)).toBe(7)
  expect(column.at(256 * mebibyte)).toBe(0)
  expect(column.values.length).toBeLessThanOrEqual(1024 * mebibyte)
})

it('long columns do not lie in one another', () => {
  const columns = Array.from({ length: 4 }, () => new Column(Uint8Array, 0, 16, true))
  for (const [index, column] of columns.entries()) {
    column.reserve(50_000)
    column.values.fill(index + 1, 0, 50_000)
  }
  for (const [index, column] of columns.entries())
    expect(new Set(column.values.subarray(0, 50_000))).toEqual(new Set([index + 1]))
})
