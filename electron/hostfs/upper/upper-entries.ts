import { bytePath, rootPath } from '../../core/base/byte-path'
import type { FileType } from '../../core/changes/change'
import type { OwnerMap } from '../../core/owners/id-map'
import { millisecondsOf } from '../commands/file-time'
import { bytesOf, hostPath, type HostFiles } from '../host/host-files'
import { withKeptStats } from '../attributes/kept-stats'
import { ownedInside, ownersAt } from '../host/layer-owners'
import { nulGroups } from '../commands/nul-fields'
import { fromOctal, numbersIn } from '../commands/numbers-in-bytes'
import { portableEntries } from './portable-entries'
import type { UpperEntry } from './upper-entry'
import { vanished } from '../commands/find-complaints'

// The directory comes as the only line of standard input; names that vanish meanwhile are passed over.
const listScript = `
IFS= read -r upper && cd "$upper" || exit 3
exec find . -ignore_readdir_race -printf '%y %m %U %G %s %n %D:%i %T@\\0%P\\0%l\\0'
`

/** GNU find's letters for `%y`, by their codes. */
const letters = new Map<number | undefined, FileType>(
  Object.entries({
    f: 'file',
    d: 'directory',
    l: 'symlink',
    c: 'character-device',
    b: 'block-device',
    p: 'fifo',
    s: 'socket',
  } as const).map(([letter, type]) => [letter.charCodeAt(0), type]),
)

/** Lists an upper directory and everything in it, a directory always before what is in it, in the order of the disk. */
export async function* upperEntries(
  host: HostFiles,
  upper: string,
  signal: AbortSignal,
): AsyncGenerator<UpperEntry[]> {
  const batches =
    host.tools.find === 'gnu' ? gnuEntries(host, upper, signal) : portableEntries(host, upper, signal)
  if (host.dialect?.keepsStats !== true) return yield* batches
  for await (const entries of batches) {
    const byPlace = new Map(entries.map((entry) => [hostPath(bytesOf(upper), entry.path), entry]))
    yield [...(await withKeptStats(host, byPlace, signal)).values()]
  }
}

async function* gnuEntries(
  host: HostFiles,
  upper: string,
  signal: AbortSignal,
): AsyncGenerator<UpperEntry[]> {
  const { transport, elevated } = host
  const owners = ownersAt(host, bytesOf(upper))
  const command = {
    name: 'listing the upper directory',
    script: listScript,
    input: Buffer.from(`${upper}\n`),
    elevated,
    passesOver: vanished,
  }
  for await (const { bytes, ends } of nulGroups(transport.run(command, signal), 3, command)) {
    const entries: UpperEntry[] = []
    for (let at = 0, start = 0; at < ends.length; at += 3) {
      const [facts = 0, path = 0, target = 0] = [ends[at], ends[at + 1], ends[at + 2]]
      entries.push(parseEntry(bytes, [start, facts, path, target], owners))
      start = target + 1
    }
    yield entries
  }
}

/** Reads numbers straight from the bytes: a million entries would make ten million short strings otherwise. */
function parseEntry(
  bytes: Buffer,
  [start, facts, path, target]: readonly [number, number, number, number],
  owners: OwnerMap | undefined,
): UpperEntry {
  const numbers = numbersIn(bytes, start + 2, facts)
  const [mode = 0, uid = 0, gid = 0, size = 0, links = 0, device = 0, inode = 0, seconds = 0] = numbers
  const fraction = numbers[8]
  // Ten digits, the last one a zero. find rounds seconds down before it writes the fraction: half a second before 1970 is -1.5.
  const time = fraction === undefined ? { seconds } : { seconds, nanoseconds: Math.floor(fraction / 10) }
  const entry = {
    path: facts + 1 === path ? rootPath : bytePath(`/${bytes.toString('latin1', facts + 1, path)}`),
    type: letters.get(bytes[start]) ?? 'unknown',
    mode: fromOctal(mode),
    uid,
    gid,
    size,
    modifiedAt: millisecondsOf(time),
    time,
    inode: links > 1 ? `${String(device)}:${String(inode)}` : '',
    links,
    linkTarget: path + 1 === target ? '' : bytes.toString('latin1', path + 1, target),
  }
  return ownedInside(entry, owners)
}
