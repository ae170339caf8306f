import { idRange, type IdMap, type OwnerMap } from '../../core/owners/id-map'
import { outputOf } from '../../transport/transport'
import type { HostFiles } from './host-files'

/**
 * The ids of root on the host come as two lines of standard input. Says the maps of the widest user namespace with that root, which one of
 * the engine's containers is in, and what the host has as subordinate ids; a line `=` stands between.
 */
const mapsScript = `
IFS= read -r uid && IFS= read -r gid || exit 3
widest=0 found=
for process in /proc/[0-9]*; do
  { read -r inside outside _ <"$process/gid_map"; } 2>/dev/null && [ "$inside:$outside" = "0:$gid" ] || continue
  width=0 root=
  while read -r inside outside count; do
    [ "$inside:$outside" != "0:$uid" ] || root=yes
    width=$((width + count))
  done 2>/dev/null <"$process/uid_map"
  [ -n "$root" ] && [ "$width" -gt "$widest" ] && found=$process widest=$width
done
show() { [ -z "$1" ] || cat "$1" 2>/dev/null; echo =; }
show "\${found:+$found/uid_map}"
show "\${found:+$found/gid_map}"
show /etc/subuid
show /etc/subgid
true
`

const longestAnswer = 4 * 1024 * 1024
/** What useradd gives a user (login.defs(5), SUB_UID_COUNT), where the host does not tell. */
const usualCount = 65_536

/** One range of ids for each, as useradd gives a user. */
export function usualOwners(root: { readonly uid: number; readonly gid: number }): OwnerMap {
  return { uids: ofSubordinates('', root.uid), gids: ofSubordinates('', root.gid) }
}

/**
 * How owners are numbered in the containers of an engine that was given a user namespace for them (dockerd, `--userns-remap`).
 * @throws FailureError `command-failed`
 */
export async function remappedOwners(
  { transport, elevated }: HostFiles,
  root: { readonly uid: number; readonly gid: number },
  signal: AbortSignal,
): Promise<OwnerMap> {
  const input = Buffer.from(`${String(root.uid)}\n${String(root.gid)}\n`)
  const output = await outputOf(
    transport,
    { name: "reading how the engine's user namespace numbers owners", script: mapsScript, input, elevated },
    signal,
    longestAnswer,
  )
  const [uids = '', gids = '', subuids = '', subgids = ''] = output.toString('latin1').split(/^=$/m)
  return {
    uids: mapWithRoot(ofProcess(uids), root.uid) ?? ofSubordinates(subuids, root.uid),
    gids: mapWithRoot(ofProcess(gids), root.gid) ?? ofSubordinates(subgids, root.gid),
  }
}

function mapWithRoot(map: IdMap, root: number): IdMap | undefined {
  return map.some(({ inside, outside }) => inside === 0 && outside === root) ? map : undefined
}

function ofProcess(lines: string): IdMap {
  return lines
    .split('\n')
    .map(idRange)
    .filter((range) => range !== undefined)
}

/**
 * All ranges of the user whose first or lowest one begins with root (subuid(5)), one after the other: versions of moby take them as they
 * stand or by number (pkg/idtools).
 */
function ofSubordinates(lines: string, root: number): IdMap {
  const ranges = new Map<string, [start: number, count: number][]>()
  for (const line of lines.split('\n')) {
    const [, user, start, count] = /^([^:]+):(\d{1,10}):(\d{1,10})\s*$/.exec(line) ?? []
    if (user === undefined || Number(count) === 0) continue
    ranges.set(user, [...(ranges.get(user) ?? []), [Number(start), Number(count)]])
  }
  const all = [...ranges.values()]
  const orders = [...all, ...all.map((own) => own.toSorted(([one], [other]) => one - other))]
  const own = orders.find(([first]) => first?.[0] === root) ?? [[root, usualCount]]
  let inside = 0
  return own.map(([outside, count]) => {
    const range = { inside, outside, count }
    inside += count
    return range
  })
}
