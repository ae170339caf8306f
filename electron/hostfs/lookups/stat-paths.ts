import type { FileType } from '../../core/changes/change'
import type { OwnerMap } from '../../core/owners/id-map'
import { isOverlayWhiteout } from '../../core/changes/whiteout'
import { fileTime, millisecondsOf, type FileTime } from '../commands/file-time'
import { nulRecords, type HostFiles } from '../host/host-files'
import { withoutLimit } from '../commands/long-paths'
import { withKeptStats } from '../attributes/kept-stats'
import { ownedInside, ownersAt } from '../host/layer-owners'
import { markedFields, newMark } from '../commands/marked-fields'
import { noMoreThan } from '../commands/no-more-than'
import { nulFields } from '../commands/nul-fields'

/** What `lstat` says of a path. */
export interface HostStat {
  readonly type: FileType
  readonly whiteout: boolean
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Milliseconds since 1970, for showing. */
  readonly modifiedAt: number
  /** The same exactly, for comparing. */
  readonly time: FileTime
  /** Numbers of a device, `0:0` for what is none. */
  readonly device: string
}

// Paths that are not there are the normal case; their complaints are dropped, and xargs then ends with 123.
const statScript = `exec xargs -0 -r stat --printf '%f %u %g %s %.9Y %t %T\\0%n\\0' 2>/dev/null`
const someMissing = 123

/** The same without GNU's stat: the mark comes as the first line of standard input. */
const portableScript = `IFS= read -r mark || exit 3
exec xargs -0 -r stat -c "%f %u %g %s %Y %t %T$mark%n$mark" 2>/dev/null`

/** S_IFMT and its values, stat(2). */
const typeMask = 0o170000
const types = new Map<number, FileType>([
  [0o100000, 'file'],
  [0o040000, 'directory'],
  [0o120000, 'symlink'],
  [0o020000, 'character-device'],
  [0o060000, 'block-device'],
  [0o010000, 'fifo'],
  [0o140000, 'socket'],
])

/** Looks up absolute paths (bytes) of the host without following a last link; those that are missing are left out. */
export async function statPaths(
  host: HostFiles,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, HostStat>> {
  return await withoutLimit(host, paths, (near, some) => statsOf(near, some, signal))
}

async function statsOf(
  host: HostFiles,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, HostStat>> {
  const found = new Map<string, HostStat>()
  if (paths.length === 0) return found
  for await (const fields of noMoreThan(paths.length, 2, statFields(host, paths, signal), looking)) {
    for (let at = 0; at < fields.length; at += 2) {
      const place = fields[at + 1] ?? ''
      found.set(place, parseStat(fields[at] ?? '', ownersAt(host, place)))
    }
  }
  return await withKeptStats(host, found, signal)
}

const looking = { name: 'looking up paths' }

/** Facts and path by turns. */
function statFields(
  { transport, elevated, tools }: HostFiles,
  paths: readonly string[],
  signal: AbortSignal,
): AsyncIterable<string[]> {
  const input = nulRecords(paths)
  const command = { ...looking, elevated, accepts: [someMissing] }
  if (tools.stat === 'gnu')
    return nulFields(transport.run({ ...command, script: statScript, input }, signal), 2, command)
  const mark = newMark()
  const marked = Buffer.concat([Buffer.from(`${mark}\n`), input])
  return markedFields(
    transport.run({ ...command, script: portableScript, input: marked }, signal),
    mark,
    2,
    command,
  )
}

/** Reads `%f %u %g %s %Y %t %T` of stat(1), `%.9Y` of GNU's. `owners` says how the container numbers what is there. */
export function parseStat(facts: string, owners?: OwnerMap): HostStat {
  const [raw = '', uid = '', gid = '', size = '', modified = '', major = '', minor = ''] = facts.split(' ')
  const bits = parseInt(raw, 16)
  const type = types.get(bits & typeMask) ?? 'unknown'
  const device = { type, major: parseInt(major, 16), minor: parseInt(minor, 16) }
  const time = fileTime(modified)
  const stat = {
    type,
    whiteout: isOverlayWhiteout(device),
    mode: bits & 0o7777,
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    modifiedAt: millisecondsOf(time),
    time,
    device: `${String(device.major)}:${String(device.minor)}`,
  }
  return ownedInside(stat, owners)
}
