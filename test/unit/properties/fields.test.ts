import fc from 'fast-check'
import { expect, test } from 'vitest'
import { markedFields } from '../../../electron/hostfs/commands/marked-fields'
import { nulFields } from '../../../electron/hostfs/commands/nul-fields'
import { fromOctal, numbersIn } from '../../../electron/hostfs/commands/numbers-in-bytes'
import { parseStat } from '../../../electron/hostfs/lookups/stat-paths'
import { bytesWithout, cuts, gathered, hostile, inParts, many, some, unlessFailed } from './hostile'

const mark = '<0123456789abcdef>'
const size = 3
/** Facts, which have no line break, then two fields that may. */
const group = fc.tuple(bytesWithout('\0<\n'), bytesWithout('\0<'), bytesWithout('\0<'))
const groups = fc.array(group, { maxLength: 8 })
/** A part of a text, by a number that may be any. */
const cutOff = (text: string, place: number) => text.slice(0, place % Math.max(1, text.length))

/** How a host writes groups of fields, and how they are read back. */
const formats = [
  {
    name: 'fields that a zero byte ends',
    written: (fields: readonly string[]) => fields.map((field) => `${field}\0`).join(''),
    read: (text: string, places: readonly number[]) =>
      gathered(nulFields(inParts(text, places), size, { name: 'a test' })),
    telling: '\0\0 a/\n',
  },
  {
    name: 'fields that a mark ends',
    written: (fields: readonly string[]) => `${fields.map((field) => field + mark).join('')}\n`,
    read: (text: string, places: readonly number[]) =>
      gathered(markedFields(inParts(text, places), mark, size, { name: 'a test' })),
    telling: '<>0123456789abcdef\n',
  },
]

for (const { name, written, read, telling } of formats) {
  test(`${name} come back however the output is cut`, () =>
    fc.assert(
      fc.asyncProperty(groups, cuts, async (all, places) => {
        expect(await read(all.map(written).join(''), places)).toEqual(all.flat())
      }),
      some,
    ))

  test(`${name} fail, or are whole groups, when the output ends early`, () =>
    fc.assert(
      fc.asyncProperty(groups, cuts, fc.nat(), async (all, places, place) => {
        const text = cutOff(all.map(written).join(''), place)
        const whole = await unlessFailed(() => read(text, places))
        if (whole === undefined) return
        const count = whole.length / size
        expect(whole).toEqual(all.slice(0, count).flat())
        // Where it ends between two groups, only the status of the command tells that it was cut off.
        expect(all.slice(0, count).map(written).join('')).toContain(text)
      }),
      some,
    ))

  test(`${name} are whole groups, or a failure, whatever a host writes`, () =>
    fc.assert(
      fc.asyncProperty(hostile(telling), cuts, async (text, places) => {
        const fields = await unlessFailed(() => read(text, places))
        expect((fields?.length ?? 0) % size).toBe(0)
      }),
      some,
    ))
}

test('whole numbers are read between any other bytes', () => {
  const between = bytesWithout('0123456789-.', 3).filter((text) => text !== '')
  const number = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER })
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 10 }), between, (numbers, separator) => {
      const bytes = Buffer.from(numbers.join(separator.slice(0, 1)), 'latin1')
      expect(numbersIn(bytes, 0, bytes.length)).toEqual(numbers.map((one) => (one === 0 ? 0 : one)))
    }),
    many,
  )
})

test('numbers are finite or absent, whatever the bytes', () => {
  fc.assert(
    fc.property(hostile('0123456789-. '), (text) => {
      const numbers = numbersIn(Buffer.from(text, 'latin1'), 0, text.length)
      expect(numbers.every((one) => Number.isFinite(one))).toBe(true)
    }),
    many,
  )
})

test('permission bits come back from their octal digits', () => {
  fc.assert(
    fc.property(fc.nat(0o7777), (mode) => {
      expect(fromOctal(Number(mode.toString(8)))).toBe(mode)
    }),
    many,
  )
})

test('what stat says comes back', () => {
  const types = [0o100000, 0o040000, 0o120000, 0o020000, 0o060000, 0o010000, 0o140000]
  const id = fc.nat(0xffffffff)
  const facts = fc.record({
    type: fc.constantFrom(...types),
    mode: fc.nat(0o7777),
    uid: id,
    gid: id,
    size: fc.maxSafeNat(),
    seconds: fc.integer({ min: -(2 ** 33), max: 2 ** 33 }),
    device: fc.tuple(fc.nat(2), fc.nat(2)),
  })
  fc.assert(
    fc.property(facts, ({ type, mode, uid, gid, size: bytes, seconds, device: [major, minor] }) => {
      const text = `${(type + mode).toString(16)} ${uid} ${gid} ${bytes} ${seconds} ${major} ${minor}`
      const isDevice = type === 0o020000
      expect(parseStat(text)).toMatchObject({
        mode,
        uid,
        gid,
        size: bytes,
        modifiedAt: seconds * 1000,
        whiteout: isDevice && major === 0 && minor === 0,
      })
    }),
    many,
  )
})

test('no facts of stat make it throw, and none make a whiteout of what is no device', () => {
  fc.assert(
    fc.property(hostile('0123456789abcdef -.'), (text) => {
      const { type, whiteout } = parseStat(text)
      if (type !== 'character-device') expect(whiteout).toBe(false)
    }),
    many,
  )
})
