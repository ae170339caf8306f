import { parentOf, rootPath, type BytePath } from '../base/byte-path'
import type { Change } from './change'

/** What an engine made in a container's own layer, by where it lies: no link is on the way to any of these. */
export interface MadeByEngine {
  /** Places for mounts: an empty file or a directory each, covered by what is mounted there. */
  readonly mountPoints: readonly BytePath[]
  readonly workingDirectories: readonly BytePath[]
  /** Whether a working directory may belong to them. */
  readonly isOwner: (uid: number, gid: number) => boolean
  /** Files to which the engine alone wrote, with the size they had when that was found out. */
  readonly files: ReadonlyMap<BytePath, number>
  /** With where they lead. */
  readonly links: ReadonlyMap<BytePath, string>
}

/** Modes of the directories that runtimes make: runc and the engines, and crun. Measured: nothing makes others. */
const madeModes: ReadonlySet<number> = new Set([0o755, 0o1755])

/**
 * Makes the test for changes that the engine made, and nobody in the container. A name alone is never enough: what is there must be what an
 * engine makes. A place for a mount is an empty file or a directory, which nobody in the container can reach; a directory above it, and
 * the working directory, have root's owner and the usual mode, as long as nobody gave them others; a link leads where the engine's does.
 * What the lens does not tell counts as the engine's. Nothing else that is modified, and nothing deleted, is ever the engine's.
 */
export function runtimePaths(made: MadeByEngine): (change: Change) => boolean {
  const mountPoints = new Set<BytePath>(made.mountPoints)
  const working = new Set<BytePath>(made.workingDirectories)
  const above = new Set<BytePath>()
  const all = [...mountPoints, ...working, ...made.links.keys()]
  for (const path of all)
    for (let at = parentOf(path); at !== rootPath && !above.has(at); at = parentOf(at)) above.add(at)
  // Few paths are so short, and looking one up costs more than a look at its length.
  const longest = Math.max(0, ...[...all, ...made.files.keys()].map((path) => path.length))
  return (change) => {
    const { path, kind, size } = change
    if (path.length > longest || kind === 'deleted') return false
    if (made.files.has(path)) return size === undefined || size === made.files.get(path)
    if (mountPoints.has(path)) return isPlace(change)
    if (kind !== 'added') return false
    if (made.links.has(path)) return isLinkTo(change, made.links.get(path))
    const isWorking = working.has(path)
    if (!isWorking && !above.has(path)) return false
    return isMadeDirectory(change, isWorking ? made.isOwner : () => false)
  }
}

/** The directories whose facts decide, so that a lens which tells none has to ask for them. */
export function isUndecided({ kind, type }: Change): boolean {
  return kind === 'added' && type === 'unknown'
}

/** An engine that mounts a container's layers to archive something may copy up what the image has there, as it is. */
function isPlace({ kind, type, size = 0, aspects }: Change): boolean {
  if (kind === 'modified') return aspects === 0
  return type === 'unknown' || type === 'directory' || (type === 'file' && size === 0)
}

function isMadeDirectory(
  { type, mode, uid = 0, gid = 0 }: Change,
  isOwner: MadeByEngine['isOwner'],
): boolean {
  if (type !== 'unknown' && type !== 'directory') return false
  return (mode === undefined || madeModes.has(mode)) && ((uid === 0 && gid === 0) || isOwner(uid, gid))
}

function isLinkTo({ type, linkTarget }: Change, target: string | undefined): boolean {
  return type === 'unknown' || (type === 'symlink' && (linkTarget === undefined || linkTarget === target))
}
