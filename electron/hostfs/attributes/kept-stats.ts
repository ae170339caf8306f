import type { FileType } from '../../core/changes/change'
import type { Attributes } from '../../core/changes/path-facts'
import { outputOf } from '../../transport/transport'
import { attributesPrinted } from '../overlay/attributes-by-getfattr'
import { nulRecords, type HostFiles } from '../host/host-files'

/** What a mount program shows of a file instead of what the host has (fuse-overlayfs, `xattr_permissions=2`; containers-storage.conf(5), `force_mask`). */
const keptStatName = 'user.containers.override_stat'
const prefix = 'user.containers.override_'

/** Why such layers cannot be read on a host without getfattr. */
export const noKeptStats =
  "The engine's mount program keeps owners and modes in attributes of the files, which only getfattr can tell. Install it on the host (package attr)."

/** Owner and mode as the container sees them; the type where it is another one than the file's. */
export interface KeptStat {
  readonly uid: number
  readonly gid: number
  readonly mode: number
  readonly type?: FileType
}

interface StattedFacts {
  readonly type: FileType
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** Never follows a link and opens nothing. What has no such attribute is not printed at all. */
const script = `exec xargs -0 -r getfattr --absolute-names --no-dereference --encoding=hex --name=${keptStatName} -- 2>/dev/null`
const someMissing = [1, 123]

const types: ReadonlyMap<string, FileType> = new Map(
  Object.entries({
    file: 'file',
    dir: 'directory',
    symlink: 'symlink',
    pipe: 'fifo',
    socket: 'socket',
    block: 'block-device',
    char: 'character-device',
  } as const),
)

/**
 * What containers see of some paths of the host (bytes), where a mount program keeps owners and modes in an attribute. It does for files and
 * directories alone (fuse-overlayfs, override_mode), which these must be.
 * @throws FailureError `command-failed`
 */
export async function keptStats(
  host: HostFiles,
  places: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, KeptStat>> {
  const found = new Map<string, KeptStat>()
  if (host.dialect?.keepsStats !== true || places.length === 0) return found
  const command = {
    name: 'reading owners that a mount program keeps',
    script,
    input: nulRecords(places),
    elevated: host.elevated,
    accepts: someMissing,
  }
  const output = await outputOf(host.transport, command, signal)
  for (const [place, attributes] of attributesPrinted(output, new Set(places))) {
    const kept = keptStat(attributes.get(keptStatName) ?? '')
    if (kept !== undefined) found.set(place, kept)
  }
  return found
}

/**
 * The same facts by path of the host (bytes) as the container sees them.
 * @throws FailureError `command-failed`
 */
export async function withKeptStats<Facts extends StattedFacts>(
  host: HostFiles,
  found: Map<string, Facts>,
  signal: AbortSignal,
): Promise<Map<string, Facts>> {
  if (host.dialect?.keepsStats !== true) return found
  const places = [...found].filter(([, { type }]) => isKept(type)).map(([place]) => place)
  const kept = await keptStats(host, places, signal)
  return new Map([...found].map(([place, facts]) => [place, { ...facts, ...kept.get(place) }]))
}

/** The attributes of a file that the program shows: others than a user's own are kept under names of its own as well. */
export function keptAttributes(attributes: Attributes): Attributes {
  return new Map(
    [...attributes]
      .filter(([name]) => name !== keptStatName)
      .map(([name, value]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, value]),
  )
}

function isKept(type: FileType): boolean {
  return type === 'file' || type === 'directory'
}

/**
 * `UID:GID:MODE` in octal digits, with the type's bits or, as containers/storage writes it (pkg/idtools), with the type's name behind it and a
 * device's numbers behind that.
 */
export function keptStat(value: string): KeptStat | undefined {
  const [, uid, gid, mode = '', name] =
    /^(\d{1,10}):(\d{1,10}):([0-7]{1,7})(?::([a-z]+)(?:-\d+-\d+)?)?$/.exec(value) ?? []
  if (uid === undefined || gid === undefined) return undefined
  const type = types.get(name ?? '')
  return {
    uid: Number(uid),
    gid: Number(gid),
    mode: parseInt(mode, 8) & 0o7777,
    ...(type === undefined ? {} : { type }),
  }
}
