import { nulRecords, type HostFiles } from '../host/host-files'
import { withoutLimit } from '../commands/long-paths'
import { markedFields, newMark } from '../commands/marked-fields'
import { noMoreThan } from '../commands/no-more-than'

/** Which file of a host a path is. */
export interface InodeNumber {
  readonly device: string
  readonly inode: string
}

// The mark comes as the first line of standard input. What is not there is passed over; xargs then ends with 123.
const script = `IFS= read -r mark || exit 3
exec xargs -0 -r stat -c "%d:%i$mark%n$mark" 2>/dev/null`
const someMissing = 123

/** Device and inode of absolute paths (bytes), whose last links are not followed. */
export async function inodeNumbers(
  host: HostFiles,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, InodeNumber>> {
  return await withoutLimit(host, paths, (near, some) => numbersOf(near, some, signal))
}

async function numbersOf(
  { transport, elevated }: HostFiles,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, InodeNumber>> {
  const found = new Map<string, InodeNumber>()
  if (paths.length === 0) return found
  const mark = newMark()
  const input = Buffer.concat([Buffer.from(`${mark}\n`), nulRecords(paths)])
  const command = { name: 'asking for inode numbers', script, input, elevated, accepts: [someMissing] }
  const said = markedFields(transport.run(command, signal), mark, 2, command)
  for await (const fields of noMoreThan(paths.length, 2, said, command)) {
    for (let at = 0; at < fields.length; at += 2) {
      const [device = '', inode = ''] = (fields[at] ?? '').split(':')
      found.set(fields[at + 1] ?? '', { device, inode })
    }
  }
  return found
}
