import type { FileType } from '../../core/changes/change'
import { commandFailure } from '../../transport/command-failure'
import { nulRecords, type HostFiles } from '../host/host-files'
import { reached } from '../commands/long-paths'
import { keptStats } from '../attributes/kept-stats'
import { markedFields, newMark } from '../commands/marked-fields'
import { nulFields } from '../commands/nul-fields'
import { portableFind } from '../commands/portable-find'
import { parseStat, statPaths } from '../lookups/stat-paths'
import { quoted } from '../commands/enter-directory'

/** One entry of a layer below a directory that was asked for. */
export interface LayerEntry {
  /** From that directory on: `/a/b`. */
  readonly path: string
  readonly type: FileType
  readonly mode: number
  /** Bytes of content, or of a link's target. */
  readonly size: number
  /** Device and inode where a file has several names, else empty. */
  readonly inode: string
  readonly whiteout: boolean
}

/** Some entries below one directory; each comes after the directory that it is in. */
export interface EntriesBelow {
  readonly directory: string
  readonly entries: readonly LayerEntry[]
}

// find wants its options behind its starting points, hence the inner shell; it may be busybox's, which knows no other find than its own.
const gnuScript = `FIND=$(command -v find); export FIND
exec xargs -0 -r sh -c 'exec "$FIND" "$@" -ignore_readdir_race -mindepth 1 -printf "%y %m %s %n %D:%i\\0%p\\0"' sh`

/** Without GNU's find names alone come from it, as in portable-entries.ts. The mark is the first line of standard input. */
const portableScript = `
IFS= read -r mark || exit 3
exec 5>&1
failures=$({
  { ( exec 3>&1; xargs -0 -r sh -c ${quoted(portableFind('find "$@" -mindepth 1 -print0'))} sh ) || echo "find failed" >&4; } |
    { xargs -0 -r stat -c "%f %u %g %s %Y %t %T %h %D:%i$mark%n$mark" 2>/dev/null >&5
      ended=$?; [ "$ended" = 0 ] || [ "$ended" = 123 ] || echo "stat ended with $ended"; }
} 4>&1)
[ -z "$failures" ] || { echo "$failures" >&2; exit 4; }
`

/**
 * Everything below some directories of lower layers (absolute paths, bytes, none inside another), one directory after the other.
 * Nothing but image builds writes there, so their paths are what they were when they were found.
 * @throws FailureError `command-failed` or `cancelled`
 */
export async function* entriesBelow(
  host: HostFiles,
  directories: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<EntriesBelow> {
  if (directories.length === 0) return
  for (const { host: near, paths, wholeOf } of reached(host, directories)) {
    for await (const { directory, entries } of entriesFrom(near, paths, signal))
      yield { directory: wholeOf(directory), entries }
  }
}

async function* entriesFrom(
  host: HostFiles,
  directories: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<EntriesBelow> {
  const starts = new Starts(directories)
  for await (const fields of listed(host, directories, signal)) {
    const devices = await whiteoutsAmong(host, fields, signal)
    const kept = await keptAmong(host, fields, signal)
    let directory = ''
    let entries: LayerEntry[] = []
    for (let at = 0; at < fields.length; at += 2) {
      const place = fields[at + 1] ?? ''
      const start = starts.of(place)
      if (start !== directory && entries.length > 0) {
        yield { directory, entries }
        entries = []
      }
      directory = start
      const entry = entryOf(host, fields[at] ?? '', place, place.slice(start.length), devices)
      entries.push({ ...entry, ...kept.get(place) })
    }
    if (entries.length > 0) yield { directory, entries }
  }
}

const listing = { name: 'listing directories of layers' }

/** Facts and path by turns. */
function listed(host: HostFiles, directories: readonly string[], signal: AbortSignal) {
  const { transport, elevated, tools } = host
  const input = nulRecords(directories)
  const command = { ...listing, elevated }
  if (tools.find === 'gnu')
    return nulFields(transport.run({ ...command, script: gnuScript, input }, signal), 2, command)
  const mark = newMark()
  const marked = Buffer.concat([Buffer.from(`${mark}\n`), input])
  return markedFields(
    transport.run({ ...command, script: portableScript, input: marked }, signal),
    mark,
    2,
    command,
  )
}

/** find does not print the numbers of a device, by which a whiteout is told. */
async function whiteoutsAmong(
  host: HostFiles,
  fields: readonly string[],
  signal: AbortSignal,
): Promise<Set<string>> {
  if (host.tools.find !== 'gnu') return new Set()
  const devices = fields.filter((_, at) => at % 2 === 1 && fields[at - 1]?.startsWith('c') === true)
  const stats = await statPaths(host, devices, signal)
  return new Set(devices.filter((place) => stats.get(place)?.whiteout === true))
}

/** Types and modes that the container sees instead of those on the host. */
async function keptAmong(
  host: HostFiles,
  fields: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Pick<LayerEntry, 'mode'> & Partial<Pick<LayerEntry, 'type'>>>> {
  if (host.dialect?.keepsStats !== true) return new Map()
  const isKept = host.tools.find === 'gnu' ? /^[fd]/ : /^[84]/
  const places = fields.filter((_, at) => at % 2 === 1 && isKept.test(fields[at - 1] ?? ''))
  const kept = await keptStats(host, places, signal)
  return new Map(
    [...kept].map(([place, { mode, type }]) => [place, { mode, ...(type === undefined ? {} : { type }) }]),
  )
}

function entryOf(
  { tools }: HostFiles,
  facts: string,
  place: string,
  path: string,
  whiteouts: ReadonlySet<string>,
): LayerEntry {
  const words = facts.split(' ')
  if (tools.find !== 'gnu') {
    const { type, mode, size, whiteout } = parseStat(facts)
    const [links = '', inode = ''] = words.slice(7)
    return { path, type, mode, size, whiteout, inode: links === '1' ? '' : inode }
  }
  const [letter = '', mode = '', size = '', links = '', inode = ''] = words
  return {
    path,
    type: letters.get(letter) ?? 'unknown',
    mode: parseInt(mode, 8),
    size: Number(size),
    inode: links === '1' ? '' : inode,
    whiteout: whiteouts.has(place),
  }
}

/** GNU find's letters for `%y`. */
const letters = new Map<string, FileType>([
  ['f', 'file'],
  ['d', 'directory'],
  ['l', 'symlink'],
  ['c', 'character-device'],
  ['b', 'block-device'],
  ['p', 'fifo'],
  ['s', 'socket'],
])

/** Which of the directories an entry is below; most are below the same one as the entry before. */
class Starts {
  readonly #all: ReadonlySet<string>
  #last = '/'

  constructor(directories: readonly string[]) {
    this.#all = new Set(directories)
  }

  of(place: string): string {
    if (place.startsWith(`${this.#last}/`)) return this.#last
    for (let end = place.lastIndexOf('/'); end > 0; end = place.lastIndexOf('/', end - 1)) {
      const start = place.slice(0, end)
      if (this.#all.has(start)) return (this.#last = start)
    }
    throw commandFailure(listing, 'its output names what was not asked for')
  }
}
