import { failed } from '../core/failure'
import { nulRecords, type HostFiles } from './host-files'
import { opaqueByGetfattr } from './opaque-by-getfattr'

/**
 * GNU tar puts extended attributes into its headers (POSIX.1-2001 pax, `SCHILY.xattr.NAME`), and unlike getfattr it is
 * on every host with a GNU userland. Only directories go in, so no file's content is ever read. A directory that
 * vanished is complained about with status 2.
 */
const tarScript = `exec tar --create --file=- --format=pax --pax-option=delete=atime,delete=ctime,delete=mtime \\
  --no-recursion --absolute-names --null --verbatim-files-from --files-from=- \\
  --xattrs '--xattrs-include=trusted.overlay.opaque' 2>/dev/null`
const someMissing = [1, 2]

const blockSize = 512
const opaqueRecord = 'SCHILY.xattr.trusted.overlay.opaque'

/**
 * Of the given directories (absolute paths, bytes), those that hide everything below them: overlayfs.rst, "opaque". One that
 * vanished is not among them.
 */
export async function opaqueDirectories(
  host: HostFiles,
  directories: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  if (directories.length === 0) return new Set()
  if (host.tools.opaque === 'getfattr') return opaqueByGetfattr(host, directories, signal)
  const input = nulRecords(directories)
  const command = { script: tarScript, input, elevated: host.elevated, accepts: someMissing }
  const parts: Buffer[] = []
  for await (const part of host.transport.run(command, signal)) parts.push(part)
  return opaqueIn(Buffer.concat(parts))
}

/** Reads the headers of an archive of directories; exported for tests with archives of other makers. */
export function opaqueIn(archive: Buffer): Set<string> {
  const opaque = new Set<string>()
  let records = new Map<string, string>()
  for (let at = 0; at + blockSize <= archive.length;) {
    const header = archive.subarray(at, at + blockSize)
    if (header.every((byte) => byte === 0)) return opaque
    const size = parseInt(text(header, 124, 12), 8) || 0
    const body = archive.subarray(at + blockSize, at + blockSize + size)
    const flag = String.fromCharCode(header[156] ?? 0)
    if (flag === 'x') records = paxRecords(body)
    else {
      if (records.get(opaqueRecord) === 'y')
        opaque.add(withoutSlash(records.get('path') ?? ustarName(header)))
      records = new Map()
    }
    at += blockSize + Math.ceil(size / blockSize) * blockSize
  }
  throw failed('command-failed', 'The list of directory attributes from the host ended too early.')
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
