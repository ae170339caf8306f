import type { FileType } from './change'

/** Extended attributes by name; values as bytes, one character each. */
export type Attributes = ReadonlyMap<string, string>

/** One version of a path with all its facts. */
export interface PathFacts {
  readonly type: FileType
  /** Bytes of a file or of a link's target. */
  readonly size?: number
  readonly mode: number
  readonly uid?: number
  readonly gid?: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  /** Raw bytes, like a path. */
  readonly linkTarget?: string
  /** Numbers of a device, `MAJOR:MINOR`. */
  readonly device?: string
  /** Absent where they could not be read. */
  readonly attributes?: Attributes
  /** Which of the image's layers has it, 1 is the lowest. */
  readonly layer?: { readonly number: number; readonly of: number }
}

/** Whether two versions have the same extended attributes, overlayfs's own not counted. */
export function sameAttributes(one: Attributes, other: Attributes): boolean {
  const compared = (all: Attributes) => new Map([...all].filter(([name]) => isCompared(name)))
  const [left, right] = [compared(one), compared(other)]
  return left.size === right.size && [...left].every(([name, value]) => right.get(name) === value)
}

/** Where a mount program keeps what it shows of a file instead of what the host has (containers-storage.conf(5), `force_mask`). */
const ofMountProgram = 'user.containers.override_'

/**
 * Whether an extended attribute belongs to the file and not to the mount. SELinux labels a container's files anew, whatever the image had: the
 * mount says what is seen.
 */
export function isCompared(name: string): boolean {
  return !isOverlayOwn(name) && !name.startsWith(ofMountProgram) && name !== 'security.selinux'
}

/**
 * Whether a name is one that union mounts keep for themselves (overlayfs.rst; fuse-overlayfs). What a container writes under such a name
 * is `overlay.overlay.` in the layer and its own.
 */
export function isOverlayOwn(name: string): boolean {
  return /^(?:trusted|user)\.(?:overlay|fuseoverlayfs)\.(?!overlay\.)/.test(name)
}
