import fc from 'fast-check'
import { expect, test } from 'vitest'
import { childOf, depthOf, nameOf, parentOf, type BytePath } from '../../../electron/core/base/byte-path'
import {
  parseImageReference,
  suggestReference,
  taggedText,
} from '../../../electron/core/images/image-reference'
import { overlayDirectories } from '../../../electron/engine/docker/overlay-directories'
import { pathFrom } from '../../../electron/operations/values/path-input'
import { bytesWithout, hostile, many, unlessFailed } from './hostile'

const text = fc.oneof(hostile('/..\0\n\r:\\a '), fc.string({ unit: 'binary' }))
const isWithin = (path: string) =>
  path.startsWith('/') && !path.split('/').includes('..') && !/[\0\n]/.test(path)

test('directories from an engine are absolute and lead nowhere else, or are none', () => {
  const good = { LowerDir: '/l/1:/l/2', UpperDir: '/u', WorkDir: '/w', MergedDir: '/m' }
  const data = fc.tuple(fc.constantFrom('LowerDir', 'UpperDir', 'WorkDir', 'MergedDir'), text)
  fc.assert(
    fc.property(data, ([key, some]) => {
      const found = overlayDirectories({ ...good, [key]: `/${some}` })
      const { lower, upper, work, merged } = found ?? { lower: [], upper: '/', work: '/', merged: '/' }
      expect([...lower, upper, work, merged].filter((path) => !isWithin(path))).toEqual([])
    }),
    many,
  )
})

test('a path that a caller names is exact, or a failure', () => {
  const input = fc.oneof(
    text.map((path) => ({ path })),
    text.map((path) => ({ path: '', pathBytes: Buffer.from(path, 'latin1').toString('base64') })),
    fc.record({ path: fc.string(), pathBytes: fc.string() }),
  )
  return fc.assert(
    fc.asyncProperty(input, async (named) => {
      const path = await unlessFailed(() => pathFrom(named))
      if (path === undefined || path === '') return
      // A line feed may stand in a name. It stays a character, because `.` and `.` beside it are no `..`.
      expect(isWithin(path.replaceAll('\n', 'n'))).toBe(true)
      expect(path).not.toMatch(/\/\.?(\/|$)/)
    }),
    many,
  )
})

test('a path of real names comes back from its bytes, and from its parts', () => {
  const name = bytesWithout('/\0').filter((one) => !['', '.', '..'].includes(one))
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
      const pathBytes = Buffer.from(`/${names.join('/')}`, 'latin1').toString('base64')
      const path = pathFrom({ path: 'anything', pathBytes })
      expect(path.slice(1).split('/')).toEqual(names)
      expect(depthOf(path)).toBe(names.length)
      expect(childOf(parentOf(path), nameOf(path))).toBe(path)
      expect(names.reduce<BytePath>((at) => parentOf(at), path)).toBe('')
    }),
    many,
  )
})

test('an image name that is read is the same name written out and read again', () => {
  const part = hostile('abzAZ019._-/:@[]', 40)
  const known = fc.constantFrom('', 'localhost/', 'example.com:5000/', '[::1]:5/', 'library/')
  fc.assert(
    fc.property(known, part, (host, rest) => {
      const parsed = parseImageReference(host + rest)
      if (!parsed.ok || parsed.reference.digest !== undefined) return
      const again = parseImageReference(taggedText(parsed.reference))
      expect(again).toEqual({ ok: true, reference: { tag: 'latest', ...parsed.reference } })
    }),
    many,
  )
})

test('no text makes an image name throw', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'grapheme' })), (name) => {
      expect(typeof parseImageReference(name).ok).toBe('boolean')
    }),
    many,
  )
})

test('a name suggested for any container is one', () => {
  fc.assert(
    fc.property(fc.oneof(hostile('aA0._-'), fc.string({ unit: 'grapheme' })), (container) => {
      expect(parseImageReference(suggestReference(container, '2026-11-23', new Set())).ok).toBe(true)
    }),
    many,
  )
})
