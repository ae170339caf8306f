import { failed } from '../../core/base/failure'
import { isTarEnd, paxRecords, tarBlock, tarHeader, withPax } from '../../core/files/tar-header'
import type { RawAttributes } from './attributes-by-getfattr'

/**
 * GNU tar puts extended attributes into its headers (POSIX.1-2001 pax, `SCHILY.xattr.NAME`), and unlike getfattr it is
 * on every host with a GNU userland. Only directories may go in, so that no file's content is ever read.
 */
export const tarScript = `exec tar --create --file=- --format=pax --pax-option=delete=atime,delete=ctime,delete=mtime \\
  --no-recursion --absolute-names --null --verbatim-files-from --files-from=- \\
  --xattrs '--xattrs-include=trusted.overlay.*' '--xattrs-include=user.overlay.*' \\
  '--xattrs-include=user.fuseoverlayfs.*' 2>/dev/null`

const noRecords: ReadonlyMap<string, string> = new Map()

/**
 * Reads the headers of an archive of directories; those without attributes are left out.
 * @throws FailureError `command-failed` for an archive without an end, and for what is no header
 */
export function attributesInTar(archive: Buffer): Map<string, RawAttributes> {
  const all = new Map<string, RawAttributes>()
  let records = noRecords
  for (let at = 0; at + tarBlock <= archive.length;) {
    const block = archive.toString('latin1', at, at + tarBlock)
    if (isTarEnd(block)) return all
    const header = tarHeader(block)
    if (header === undefined)
      throw failed('command-failed', 'The list of directory attributes from the host is not well formed.')
    const { typeFlag, size } = header
    const body = at + tarBlock
    if (typeFlag === 'x') records = paxRecords(archive.toString('latin1', body, body + size))
    else {
      const { name, attributes } = withPax(header, records)
      if (attributes.size > 0) all.set(withoutSlash(name), attributes)
      records = noRecords
    }
    at = body + Math.ceil(size / tarBlock) * tarBlock
  }
  throw failed('command-failed', 'The list of directory attributes from the host ended too early.')
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
