import type { BytePath } from './byte-path'
import type { Change } from './change'

/** Files that engines make in every container for their own mounts (moby's daemon/initlayer; podman's libpod). */
const ownFiles: ReadonlySet<string> = new Set([
  ...['/.dockerenv', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/etc/mtab'],
  ...['/run/.containerenv', '/run/secrets', '/var/run/.containerenv'],
])
/** Always mounted: what a container writes there never reaches its upper layer. */
const ownMounts = ['/dev', '/proc', '/sys'] as const
const longestOwn = Math.max(...[...ownFiles].map((path) => path.length))

/**
 * Makes the test for changes that the engine makes for every container, or where something is mounted: empty files and bare
 * directories that only hold the place. A file with content is never one of them, nor is anything modified or deleted outside the
 * engine's own mounts: only somebody with a purpose writes there, and a commit keeps it. Where the lens tells no
 * sizes the place alone decides.
 */
export function runtimePaths(mounted: readonly BytePath[]): (change: Change) => boolean {
  const places = new Set<string>(mounted)
  const longest = Math.max(longestOwn, ...mounted.map((path) => path.length))
  return (change) => {
    const { path, kind } = change
    if (kind === 'deleted' || !isEmpty(change)) return false
    if (isInOwnMount(path)) return true
    // Few paths are so short, and looking one up costs more than a look at its length.
    if (kind !== 'added' || path.length > longest) return false
    return ownFiles.has(path) || places.has(path)
  }
}

function isEmpty({ type, size = 0 }: Change): boolean {
  return type !== 'file' || size === 0
}

function isInOwnMount(path: BytePath): boolean {
  return ownMounts.some(
    (mount) => path.startsWith(mount) && (path.length === mount.length || path[mount.length] === '/'),
  )
}
