import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isTarEnd, paxRecords, tarBlock, tarHeader } from '../../../electron/core/files/tar-header'
import { archiveStat } from '../../../electron/engine/docker/archive-stat'
import { tarEntries } from '../../../electron/engine/tar/tar-entries'
import { bytesWithout, cuts, hostile, inParts, many, some, unlessFailed } from './hostile'

interface Entry {
  readonly name: string
  readonly content: string
  readonly mode: number
  readonly uid: number
}

const entries = fc.array(
  fc.record({
    name: bytesWithout('\0', 150).filter((name) => name !== ''),
    content: hostile('\0x', 700),
    mode: fc.nat(0o7777),
    uid: fc.nat(0o7777777),
  }),
  { maxLength: 4 },
)

const filled = (text: string) => text + '\0'.repeat((tarBlock - (text.length % tarBlock)) % tarBlock)
const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`

/** A header as the standard has it (POSIX.1-2001, pax, "ustar"). */
function headerOf(name: string, size: number, typeFlag: string, mode = 0, uid = 0): string {
  const facts = octal(mode, 8) + octal(uid, 8) + octal(0, 8) + octal(size, 12) + octal(7, 12)
  const front = name.slice(0, 100).padEnd(100, '\0') + facts
  const back = filled(`${front}${' '.repeat(8)}${typeFlag}${'\0'.repeat(100)}ustar\x0000`)
  const sum = [...back].reduce((total, byte) => total + byte.charCodeAt(0), 0)
  return `${front}${octal(sum, 7)} ${back.slice(156)}`
}

/** Names that a header cannot hold go in front of it, as GNU tar writes them. */
function archiveOf(all: readonly Entry[]): string {
  const parts = all.map(({ name, content, mode, uid }) => {
    const long =
      name.length > 100 ? headerOf('././@LongLink', name.length + 1, 'L') + filled(`${name}\0`) : ''
    return long + headerOf(name, content.length, '0', mode, uid) + filled(content)
  })
  return `${parts.join('')}${'\0'.repeat(2 * tarBlock)}`
}

async function read(text: string, places: readonly number[]): Promise<Entry[]> {
  const all: Entry[] = []
  for await (const { header, content } of tarEntries(inParts(text, places))) {
    let bytes = ''
    for await (const part of content) bytes += part.toString('latin1')
    expect(header.size).toBeGreaterThanOrEqual(0)
    expect(header.mode).toBe(header.mode & 0o7777)
    all.push({ name: header.name, content: bytes, mode: header.mode, uid: header.uid })
  }
  return all
}

test('an archive comes back however it is cut into parts', () =>
  fc.assert(
    fc.asyncProperty(entries, cuts, async (all, places) => {
      expect(await read(archiveOf(all), places)).toEqual(all)
    }),
    some,
  ))

test('an archive that ends early fails', () =>
  fc.assert(
    fc.asyncProperty(entries, cuts, fc.nat(), async (all, places, place) => {
      const text = archiveOf(all).slice(0, -2 * tarBlock)
      const cutOff = text.slice(0, place % Math.max(1, text.length))
      await expect(read(cutOff, places)).rejects.toMatchObject({ failure: { kind: 'engine-failed' } })
    }),
    some,
  ))

test('an archive with wrong bytes is read or fails', () =>
  fc.assert(
    fc.asyncProperty(entries, cuts, fc.array(fc.tuple(fc.nat(), fc.nat(255))), async (all, places, wrong) => {
      const bytes = Buffer.from(archiveOf(all), 'latin1')
      for (const [place, byte] of wrong) bytes[place % bytes.length] = byte
      await unlessFailed(() => read(bytes.toString('latin1'), places))
    }),
    some,
  ))

test('what is no archive fails', () =>
  fc.assert(
    fc.asyncProperty(hostile('ustar\0 07', 2000), cuts, async (text, places) => {
      const found = await unlessFailed(() => read(text, places))
      if (found !== undefined) expect(isTarEnd(text.slice(0, tarBlock))).toBe(true)
    }),
    some,
  ))

test('a header with any bytes and the right sum tells what can be', () => {
  const field = hostile('01234567 -\0\x80\xff', 12)
  fc.assert(
    fc.property(field, field, field, (mode, uid, size) => {
      const plain = headerOf('name', 0, '0').slice(0, 100)
      const facts = mode.slice(0, 8).padEnd(8, '\0') + uid.slice(0, 8).padEnd(8, '\0') + octal(0, 8)
      const front = `${plain}${facts}${size.padEnd(12, '\0')}${octal(7, 12)}`
      const back = filled(`${front}${' '.repeat(8)}0`)
      const sum = [...back].reduce((total, byte) => total + byte.charCodeAt(0), 0)
      const header = tarHeader(`${front}${octal(sum, 7)} ${back.slice(156)}`)
      expect(header).toBeDefined()
      for (const value of [header?.mode, header?.uid, header?.size]) expect(value).toBeGreaterThanOrEqual(0)
    }),
    some,
  )
})

test('records of a header are read as far as they are well formed', () => {
  fc.assert(
    fc.property(hostile('0123456789 =\npath'), (body) => {
      for (const [key, value] of paxRecords(body)) expect(key.length + value.length).toBeLessThan(body.length)
    }),
    many,
  )
})

test('what the engine says of a path is facts that can be, or a failure', () => {
  const number = fc.oneof(fc.nat(0o7777), fc.integer(), fc.double(), fc.nat(2 ** 32 - 1))
  const facts = fc.record({ size: number, mode: number, mtime: fc.oneof(fc.string(), fc.date().map(String)) })
  const header = fc.oneof(
    facts.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string(),
  )
  return fc.assert(
    fc.asyncProperty(header, async (text) => {
      const stat = await unlessFailed(() => archiveStat(Buffer.from(text).toString('base64')))
      if (stat === undefined) return
      expect(stat.mode).toBe(stat.mode & 0o7777)
      expect(stat.size).toBeGreaterThanOrEqual(0)
      expect(Number.isFinite(stat.modifiedAt)).toBe(true)
    }),
    some,
  )
})
