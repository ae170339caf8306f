import { bytePath } from '../../core/base/byte-path'
import type { OwnerMap } from '../../core/owners/id-map'
import { bytesOf, type HostFiles } from '../host/host-files'
import { ownersAt } from '../host/layer-owners'
import { targetIn } from '../lookups/link-targets'
import { markedFields, newMark } from '../commands/marked-fields'
import { portableFind } from '../commands/portable-find'
import { parseStat } from '../lookups/stat-paths'
import type { UpperEntry } from './upper-entry'

/**
 * Lists with a find that can only name paths (busybox) and a stat that can only end its records with a newline. Each record
 * holds facts and name together, so what vanishes between the two is missing and shifts nothing. Mark and directory
 * come as the two lines of standard input. Only GNU's stat quotes names, and minds QUOTING_STYLE.
 */
const listScript = `
IFS= read -r mark && IFS= read -r upper && cd "$upper" || exit 3
export QUOTING_STYLE=literal
exec 5>&1
failures=$({
  { ( exec 3>&1; ${portableFind('find . -print0')} ) || echo "find failed" >&4; } |
    { xargs -0 -r stat -c "%f %u %g %s %Y %t %T$mark%h$mark%D:%i$mark%n$mark%N$mark" 2>/dev/null >&5
      ended=$?; [ "$ended" = 0 ] || [ "$ended" = 123 ] || echo "stat ended with $ended"; }
} 4>&1)
[ -z "$failures" ] || { echo "$failures" >&2; exit 4; }
`
const fieldsOfEntry = 5

/** Lists an upper directory and everything in it, a directory always before what is in it. Times are whole seconds. */
export async function* portableEntries(
  host: HostFiles,
  upper: string,
  signal: AbortSignal,
): AsyncGenerator<UpperEntry[]> {
  const { transport, elevated } = host
  const owners = ownersAt(host, bytesOf(upper))
  const mark = newMark()
  const command = {
    name: 'listing the upper directory',
    script: listScript,
    input: Buffer.from(`${mark}\n${upper}\n`),
    elevated,
  }
  for await (const fields of markedFields(transport.run(command, signal), mark, fieldsOfEntry, command)) {
    const entries: UpperEntry[] = []
    for (let at = 0; at < fields.length; at += fieldsOfEntry) {
      entries.push(parseEntry(fields.slice(at, at + fieldsOfEntry), owners))
    }
    yield entries
  }
}

/** The upper directory itself has the name `.`; every other one begins with `../`. */
function parseEntry(
  [facts = '', linkCount = '', inode = '', name = '', shown = '']: readonly string[],
  owners: OwnerMap | undefined,
): UpperEntry {
  const { type, mode, uid, gid, size, modifiedAt, time } = parseStat(facts, owners)
  const links = Number(linkCount)
  return {
    path: bytePath(name.slice(1)),
    type,
    mode,
    uid,
    gid,
    size,
    modifiedAt,
    time,
    inode: links > 1 ? inode : '',
    links,
    linkTarget: type === 'symlink' ? targetIn(shown, name) : '',
  }
}
