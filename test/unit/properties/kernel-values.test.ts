import fc from 'fast-check'
import { expect, test } from 'vitest'
import { copyUpOrigin } from '../../../electron/core/findings/copy-up-origin'
import { capabilityWords } from '../../../electron/core/files/file-capabilities'
import { rootMount } from '../../../electron/hostfs/overlay/mountinfo'
import { bytesWithout, hostile, many } from './hostile'

const place = bytesWithout('\0', 15).map((name) => `/${name}`)
const layers = fc.array(place, { minLength: 1, maxLength: 5 })
const octal = (byte: string) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`
/** As the kernel shows the value of an option (include/linux/seq_file.h, seq_show_option). */
const shown = (value: string) => value.replace(/[, \t\n\\]/g, octal)
/** As a mounter writes a list of layers (overlayfs.rst): colons and backslashes in a name stand behind a backslash. */
const listed = (names: readonly string[]) => names.map((name) => name.replace(/[:\\]/g, '\\$&')).join(':')
const line = (options: string) => `700 612 0:50 / / rw,relatime master:301 - overlay overlay rw,${options}\n`

test('layers come back from a mount, whatever they are called and however they were given', () => {
  fc.assert(
    fc.property(layers, place, place, fc.boolean(), (lower, upper, work, oneByOne) => {
      const given = oneByOne
        ? lower.map((name) => `lowerdir+=${shown(name)}`).join(',')
        : `lowerdir=${shown(listed(lower))}`
      const mount = { lower, upper, work, options: ['rw', 'metacopy=on'] }
      expect(rootMount(line(`${given},upperdir=${shown(upper)},workdir=${shown(work)},metacopy=on`))).toEqual(
        { kind: 'overlay', mount },
      )
    }),
    many,
  )
})

test('mounts that anybody wrote have layers with names, or none', () => {
  const options = hostile('lowerdir=+:\\,upperdir=/012', 80)
  const any = fc.oneof(options.map(line), hostile('0 /-\noverlay lowerdir=:', 120))
  fc.assert(
    fc.property(any, (text) => {
      const root = rootMount(text)
      if (root?.kind !== 'overlay') return
      expect(root.mount.upper).not.toBe('')
      expect(root.mount.lower.length).toBeGreaterThan(0)
      expect(root.mount.lower).not.toContain('')
    }),
    many,
  )
})

/** The kinds of file handles that begin with an inode's number, and its bytes (include/linux/exportfs.h). */
const handles = [
  [1, 4],
  [2, 4],
  [0x81, 8],
  [0x82, 8],
] as const
const bytesOf = (value: bigint, width: number) =>
  Array.from({ length: width }, (_, at) =>
    String.fromCharCode(Number((value >> BigInt(8 * at)) & 255n)),
  ).join('')
const uuid = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes))

test('the origin of a copy comes back from its file handle', () => {
  const inode = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  fc.assert(
    fc.property(
      inode,
      uuid,
      fc.constantFrom(...handles),
      bytesWithout('', 8),
      (number, id, [type, width], more) => {
        const kept = BigInt.asUintN(8 * width, number)
        const handle = bytesOf(kept, width) + more
        const head = `\0\xfb${String.fromCharCode(21 + handle.length)}\0${String.fromCharCode(type)}`
        expect(copyUpOrigin(head + id.toString('latin1') + handle)).toEqual({
          uuid: id.toString('hex'),
          inode: String(kept),
        })
      },
    ),
    many,
  )
})

test('any value is an origin with a number that a file can have, or none', () => {
  const value = fc.oneof(
    hostile('\0\xfb\x15\x01\x02\x81\x82', 60),
    hostile('\0\x01\x81', 60).map((rest) => `\0\xfb\x1d\0${rest}`),
  )
  fc.assert(
    fc.property(value, (bytes) => {
      const origin = copyUpOrigin(bytes)
      if (origin === undefined) return
      expect(origin.uuid).toMatch(/^[0-9a-f]{32}$/)
      expect(BigInt.asUintN(64, BigInt(origin.inode))).toBe(BigInt(origin.inode))
    }),
    many,
  )
})

const sets = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const revisions = fc.constantFrom(2, 3)

/** What the words say, as sets of bits: of names by asking for one capability alone, which other tests hold against the system's own tool. */
function setsIn(words: string): { permitted: bigint; inheritable: bigint; effective: boolean } {
  let [permitted, inheritable, effective] = [0n, 0n, false]
  for (const group of words.split(' ').filter((word) => !word.startsWith('[') && word !== '=')) {
    const equals = group.indexOf('=')
    const bits = group
      .slice(0, equals)
      .split(',')
      .map((name) => numberOf.get(name) ?? BigInt(name))
    const set = bits.reduce((all, bit) => all | (1n << bit), 0n)
    const flags = group.slice(equals + 1)
    if (flags.includes('p')) permitted |= set
    if (flags.includes('i')) inheritable |= set
    effective ||= flags.includes('e')
  }
  return { permitted, inheritable, effective }
}

/** `struct vfs_cap_data` (include/uapi/linux/capability.h): halves of 32 bits, each permitted, then inheritable. */
function written(
  permitted: bigint,
  inheritable: bigint,
  effective: boolean,
  revision: number,
  root: number,
): string {
  const halves = [0n, 32n].map((shift) => bytesOf(permitted >> shift, 4) + bytesOf(inheritable >> shift, 4))
  const head = bytesOf(BigInt(revision * 0x1000000 + (effective ? 1 : 0)), 4)
  return head + halves.join('') + (revision === 3 ? bytesOf(BigInt(root), 4) : '')
}

const numberOf = new Map(
  Array.from({ length: 64 }, (_, bit) => {
    const words = capabilityWords(written(1n << BigInt(bit), 0n, false, 2, 0)) ?? ''
    return [words.slice(0, words.indexOf('=')), BigInt(bit)] as const
  }),
)

test('each capability has a name of its own', () => {
  expect(numberOf.size).toBe(64)
  expect(numberOf.get('cap_net_raw')).toBe(13n)
  expect(numberOf.get('cap_checkpoint_restore')).toBe(40n)
})

test('capabilities come back from the words for them', () => {
  fc.assert(
    fc.property(
      sets,
      sets,
      fc.boolean(),
      revisions,
      fc.nat(),
      (permitted, inheritable, wanted, revision, root) => {
        const words = capabilityWords(written(permitted, inheritable, wanted, revision, root)) ?? ''
        const effective = wanted && (permitted | inheritable) !== 0n
        expect(setsIn(words)).toEqual({ permitted, inheritable, effective })
        expect(words.includes(`[rootid=${String(root)}]`)).toBe(revision === 3)
      },
    ),
    many,
  )
})

test('any value is words without a break, or none where its length is not that of its revision', () => {
  const lengths = new Map([
    ['\x01', 12],
    ['\x02', 20],
    ['\x03', 24],
  ])
  const revision = fc.constantFrom('\x01', '\x02', '\x03', '\x04')
  const value = fc.tuple(revision, hostile('\0\x01\xff', 24)).map(([one, rest]) => `\0\0\0${one}${rest}`)
  fc.assert(
    fc.property(fc.oneof(value, hostile('\0\x02')), (bytes) => {
      const words = capabilityWords(bytes)
      expect(words !== undefined).toBe(lengths.get(bytes.charAt(3)) === bytes.length)
      if (words !== undefined) expect(words).toMatch(/^[\w,= [\]]+$/)
    }),
    many,
  )
})
