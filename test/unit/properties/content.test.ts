import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileSignature } from '../../../electron/core/files/file-signature'
import { contentKind } from '../../../electron/operations/content/content-kind'
import { textEncoding, type TextEncoding } from '../../../electron/operations/content/text-encoding'
import { hostile, many } from './hostile'

const starts = [
  '',
  '\x89PNG\r\n\x1a\n',
  '\x7fELF',
  'RIFF1234WEBP',
  'SQLite format 3\0',
  'PK\x03\x04',
  '\x1f\x8b\x08',
]
const marks = ['', '\xef\xbb\xbf', '\xff\xfe', '\xfe\xff', '\x84\x31\x95\x33']
const part = fc.record({
  bytes: fc
    .tuple(fc.constantFrom(...starts, ...marks), hostile('ab \n\0\x80\xc3\xa9\xe6\x97\xa5\xff', 60))
    .map(([start, rest]) => Buffer.from(start + rest, 'latin1')),
  begins: fc.boolean(),
  ends: fc.boolean(),
})

/** With its byte order mark, where the encoding has one. */
function decoded(encoding: TextEncoding, bytes: Buffer): string {
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: encoding !== 'latin1' }).decode(bytes)
}

/** A text's bytes, for the encodings that Node writes too. */
function encoded(encoding: TextEncoding, text: string): Buffer | undefined {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8')
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le')
  return encoding === 'utf-16be' ? Buffer.from(text, 'utf16le').swap16() : undefined
}

test('content is something, whatever its bytes and wherever it is cut', () => {
  fc.assert(
    fc.property(part, (content) => {
      const { kind, encoding } = contentKind(content)
      expect(kind === 'text').toBe(encoding !== undefined)
    }),
    many,
  )
})

test('what is called text can be read as such, and no byte of it is lost', () => {
  fc.assert(
    fc.property(part, ({ bytes }) => {
      const encoding = textEncoding({ bytes, begins: true, ends: true })
      if (encoding === undefined) return
      const text = decoded(encoding, bytes)
      expect(encoded(encoding, text) ?? bytes).toEqual(bytes)
      if (encoding === 'latin1') expect(text).toHaveLength(bytes.length)
    }),
    many,
  )
})

test('text in Unicode is called what it is', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 })
  fc.assert(
    fc.property(text, (some) => {
      const whole = (bytes: Buffer) => textEncoding({ bytes, begins: true, ends: true })
      expect(whole(Buffer.from(some, 'utf8'))).toBe('utf-8')
      expect(whole(Buffer.from(`\ufeff${some}`, 'utf16le'))).toBe('utf-16le')
      expect(whole(Buffer.from(`\ufeff${some}`, 'utf16le').swap16())).toBe('utf-16be')
    }),
    many,
  )
})

test('a part of a text in UTF-8 is text wherever it is cut', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 4 }), fc.nat(), fc.nat(), (text, from, to) => {
      const all = Buffer.from(text, 'utf8')
      const [start, end] = [from % all.length, to % all.length].sort((a, b) => a - b)
      const bytes = all.subarray(start, end)
      expect(textEncoding({ bytes, begins: start === 0, ends: false })).toBe('utf-8')
    }),
    many,
  )
})

test('what a file is does not depend on what follows its beginning', () => {
  fc.assert(
    fc.property(part, hostile('ustar', 300), ({ bytes }, more) => {
      const found = fileSignature(bytes)
      if (found === undefined) return
      expect(fileSignature(Buffer.concat([bytes, Buffer.from(more, 'latin1')]))).toEqual(found)
    }),
    many,
  )
})
