import { failed } from '../../core/base/failure'

/** Extended attributes of one file by name, values as one character a byte. */
export type RawAttributes = ReadonlyMap<string, string>

/** Never follows a link and opens nothing. What has no attribute that matches (a pattern, `-` for all) is not printed at all. */
export const getfattrScript = (match: string) =>
  `exec xargs -0 -r getfattr --absolute-names --no-dereference --dump --encoding=hex --match='${match}' -- 2>/dev/null`

/** Bytes of attributes that are read of what is asked about at once; no text can be much longer. */
export const mostPrinted = 256 * 1024 * 1024

const heading = '# file: '

/**
 * Reads what getfattr prints: a heading with the path, a line for each attribute, an empty line. In paths, bytes that would
 * break a line are written as a backslash and three octal digits, the backslash too.
 * @throws FailureError `command-failed` for a path that was not asked about, and for output that ends in a line
 */
export function attributesPrinted(output: Buffer, asked: ReadonlySet<string>): Map<string, RawAttributes> {
  const all = new Map<string, RawAttributes>()
  let attributes = new Map<string, string>()
  const lines = output.toString('latin1').split('\n')
  if (lines.pop() !== '') throw malformed()
  for (const line of lines) {
    if (line.startsWith(heading)) {
      const path = line
        .slice(heading.length)
        .replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
      if (!asked.has(path)) throw malformed()
      attributes = new Map()
      all.set(path, attributes)
    } else if (line !== '') {
      const [, name = '', hex = ''] = /^([^=]+)=0x((?:[0-9a-f]{2})*)$/.exec(line) ?? []
      if (name === '') throw malformed()
      attributes.set(name, Buffer.from(hex, 'hex').toString('latin1'))
    }
  }
  return all
}

function malformed(): Error {
  return failed('command-failed', 'The list of attributes from the host is not well formed.')
}
