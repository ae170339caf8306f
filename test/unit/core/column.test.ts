import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Column } from '../../../electron/core/column'

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
