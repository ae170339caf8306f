import type { FileType } from '../changes/change'

/** Bytes of a block; a header is one, and contents are filled up to whole ones (POSIX.1-2001, pax, "ustar"). */
export const tarBlock = 512

/** What a header says of what follows it. Names are bytes, one character each. */
export interface TarHeader {
  /** `0` a file, `5` a directory, `x` pax records for the next header, and so on. */
  readonly typeFlag: string
  readonly name: string
  readonly linkName: string
  readonly size: number
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  /** Numbers of a device, `MAJOR:MINOR`; `0:0` for what is none. */
  readonly device: string
  /** Extended attributes by name; values as bytes, one character each. */
  readonly attributes: ReadonlyMap<string, string>
}

const noAttributes: ReadonlyMap<string, string> = new Map()

/** The block that ends an archive. */
export function isTarEnd(block: string): boolean {
  return /^\0*$/.test(block)
}

/** Reads a header (a block with one character a byte); nothing where its checksum is wrong. */
export function tarHeader(block: string): TarHeader | undefined {
  if (block.length !== tarBlock || numberIn(block, 148, 8) !== checksum(block)) return undefined
  const prefix = block.startsWith('ustar\0', 257) ? textIn(block, 345, 155) : ''
  const name = textIn(block, 0, 100)
  const flag = block.charAt(156)
  return {
    typeFlag: flag === '\0' ? '0' : flag,
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: textIn(block, 157, 100),
    size: numberIn(block, 124, 12),
    mode: numberIn(block, 100, 8) % 0o10000,
    uid: numberIn(block, 108, 8),
    gid: numberIn(block, 116, 8),
    modifiedAt: signedIn(block, 136, 12) * 1000,
    device: `${String(numberIn(block, 329, 8))}:${String(numberIn(block, 337, 8))}`,
    attributes: noAttributes,
  }
}

/** Pax records as key and value; each is `LENGTH KEY=VALUE\n`, LENGTH counting the whole record in bytes. */
export function paxRecords(body: string): Map<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(' ', at)
    const length = Number(body.slice(at, space))
    if (space === -1 || !Number.isInteger(length) || length <= space - at) break
    const record = body.slice(space + 1, at + length - 1)
    const equals = record.indexOf('=')
    if (equals === -1) break
    records.set(record.slice(0, equals), record.slice(equals + 1))
    at += length
  }
  return records
}

/** Blocks that say something of the next header, which go before what that one says; text with one character a byte. */
export function paxHeader(records: ReadonlyMap<string, string>): string {
  const body = [...records].map(([key, value]) => paxRecord(`${key}=${value}\n`)).join('')
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`
  const owner = octal(0, 8) + octal(0, 8)
  const head = `${'PaxHeaders/next'.padEnd(100, '\0')}${octal(0o644, 8)}${owner}${octal(body.length, 12)}${octal(0, 12)}`
  const tail = `x${'\0'.repeat(100)}ustar\x0000`.padEnd(tarBlock - 156, '\0')
  const sum = checksum(`${head}${' '.repeat(8)}${tail}`)
  const padding = '\0'.repeat((tarBlock - (body.length % tarBlock)) % tarBlock)
  return `${head}${sum.toString(8).padStart(6, '0')}\0 ${tail}${body}${padding}`
}

/** Its length in front counts its own digits too. */
function paxRecord(rest: string): string {
  let length = rest.length + 2
  while (`${String(length)} ${rest}`.length !== length) length += 1
  return `${String(length)} ${rest}`
}

/** A header with what pax records say instead of it. */
export function withPax(header: TarHeader, records: ReadonlyMap<string, string>): TarHeader {
  const number = (key: string, otherwise: number, factor = 1): number => {
    const value = Number(records.get(key) ?? NaN) * factor
    return Number.isFinite(value) ? Math.trunc(value) : otherwise
  }
  return {
    ...header,
    name: records.get('path') ?? header.name,
    linkName: records.get('linkpath') ?? header.linkName,
    size: Math.max(0, number('size', header.size)),
    uid: number('uid', header.uid),
    gid: number('gid', header.gid),
    modifiedAt: number('mtime', header.modifiedAt, 1000),
    attributes: attributesIn(records),
  }
}

/** GNU tar, Go's archive/tar and others write extended attributes as records of star's (`SCHILY.xattr.NAME`). */
const attributeKey = 'SCHILY.xattr.'

function attributesIn(records: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const found = [...records].filter(([key]) => key.startsWith(attributeKey))
  return found.length === 0
    ? noAttributes
    : new Map(found.map(([key, value]) => [key.slice(attributeKey.length), value]))
}

const types = new Map<string, FileType>([
  ['0', 'file'],
  ['7', 'file'],
  ['2', 'symlink'],
  ['3', 'character-device'],
  ['4', 'block-device'],
  ['5', 'directory'],
  ['6', 'fifo'],
])

/** What an entry is; nothing for a hard link, which is another name of an entry before it. */
export function tarFileType({ typeFlag }: TarHeader): FileType | undefined {
  return typeFlag === '1' ? undefined : (types.get(typeFlag) ?? 'unknown')
}

/** The sum of all bytes, its own field counted as spaces. */
function checksum(block: string): number {
  let sum = 0
  for (let at = 0; at < block.length; at += 1) sum += at >= 148 && at < 156 ? 0x20 : block.charCodeAt(at)
  return sum
}

function textIn(block: string, start: number, length: number): string {
  const end = block.indexOf('\0', start)
  return block.slice(start, end === -1 ? start + length : Math.min(end, start + length))
}

/** As `numberIn`, and below zero where all bits are set above a number (GNU tar, "base-256"): a time before 1970. */
function signedIn(block: string, start: number, length: number): number {
  if (block.charCodeAt(start) !== 0xff) return numberIn(block, start, length)
  let value = -1
  for (let at = start + 1; at < start + length; at += 1) value = value * 256 + block.charCodeAt(at)
  return value
}

/** Octal digits; or, where the highest bit is set, the number itself (GNU tar, "base-256"). Never below zero. */
function numberIn(block: string, start: number, length: number): number {
  if (block.charCodeAt(start) !== 0x80)
    return Math.max(0, parseInt(textIn(block, start, length).trim(), 8) || 0)
  let value = 0
  for (let at = start + 1; at < start + length; at += 1) value = value * 256 + block.charCodeAt(at)
  return value
}
