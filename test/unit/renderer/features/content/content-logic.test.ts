import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dataUrl } from '../../../../../renderer/src/features/content/pictures/data-url'
import { decodedText } from '../../../../../renderer/src/features/content/view/decoded-text'
import {
  differingRanges,
  rangeBeside,
} from '../../../../../renderer/src/features/content/bytes/differing-ranges'
import { bytesPerRow, hexOffset, hexRuns } from '../../../../../renderer/src/features/content/bytes/hex-row'
import { lineEnding, splitLines } from '../../../../../renderer/src/diff/line-endings'
import { languageOf } from '../../../../../renderer/src/features/content/text/text-language'
import { isQuickToColour } from '../../../../../renderer/src/features/content/view/text-limits'
import { bytesFromBase64, joined } from '../../../../../renderer/src/stores/content/content-bytes'
import { suggestedFileName } from '../../../../../renderer/src/stores/content/suggested-file-name'

const bytes = (...values: number[]) => Uint8Array.from(values)

test('bytes come out of base64 as they went in, and go into the address of a picture again', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (some) => {
      const base64 = Buffer.from(some).toString('base64')
      expect(bytesFromBase64(base64)).toEqual(some)
      expect(dataUrl(some, 'image/png')).toBe(`data:image/png;base64,${base64}`)
    }),
  )
  const long = new Uint8Array(100_000).map((_, at) => at % 251)
  expect(dataUrl(long, 'image/gif')).toBe(`data:image/gif;base64,${Buffer.from(long).toString('base64')}`)
  expect(joined(bytes(1, 2), bytes(3))).toEqual(bytes(1, 2, 3))
})

test.each([
  ['utf-8', [0xe4, 0xb8, 0xad], '中'],
  ['utf-16le', [0xff, 0xfe, 0x2d, 0x4e], '中'],
  ['utf-16be', [0x4e, 0x2d], '中'],
  ['gb18030', [0xd6, 0xd0], '中'],
  ['latin1', [0x63, 0x61, 0x66, 0xe9, 0x80], 'café\u0080'],
] as const)('%s is decoded', (encoding, values, text) => {
  expect(decodedText(bytes(...values), encoding, true)).toBe(text)
})

test('a character that a part ends in the middle of is left for the next part', () => {
  expect(decodedText(bytes(0x61, 0xe4, 0xb8), 'utf-8', false)).toBe('a')
  expect(decodedText(bytes(0x61, 0xe4, 0xb8), 'utf-8', true)).toBe('a\ufffd')
})

test('line ends are told, and stay in the lines where two versions do not agree on them', () => {
  expect([lineEnding('a'), lineEnding('a\nb'), lineEnding('a\r\nb\r\n'), lineEnding('a\r\nb\n')]).toEqual([
    undefined,
    'lf',
    'crlf',
    'mixed',
  ])
  expect(splitLines(['a\r\nb', 'a\r\nc\r\n'])).toEqual([
    ['a', 'b'],
    ['a', 'c', ''],
  ])
  expect(splitLines(['a\r\nb', 'a\nb'])).toEqual([
    ['a\r', 'b'],
    ['a', 'b'],
  ])
})

test('differing ranges hold every difference, in order, and begin and end with one', () => {
  const few = fc.uint8Array({ maxLength: 80, max: 1 })
  fc.assert(
    fc.property(few, few, (one, other) => {
      const ranges = differingRanges(one, other)
      const longest = Math.max(one.length, other.length)
      const isIn = (at: number) => ranges.some(({ from, to }) => at >= from && at < to)
      for (let at = 0; at < longest; at += 1) if (one[at] !== other[at]) expect(isIn(at)).toBe(true)
      let end = -1
      for (const { from, to } of ranges) {
        expect(from).toBeGreaterThan(end)
        expect(one[from] !== other[from] && one[to - 1] !== other[to - 1]).toBe(true)
        end = to
      }
    }),
  )
})

test('differences near one another are one, and what only one version has is a difference', () => {
  const one = new Uint8Array(100)
  const other = new Uint8Array(120)
  other[3] = other[10] = other[60] = 1
  expect(differingRanges(one, other)).toEqual([
    { from: 3, to: 11 },
    { from: 60, to: 61 },
    { from: 100, to: 120 },
  ])
  expect(differingRanges(one, one)).toEqual([])
})

test('differences are walked through round and round', () => {
  const ranges = [
    { from: 3, to: 4 },
    { from: 60, to: 61 },
  ]
  expect(rangeBeside(ranges, -1, 1)?.from).toBe(3)
  expect(rangeBeside(ranges, 3, 1)?.from).toBe(60)
  expect(rangeBeside(ranges, 60, 1)?.from).toBe(3)
  expect(rangeBeside(ranges, 3, -1)?.from).toBe(60)
  expect(rangeBeside([], 0, 1)).toBeUndefined()
})

test('a row of bytes is written in runs that are equal or differ', () => {
  const lower = bytes(0x41, 0x42, 0x00, 0xff)
  expect(hexRuns(lower, bytes(0x41, 0x43, 0x01), 0, 16)).toEqual([
    { hex: '41', text: 'A', differs: false },
    { hex: '42 00 ff', text: 'B··', differs: true },
  ])
  expect(hexRuns(lower, undefined, 2, 1)).toEqual([{ hex: '00', text: '·', differs: false }])
  expect(hexRuns(lower, bytes(), 4, 4)).toEqual([])
  expect(hexOffset(255)).toBe('000000ff')
  expect([bytesPerRow(200, 1), bytesPerRow(100, 1), bytesPerRow(60, 2)]).toEqual([32, 16, 4])
})

test('a text is coloured by its name, by its directory, and by the interpreter it names', () => {
  const language = (path: string, line = '') => languageOf(path, line)?.name
  expect(language('/etc/nginx/conf.d/site.conf')).toBe('Nginx')
  expect(language('/app/Dockerfile')).toBe('Dockerfile')
  expect(language('/etc/php/php.ini')).toBe('Properties files')
  expect(language('/usr/bin/start', '#!/usr/bin/env python3')).toBe('Python')
  expect(language('/entry', '#!/bin/sh -e')).toBe('Shell')
  expect(language('/etc/passwd', 'root:x:0:0')).toBeUndefined()
})

test('a long text or line goes without colours', () => {
  expect(isQuickToColour([['a'], ['b']])).toBe(true)
  expect(isQuickToColour([['a'], ['b'.repeat(6_000)]])).toBe(false)
  expect(isQuickToColour([Array.from({ length: 2_000 }, () => 'c'.repeat(1_000))])).toBe(false)
})

test('a file is suggested by the name of its path, without what another system would not take', () => {
  expect(suggestedFileName('/etc/nginx/nginx.conf', false)).toBe('nginx.conf')
  expect(suggestedFileName('/srv/old', true)).toBe('old.tar')
  expect(suggestedFileName('/', true)).toBe('root.tar')
  expect(suggestedFileName('/a/new\\nline:\ufffd', false)).toBe('new_nline__')
  expect(suggestedFileName(`/${'x'.repeat(255)}`, false).length).toBeLessThan(100)
})
