import { nulRecords, type HostFiles } from '../host/host-files'
import { withoutLimit } from '../commands/long-paths'
import { withKeptStats } from '../attributes/kept-stats'
import { ownersAt } from '../host/layer-owners'
import { markedFields, newMark } from '../commands/marked-fields'
import { noMoreThan } from '../commands/no-more-than'
import { nulFields } from '../commands/nul-fields'
import { targetIn } from './link-targets'
import { parseStat, type HostStat } from './stat-paths'

/** What is at one path of the host, and where a link leads. */
export interface PlacedEntry extends HostStat {
  /** Device and inode of what has several names, else empty. */
  readonly inode: string
  readonly links: number
  readonly linkTarget: string
}

// Paths that are not there are the normal case, as in `statPaths`. Only GNU's stat quotes names, and minds QUOTING_STYLE.
const gnuScript = `QUOTING_STYLE=literal exec xargs -0 -r stat --printf '%f %u %g %s %.9Y %t %T\\0%h\\0%d:%i\\0%n\\0%N\\0' 2>/dev/null`
const portableScript = `IFS= read -r mark || exit 3
QUOTING_STYLE=literal exec xargs -0 -r stat -c "%f %u %g %s %Y %t %T$mark%h$mark%d:%i$mark%n$mark%N$mark" 2>/dev/null`
const someMissing = 123
const fieldsOfEntry = 5

/** Looks up absolute paths (bytes) without following a last link; those that are missing are left out. */
export async function entriesAt(
  host: HostFiles,
  places: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, PlacedEntry>> {
  return await withoutLimit(host, places, (near, some) => entriesOf(near, some, signal))
}

async function entriesOf(
  host: HostFiles,
  places: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, PlacedEntry>> {
  const found = new Map<string, PlacedEntry>()
  if (places.length === 0) return found
  const said = noMoreThan(places.length, fieldsOfEntry, fieldsAt(host, places, signal), looking)
  for await (const fields of said) {
    for (let at = 0; at < fields.length; at += fieldsOfEntry) {
      const [facts = '', linkCount = '', inode = '', place = '', shown = ''] = fields.slice(
        at,
        at + fieldsOfEntry,
      )
      const stat = parseStat(facts, ownersAt(host, place))
      const links = Number(linkCount)
      const linkTarget = stat.type === 'symlink' ? targetIn(shown, place) : ''
      found.set(place, { ...stat, links, inode: links > 1 ? inode : '', linkTarget })
    }
  }
  return await withKeptStats(host, found, signal)
}

const looking = { name: 'looking up paths and where links lead' }

function fieldsAt(
  { transport, elevated, tools }: HostFiles,
  places: readonly string[],
  signal: AbortSignal,
): AsyncIterable<string[]> {
  const input = nulRecords(places)
  const command = { ...looking, elevated, accepts: [someMissing] }
  if (tools.stat === 'gnu')
    return nulFields(transport.run({ ...command, script: gnuScript, input }, signal), fieldsOfEntry, command)
  const mark = newMark()
  const marked = Buffer.concat([Buffer.from(`${mark}\n`), input])
  return markedFields(
    transport.run({ ...command, script: portableScript, input: marked }, signal),
    mark,
    fieldsOfEntry,
    command,
  )
}
