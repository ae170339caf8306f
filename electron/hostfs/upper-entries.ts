import { bytePath, type BytePath } from '../core/byte-path'
import type { FileType } from '../core/change'
import type { HostFiles } from './host-files'
import { nulFields } from './nul-fields'

/** One entry of an upper directory as the host's find tells it. */
export interface UpperEntry {
  readonly path: BytePath
  readonly type: FileType
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  /** Device and inode: the same for all names of a hard-linked file. */
  readonly inode: string
  readonly links: number
  readonly linkTarget: string
}

// The directory comes as the only line of standard input; names that vanish meanwhile are passed over.
const listScript = `
IFS= read -r upper && cd "$upper" || exit 3
exec find . -ignore_readdir_race -mindepth 1 -printf '%y %m %U %G %s %T@ %n %D:%i\\0%P\\0%l\\0'
`

/** GNU find's letters for `%y`. */
const letters: Readonly<Record<string, FileType>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  c: 'character-device',
  b: 'block-device',
  p: 'fifo',
  s: 'socket',
}

/** Lists everything in an upper directory, a directory always before what is in it, in the order of the disk. */
export async function* upperEntries(
  { transport, elevated }: HostFiles,
  upper: string,
  signal: AbortSignal,
): AsyncGenerator<UpperEntry[]> {
  const command = { script: listScript, input: Buffer.from(`${upper}\n`), elevated }
  for await (const fields of nulFields(transport.run(command, signal), 3)) {
    const entries: UpperEntry[] = []
    for (let at = 0; at < fields.length; at += 3) {
      entries.push(parseEntry(fields[at] ?? '', fields[at + 1] ?? '', fields[at + 2] ?? ''))
    }
    yield entries
  }
}

function parseEntry(facts: string, path: string, linkTarget: string): UpperEntry {
  const [letter = '', mode = '', uid = '', gid = '', size = '', time = '', links = '', inode = ''] =
    facts.split(' ')
  return {
    path: bytePath(`/${path}`),
    type: letters[letter] ?? 'unknown',
    mode: parseInt(mode, 8),
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    modifiedAt: Math.trunc(Number(time) * 1000),
    inode,
    links: Number(links),
    linkTarget,
  }
}
