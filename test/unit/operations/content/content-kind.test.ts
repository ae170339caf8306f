import { execFileSync } from 'node:child_process'
import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { contentKind } from '../../../../electron/operations/content/content-kind'

const kindOf = (bytes: Buffer, { begins = true, ends = true } = {}) => contentKind({ bytes, begins, ends })
const hex = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex')
const text = (encoding: string) => ({ kind: 'text', encoding })

/** iconv is on every Debian (libc-bin). */
function inEncoding(encoding: string, said: string): Buffer {
  return execFileSync('iconv', ['-f', 'UTF-8', '-t', encoding], { input: said })
}

const chinese = '# 服务器配置文件\nport = 80\nname = 测试\n'
const german = 'Die Größe der Datei überschreitet für Müller die Länge der Straße.\n'
const french = "L'été dernier, les élèves étaient très fatigués à Noël.\n"

describe('text', () => {
  it.each([
    ['nothing at all', Buffer.alloc(0), 'utf-8'],
    ['ASCII', Buffer.from('plain\n'), 'utf-8'],
    ['a log with colours', Buffer.from('\u001b[31mred\u001b[0m\tand\r\n'), 'utf-8'],
    ['UTF-8', Buffer.from(`${chinese}🙂`), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${german}`), 'utf-8'],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${chinese}`, 'utf16le'), 'utf-16le'],
    ['UTF-16, the other way, with a mark', Buffer.from(`\ufeff${chinese}`, 'utf16le').swap16(), 'utf-16be'],
    ['UTF-16', Buffer.from(german, 'utf16le'), 'utf-16le'],
    ['UTF-16, the other way', Buffer.from(german, 'utf16le').swap16(), 'utf-16be'],
    ['Chinese UTF-16 with line breaks', Buffer.from(chinese, 'utf16le'), 'utf-16le'],
    ['GB18030', inEncoding('GB18030', chinese), 'gb18030'],
    ['two Chinese characters in a setting', inEncoding('GB18030', 'name=配置\n'), 'gb18030'],
    ['GB18030 with four-byte characters', inEncoding('GB18030', `${chinese}𠮷🙂`), 'gb18030'],
    ['German Latin-1', Buffer.from(german, 'latin1'), 'latin1'],
    ['French Latin-1', Buffer.from(french, 'latin1'), 'latin1'],
    ['one Latin-1 letter in a setting', Buffer.from('name=Müller\n', 'latin1'), 'latin1'],
  ])('is told by its bytes: %s', (_what, bytes, encoding) => {
    expect(kindOf(bytes)).toEqual(text(encoding))
  })

  it.each([
    ['utf-8', Buffer.from(`${chinese}🙂`.repeat(3))],
    ['gb18030', inEncoding('GB18030', `${chinese}𠮷`.repeat(20))],
  ])('in %s is the same wherever it is cut', (encoding, bytes) => {
    for (let at = 20; at < 60; at += 1) {
      expect(kindOf(bytes.subarray(0, at + 40), { ends: false })).toEqual(text(encoding))
      expect(kindOf(bytes.subarray(at), { begins: false })).toEqual(text(encoding))
    }
  })

  it('in UTF-8 may not end in half a character', () => {
    expect(kindOf(Buffer.from('abc é').subarray(0, -1)).encoding).not.toBe('utf-8')
  })

  it('may be cut between the halves of a UTF-16 pair', () => {
    const bytes = Buffer.from('\ufeffsmile 🙂', 'utf16le')
    expect(kindOf(bytes.subarray(0, -2), { ends: false })).toEqual(text('utf-16le'))
  })
})

describe('what is no text', () => {
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  const words = Buffer.alloc(400)
  for (let at = 0; at < 100; at += 1) words.writeUInt32LE(at * 7919, at * 4)

  it.each([
    ['every byte once', everyByte],
    ['zero bytes', Buffer.alloc(1000)],
    ['numbers of four bytes', words],
    ['compressed bytes', deflateSync(Buffer.from(german.repeat(50)))],
    ['text with a zero byte in it', Buffer.from('abc\0def\n')],
    ['a mark and then nothing that is UTF-16', hex('fffe 00d8 0000 01')],
    ['the characters of control', hex('e9 01 02 03')],
  ])('is binary: %s', (_what, bytes) => {
    expect(kindOf(bytes)).toEqual({ kind: 'binary' })
  })
})

describe('a format', () => {
  const tar = () => execFileSync('tar', ['-c', '-C', '/', 'etc/hostname'])
  it.each([
    ['image', 'image/png', hex('89504e470d0a1a0a 0000000d49484452')],
    ['image', 'image/jpeg', hex('ffd8ffe000104a464946')],
    ['image', 'image/gif', Buffer.from('GIF89a\x01\0')],
    ['image', 'image/webp', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ')],
    ['image', 'image/avif', Buffer.from('\0\0\0\x20ftypavif')],
    ['image', 'image/bmp', hex('424d 46000000 0000 0000 36000000')],
    ['image', 'image/vnd.microsoft.icon', hex('00000100 0100 1010 0000 0100')],
    ['sqlite', 'application/vnd.sqlite3', Buffer.from('SQLite format 3\0\x10\0')],
    ['elf', 'application/x-elf', execFileSync('head', ['-c', '512', process.execPath])],
    ['archive', 'application/gzip', gzipSync('x')],
    ['archive', 'application/zip', hex('504b0304 1400')],
    ['archive', 'application/x-tar', tar()],
    ['archive', 'application/x-bzip2', execFileSync('bzip2', { input: 'x' })],
    ['archive', 'application/x-xz', execFileSync('xz', { input: 'x' })],
    ['archive', 'application/zstd', hex('28b52ffd 2400')],
    ['archive', 'application/x-archive', Buffer.from('!<arch>\ndebian-binary')],
  ])('is told as %s, %s', (kind, mediaType, bytes) => {
    expect(kindOf(bytes)).toEqual({ kind, mediaType })
    expect(kindOf(bytes.subarray(0, 300), { ends: false })).toEqual({ kind, mediaType })
    expect(kindOf(bytes, { begins: false })).not.toHaveProperty('mediaType')
  })

  it('is not told where text merely begins alike', () => {
    for (const said of ['BM is short for', 'RIFF', 'PK', 'Rar!', 'GIF', '0707', 'BZh and more text'])
      expect(kindOf(Buffer.from(said))).toEqual(text('utf-8'))
  })
})
