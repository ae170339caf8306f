import { changeAspects, type ChangeAspect, type FileType } from './change'

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
  /** Absent where they could not be read. */
  readonly attributes?: Attributes
  /** Which of the image's layers has it, 1 is the lowest. */
  readonly layer?: { readonly number: number; readonly of: number }
}

/**
 * What differs between two versions that are shown beside one another, as far as it is known: every fact that a person sees to be another
 * counts, a directory's time and a link's mode too. `sameContent` is nothing where content was not compared.
 * `isSameTime` tells what counts as one moment, in milliseconds.
 */
export function aspectsByEveryFact(
  upper: PathFacts,
  lower: PathFacts,
  sameContent: boolean | undefined,
  isSameTime: (one: number, other: number) => boolean = Object.is,
): ChangeAspect[] {
  const isLink = upper.type === 'symlink' && lower.type === 'symlink'
  const attributes = [upper.attributes, lower.attributes] as const
  const differs: Readonly<Record<ChangeAspect, boolean>> = {
    type: upper.type !== lower.type,
    content: sameContent === false,
    mode: upper.mode !== lower.mode,
    owner: upper.uid !== lower.uid || upper.gid !== lower.gid,
    time: !isSameTime(upper.modifiedAt, lower.modifiedAt),
    'link-target': isLink && upper.linkTarget !== lower.linkTarget,
    attributes:
      attributes[0] !== undefined &&
      attributes[1] !== undefined &&
      !sameAttributes(attributes[0], attributes[1]),
  }
  return changeAspects.filter((aspect) => differs[aspect])
}

/** Whether two versions have the same extended attributes, overlayfs's own not counted. */
export function sameAttributes(one: Attributes, other: Attributes): boolean {
  const compared = (all: Attributes) => new Map([...all].filter(([name]) => isCompared(name)))
  const [left, right] = [compared(one), compared(other)]
  return left.size === right.size && [...left].every(([name, value]) => right.get(name) === value)
}

/** SELinux labels a container's files anew, whatever the image had: the mount says what is seen. */
function isCompared(name: string): boolean {
  return !isOverlayOwn(name) && name !== 'security.selinux'
}

/**
 * Whether a name is one that union mounts keep for themselves (overlayfs.rst; fuse-overlayfs). What a container writes under such a name
 * is `overlay.overlay.` in the layer and its own.
 */
export function isOverlayOwn(name: string): boolean {
  return /^(?:trusted|user)\.(?:overlay|fuseoverlayfs)\.(?!overlay\.)/.test(name)
}
