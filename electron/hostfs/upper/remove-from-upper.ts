import { depthOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import { failed } from '../../core/base/failure'
import { outputOf } from '../../transport/transport'
import { hostPath, nulRecords, type HostFiles } from '../host/host-files'
import { opaqueDirectories } from '../overlay/opaque-directories'
import { openPath } from '../content/open-path'
import { plainDialect } from '../host/overlay-dialect'
import type { HostStat } from '../lookups/stat-paths'

/**
 * moby, daemon/graphdriver/overlay2, and containers/storage, drivers/overlay: a container's own layer, named so by both. Nothing else is
 * ever written to. containerd only numbers its directories, so that a mistaken one could be another's.
 */
const upperOfContainer = /^\/(?:.+\/)?overlay2?\/([0-9a-f]{64}\/diff)$/
/** PATH_MAX, the longest path that Linux takes, with its zero byte. */
const longestPath = 4096

/** S_IFMT's values, inode(7). */
const typeBits = {
  unknown: 0,
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  'character-device': 0o020000,
  'block-device': 0o060000,
  fifo: 0o010000,
  socket: 0o140000,
} as const

/** What a container's own layer has at a path, and what of the layers below it hides. */
export interface OwnEntry {
  /** Nothing where the container's own layer does not have the path. A whiteout is one. */
  readonly stat: HostStat | undefined
  /** A directory above it hides what the layers below have there (overlayfs.rst, "opaque"). */
  readonly isHidden: boolean
  /** It hides what the layers below have in it. */
  readonly isOpaque: boolean
}

/**
 * Looks at a path in an upper directory (bytes) without following a link.
 * @throws FailureError `command-failed`, also for a path that is too long below the layer's directory
 */
export async function ownEntry(
  host: HostFiles,
  upper: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<OwnEntry> {
  if (hostPath(upper, path).length >= longestPath)
    throw failed('command-failed', 'The path is too long to be looked at on the host.')
  const opened = await openPath(host, upper, path, { offset: 0, length: 0 }, signal)
  await opened?.close()
  const above: string[] = []
  for (let at = parentOf(path); at !== rootPath; at = parentOf(at)) above.push(hostPath(upper, at))
  const own = hostPath(upper, path)
  const asked = opened?.stat.type === 'directory' ? [...above, own] : above
  const opaque = await opaqueDirectories(host, asked, signal)
  return {
    stat: opened?.stat,
    isHidden: above.some((directory) => opaque.has(directory)),
    isOpaque: opaque.has(own),
  }
}

/**
 * Whether an upper directory is one that may be written to here: a container's own, as Docker's overlay2 and Podman's overlay name it.
 * Never one that a program mounts (fuse-overlayfs): no mount of its tells which layers it has in use.
 */
export function isOwnUpper({ dialect }: Pick<HostFiles, 'dialect'>, upper: string): boolean {
  return (dialect ?? plainDialect).driver === 'kernel' && upperOfContainer.test(upper)
}

/**
 * Says `mounted` where a process of the host has the layer in use; its options name the upper directory whole or, where they
 * would be too long, from the driver's directory on (moby, overlay2). Only then something is done.
 *
 * Goes down from the layer's directory, a name at a time, never through a link, and takes away what has the last name. Nothing
 * changes the layer meanwhile, for it is in no use; the kernel allows changes of a layer only then (overlayfs.rst, "Changes to
 * underlying filesystems"). The type that was seen and mode that were seen must be there still.
 * Arguments: the layer's directory, its last two names, the type and mode that were seen, the names.
 */
const removeScript = `
root=$1 tail=$2 seen=$3
shift 3
inUse() { cat /proc/[0-9]*/mountinfo 2>/dev/null | grep -F -q "$tail"; }
say() { printf %s "$1"; exit 0; }
inUse && say mounted
cd -P "$root" 2>/dev/null || say changed
while [ $# -gt 1 ]; do
  [ ! -h "./$1" ] && [ -d "./$1" ] && cd -P "./$1" 2>/dev/null || say changed
  shift
done
[ "$(stat -c %f "./$1" 2>/dev/null)" = "$seen" ] || say changed
rm -rf "./$1" 2>/dev/null
if [ -e "./$1" ] || [ -h "./$1" ]; then say left; fi
inUse && say started
say removed
`
const script = `exec xargs -0 -r sh -c '${removeScript}' sh`

/**
 * Takes away what a container's own layer has at a path: an added one is gone by that, and of a changed or deleted one the
 * version of the layers below shows again, exactly.
 * @throws FailureError `conflict` where the layer is in use or is not as it was looked at, `command-failed`
 */
export async function removeFromUpper(
  host: HostFiles,
  upper: string,
  path: BytePath,
  seen: HostStat,
  signal: AbortSignal,
): Promise<void> {
  const tail = upperOfContainer.exec(upper)?.[1]
  if (tail === undefined || depthOf(path) === 0)
    throw failed('command-failed', "The engine names no layer's directory that may be changed.")
  const input = nulRecords([upper, tail, rawMode(seen), ...path.slice(1).split('/')])
  const output = await outputOf(
    host.transport,
    {
      name: 'removing a path from the upper directory',
      silence: 'long' as const,
      script,
      input,
      elevated: host.elevated,
    },
    signal,
    1000,
  )
  const said = output.toString('latin1')
  switch (said) {
    case 'removed':
      return
    case 'mounted':
      throw failed('conflict', "The container's layer is in use, so nothing was changed.", 'Try it again.')
    case 'started':
      throw failed(
        'conflict',
        'The container was started while its layer was being changed, and may not show it.',
        'Restart the container and look at the path again.',
      )
    case 'changed':
      throw failed('conflict', 'The path changed meanwhile, so nothing was changed.', 'Look at it again.')
    default:
      throw failed('command-failed', 'Not all of it could be removed on the host.', 'Look at the path again.')
  }
}

/** As stat's `%f` writes it. */
function rawMode({ type, mode }: HostStat): string {
  return (typeBits[type] + mode).toString(16)
}
