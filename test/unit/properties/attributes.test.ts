import fc from 'fast-check'
import { expect, test } from 'vitest'
import { attributesPrinted } from '../../../electron/hostfs/overlay/attributes-by-getfattr'
import { attributesInTar } from '../../../electron/hostfs/overlay/attributes-by-tar'
import type { HostFiles } from '../../../electron/hostfs/host/host-files'
import { pathAttributes, type LayerPath } from '../../../electron/hostfs/lookups/path-attributes'
import { bytesWithout, cuts, hostile, inParts, some, unlessFailed } from './hostile'
import { paxHeader, tarBlock } from '../../../electron/core/files/tar-header'

type Attributes = ReadonlyMap<string, string>

const value = hostile('y/\0\n\\=0x', 40)
const overlayName = fc.constantFrom(
  'trusted.overlay.opaque',
  'user.overlay.origin',
  'user.fuseoverlayfs.opaque',
)
const pathName = bytesWithout('\0/', 20).filter((name) => !['', '.', '..'].includes(name))
const path = fc.array(pathName, { minLength: 1, maxLength: 8 }).map((names) => `/${names.join('/')}`)
const marked = (names: fc.Arbitrary<string>, least: number) =>
  fc
    .dictionary(names, value, { minKeys: least, maxKeys: 3, noNullPrototype: true })
    .map((all) => new Map(Object.entries(all)))
const markedPaths = fc
  .uniqueArray(fc.tuple(path, marked(overlayName, 1)), { selector: ([one]) => one, maxLength: 6 })
  .map((all): ReadonlyMap<string, Attributes> => new Map(all))

/** As getfattr escapes what would break a line (attr's quote.c). */
const escaped = (text: string) =>
  text.replace(/[\n\r\\]/g, (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`)
const cutOff = (text: string, place: number) => text.slice(0, place % Math.max(1, text.length))
const bytes = (text: string, encoding: 'hex' | 'base64') => Buffer.from(text, 'latin1').toString(encoding)
const buffer = (text: string) => Buffer.from(text, 'latin1')

function printed(all: ReadonlyMap<string, Attributes>): string {
  const one = ([path, attributes]: readonly [string, Attributes]) => {
    const lines = [...attributes].map(([name, value]) => `${name}=0x${bytes(value, 'hex')}\n`)
    return `# file: ${escaped(path)}\n${lines.join('')}\n`
  }
  return [...all].map(one).join('')
}

/** Whatever was read is what was written, perhaps less of it. */
function expectPartOf(read: ReadonlyMap<string, Attributes>, written: ReadonlyMap<string, Attributes>): void {
  for (const [path, attributes] of read)
    for (const [name, value] of attributes) expect(written.get(path)?.get(name)).toBe(value)
}

test('what getfattr prints comes back, whatever names and values are', () => {
  fc.assert(
    fc.property(markedPaths, (all) => {
      expect(attributesPrinted(buffer(printed(all)), new Set(all.keys()))).toEqual(all)
    }),
    some,
  )
})

test('what getfattr prints is a part of it, or a failure, where it ends early', () =>
  fc.assert(
    fc.asyncProperty(markedPaths, fc.nat(), async (all, place) => {
      const text = cutOff(printed(all), place)
      const read = await unlessFailed(() => attributesPrinted(buffer(text), new Set(all.keys())))
      if (read === undefined) return
      expect(text).toMatch(/^$|\n$/)
      expectPartOf(read, all)
    }),
    some,
  ))

test('of what was not asked about nothing is told, whatever a host prints', () =>
  fc.assert(
    fc.asyncProperty(hostile('# file: /a\\\n=0xtrusted.overlay.opaque', 200), async (text) => {
      const read = await unlessFailed(() => attributesPrinted(buffer(text), new Set(['/a', '/b'])))
      for (const found of read?.keys() ?? []) expect(['/a', '/b']).toContain(found)
    }),
    some,
  ))

/** GNU tar's archive of directories: pax records, a header that has no room for long names, no content. */
function archiveOf(all: ReadonlyMap<string, Attributes>): string {
  const directories = [...all].map(([path, attributes]) => {
    const records = [...attributes].map(([name, value]) => [`SCHILY.xattr.${name}`, value] as const)
    return paxHeader(new Map([['path', `${path}/`], ...records])) + directoryHeader
  })
  return `${directories.join('')}${'\0'.repeat(2 * tarBlock)}`
}

const directoryHeader = (() => {
  const facts = `${'name'.padEnd(100, '\0')}0000755\0`.padEnd(124, '0')
  const front = `${facts}00000000000\x0000000000000\0`
  const back = `5${'\0'.repeat(100)}ustar\x0000`.padEnd(tarBlock - 156, '\0')
  const sum = [...`${front}${' '.repeat(8)}${back}`].reduce((total, byte) => total + byte.charCodeAt(0), 0)
  return `${front}${sum.toString(8).padStart(6, '0')}\0 ${back}`
})()

test("attributes in tar's headers come back, whatever names and values are", () => {
  fc.assert(
    fc.property(markedPaths, (all) => {
      expect(attributesInTar(buffer(archiveOf(all)))).toEqual(all)
    }),
    some,
  )
})

test("tar's headers that end early are a failure, never fewer directories", () => {
  fc.assert(
    fc.property(markedPaths, fc.nat(), (all, place) => {
      const text = cutOff(archiveOf(all).slice(0, -2 * tarBlock), place)
      expect(() => attributesInTar(buffer(text))).toThrow(/ended too early/)
    }),
    some,
  )
})

test("tar's headers with wrong bytes are read to an end, or fail", () =>
  fc.assert(
    fc.asyncProperty(markedPaths, fc.array(fc.tuple(fc.nat(), fc.nat(255))), async (all, wrong) => {
      const archive = buffer(archiveOf(all))
      for (const [place, byte] of wrong) archive[place % archive.length] = byte
      await unlessFailed(() => attributesInTar(archive))
    }),
    some,
  ))

/** A host that says this, whatever it is asked. */
function saying(text: string, places: readonly number[]): HostFiles {
  const tools = { find: 'gnu', stat: 'gnu', opaque: 'getfattr', getfattr: true } as const
  const transport = {
    open: () => Promise.resolve(),
    openStream: () => Promise.reject(new Error('no engine is asked')),
    run: () => inParts(text, places),
    close: () => Promise.resolve(),
  }
  return { transport, elevated: false, tools }
}

const signal = new AbortController().signal
const anyName = bytesWithout('\0=', 12).map((name) => `user.${name}`)
/** Names in one directory, each with what is to be found of it; nothing where it is gone. */
const inDirectory = fc.uniqueArray(fc.tuple(pathName, fc.option(marked(anyName, 0), { nil: undefined })), {
  selector: ([name]) => name,
  minLength: 1,
  maxLength: 6,
})

function answerFor(names: readonly (readonly [string, Attributes | undefined])[]): string {
  const told = names.map(([name, attributes = new Map<string, string>()]) => {
    const lines = [...attributes].map(([key, value]) => `${escaped(key)}=0s${bytes(value, 'base64')}\n`)
    return lines.length === 0 ? '' : `# file: ${escaped(name)}\n${lines.join('')}\n`
  })
  const there = names.flatMap(([, attributes], at) => (attributes === undefined ? [] : [`+ ${String(at)}\n`]))
  return `= 0\n${told.join('')}${there.join('')}`
}

const asked = (names: readonly (readonly [string, unknown])[]): LayerPath[] =>
  names.map(([name]) => ({ layer: '/layer', path: `/directory/${name}` }))

test('attributes of any kind come back, however the output is cut', () =>
  fc.assert(
    fc.asyncProperty(inDirectory, cuts, async (names, places) => {
      const found = await pathAttributes(saying(answerFor(names), places), asked(names), 'all', signal)
      expect([...(found ?? [])].sort(([one], [other]) => one - other)).toEqual(
        names.flatMap(([, attributes], at) => (attributes === undefined ? [] : [[at, attributes]])),
      )
    }),
    some,
  ))

test('attributes are a part of them, or a failure, where the output ends early', () =>
  fc.assert(
    fc.asyncProperty(inDirectory, cuts, fc.nat(), async (names, places, place) => {
      const host = saying(cutOff(answerFor(names), place), places)
      const found = await unlessFailed(() => pathAttributes(host, asked(names), 'all', signal))
      for (const [at, attributes] of found ?? []) expect(attributes).toEqual(names[at]?.[1])
    }),
    some,
  ))

test('attributes are of paths that were asked about, or a failure, whatever a host prints', () =>
  fc.assert(
    fc.asyncProperty(hostile('= 01+#file: ./a\\\nuser.=0s', 200), cuts, async (text, places) => {
      const paths = asked([
        ['a', 0],
        ['b', 0],
      ])
      const found = await unlessFailed(() => pathAttributes(saying(text, places), paths, 'all', signal))
      for (const at of found?.keys() ?? []) expect([0, 1]).toContain(at)
    }),
    some,
  ))
