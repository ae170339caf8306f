import { failed } from '../core/failure'
import type { RawAttributes } from './overlay-attributes'

/**
 * GNU tar puts extended attributes into its headers (POSIX.1-2001 pax, `SCHILY.xattr.NAME`), and unlike getfattr it is
 * on every host with a GNU userland. Only directories may go in, so that no file's content is ever read.
 */
export const tarScript = `exec tar --create --file=- --format=pax --pax-option=delete=atime,delete=ctime,delete=mtime \\
  --no-recursion --absolute-names --null --verbatim-files-from --files-from=- \\
  --xattrs '--xattrs-include=trusted.overlay.*' '--xattrs-include=user.overlay.*' \\
  '--xattrs-include=user.fuseoverlayfs.*' 2>/dev/null`

const blockSize = 512
const attributeRecord = 'SCHILY.xattr.'

/**
 * Reads the headers of an archive of directories; those without attributes are left out.
 * @throws FailureError `command-failed` for an archive without an end
 */
export function attributesInTar(archive: Buffer): Map<string, RawAttributes> {
  const all = new Map<string, RawAttributes>()
  let records = new Map<string, string>()
  for (let at = 0; at + blockSize <= archive.length;) {
    const header = archive.subarray(at, at + blockSize)
    if (header.every((byte) => byte === 0)) return all
    const size = parseInt(text(header, 124, 12), 8) || 0
    const body = archive.subarray(at + blockSize, at + blockSize + size)
    const flag = String.fromCharCode(header[156] ?? 0)
    if (flag === 'x') records = paxRecords(body)
    else {
      const attributes = attributesOf(records)
      if (attributes.size > 0) all.set(withoutSlash(records.get('path') ?? ustarName(header)), attributes)
      records = new Map()
    }
    at += blockSize + Math.ceil(size / blockSize) * blockSize
  }
  throw failed('command-failed', 'The list of directory attributes from the host ended too early.')
}

function attributesOf(records: ReadonlyMap<string, string>): RawAttributes {
  const attributes = new Map<string, string>()
  for (const [key, value] of records) {
    if (key.startsWith(attributeRecord)) attributes.set(key.slice(attributeRecord.length), value)
  }
  return attributes
}

/** Each record is `LENGTH KEY=VALUE\n`, LENGTH counting the whole record in bytes. */
function paxRecords(body: Buffer): Map<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at)
    const length = Number(body.toString('latin1', at, space))
    if (space === -1 || !Number.isInteger(length) || length <= space - at) break
    const record = body.toString('latin1', space + 1, at + length - 1)
    const equals = record.indexOf('=')
    records.set(record.slice(0, equals), record.slice(equals + 1))
    at += length
  }
  return records
}

function ustarName(header: Buffer): string {
  const prefix = text(header, 345, 155)
  const name = text(header, 0, 100)
  return prefix === '' ? name : `${prefix}/${name}`
}

function text(header: Buffer, start: number, length: number): string {
  const field = header.toString('latin1', start, start + length)
  const end = field.indexOf('\0')
  return end === -1 ? field : field.slice(0, end)
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
