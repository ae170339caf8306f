import { isUtf8 } from 'node:buffer'
import { analyse } from 'chardet'

/** Encodings that text is told in, by the names that `TextDecoder` takes. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' | 'latin1'

/** A part of a file, and whether the file goes on before and after it: characters may then be cut through. */
export interface ContentPart {
  readonly bytes: Buffer
  readonly begins: boolean
  readonly ends: boolean
}

/** Bytes that are looked at where a guess has to be made; more make none better. */
const enoughToGuess = 64 * 1024

/**
 * The encoding of some text, or nothing for what is no text. In this order: byte order marks; strict UTF-8; UTF-16 by its zero
 * bytes; then a guess between GB18030 and Latin-1 by how often their characters come in real texts.
 */
export function textEncoding(part: ContentPart): TextEncoding | undefined {
  const { bytes } = part
  const marked = part.begins ? byteOrderMark(bytes) : undefined
  if (marked !== undefined) return isTextIn(marked, part) ? marked : undefined
  if (!bytes.includes(0) && isUtf8(wholeUtf8(part))) return 'utf-8'
  if (bytes.includes(0)) return wideEncoding(part)
  if (hasBinaryControls(bytes)) return undefined
  return isTextIn('gb18030', part) && looksChinese(bytes) ? 'gb18030' : 'latin1'
}

function byteOrderMark(bytes: Buffer): TextEncoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8'
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  if (bytes[0] === 0x84 && bytes[1] === 0x31 && bytes[2] === 0x95 && bytes[3] === 0x33) return 'gb18030'
  return undefined
}

/** Without the halves of characters at cut ends. A UTF-8 character has at most three continuation bytes (RFC 3629). */
function wholeUtf8({ bytes, begins, ends }: ContentPart): Buffer {
  let start = 0
  let end = bytes.length
  if (!begins) while (start < 3 && isContinuation(bytes[start])) start += 1
  if (!ends) {
    let lead = end - 1
    while (lead > end - 4 && isContinuation(bytes[lead])) lead -= 1
    const length = utf8Length(bytes[lead] ?? 0)
    if (length > end - lead) end = lead
  }
  return bytes.subarray(start, Math.max(start, end))
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80
}

function utf8Length(lead: number): number {
  if (lead >= 0xf0) return 4
  if (lead >= 0xe0) return 3
  return lead >= 0xc0 ? 2 : 1
}

/** One character of so many, at least, has a zero half in UTF-16 without a mark: a digit, a line break, a Latin letter. */
const leastNarrow = 3

/**
 * UTF-16 without a mark: in most texts the upper half of many characters is zero, and that of the same side. It must also
 * decode, and not into control characters, or any table of numbers would pass.
 */
function wideEncoding(part: ContentPart): TextEncoding | undefined {
  const { bytes } = part
  const zeros = [0, 0]
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const encoding = even > odd ? 'utf-16be' : 'utf-16le'
  const most = Math.max(even, odd)
  if (most * 2 * leastNarrow < bytes.length || Math.min(even, odd) * 50 > most) return undefined
  return isTextIn(encoding, part) ? encoding : undefined
}

/** Characters that no text has: controls other than white space, backspace and escape; noncharacters. */
// eslint-disable-next-line no-control-regex -- some control characters are exactly what is looked for
const notText = /[\u0000-\u0007\u000e-\u001a\u001c-\u001f\ufffe\uffff]/
const halfAtEnd = 3

/** Whether bytes decode without a fault, but for what is cut through at the ends of a part. */
function isTextIn(encoding: TextEncoding, { bytes, begins, ends }: ContentPart): boolean {
  for (let skip = 0; skip <= (begins ? 0 : halfAtEnd); skip += 1) {
    const text = decoded(encoding, bytes.subarray(skip), !ends)
    if (text !== undefined) return !notText.test(text)
    // Units of UTF-16 are two bytes wherever the part begins.
    if (encoding.startsWith('utf-16')) return false
  }
  return false
}

function decoded(encoding: TextEncoding, bytes: Buffer, stream: boolean): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream })
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

function hasBinaryControls(bytes: Buffer): boolean {
  return bytes.some((byte) => byte < 0x08 || (byte >= 0x0e && byte < 0x20 && byte !== 0x1b))
}

const western: ReadonlySet<string> = new Set(['ISO-8859-1', 'windows-1252'])

/** A tie is Chinese: that all of it decodes as GB18030 is rare for anything else. */
function looksChinese(bytes: Buffer): boolean {
  const guesses = analyse(bytes.subarray(0, enoughToGuess))
  const confidence = (is: (name: string) => boolean): number =>
    Math.max(0, ...guesses.filter(({ name }) => is(name)).map((guess) => guess.confidence))
  const chinese = confidence((name) => name === 'GB18030')
  return chinese > 0 && chinese >= confidence((name) => western.has(name))
}
