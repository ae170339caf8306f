import type { BytePath } from './byte-path'
import { aspectBit, type AspectBits, type Change, type FileType } from './change'

/** What is known of one version of a path without looking at its content. */
export interface VersionFacts {
  readonly type: FileType
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  /** Empty for what is no link. */
  readonly linkTarget: string
}

const [typeBit, contentBit, modeBit, ownerBit, timeBit, targetBit] = (
  ['type', 'content', 'mode', 'owner', 'time', 'link-target'] as const
).map(aspectBit) as [number, number, number, number, number, number]

/**
 * What differs between the versions of a path in a container and in any image, or in two images. It decides whether there is a row at all,
 * so that nothing counts which an engine's tar rounded (`isSameBesideImage`) or which moves by itself, as the time of a directory does with
 * whatever is in it; of versions of two types only the owner is compared. Of files of one size nothing is said about their content.
 *
 * Three others have rules of their own: `aspectsByEveryFact` (path-facts.ts) describes a path that was chosen, `aspectsOfCopy`
 * (hostfs/change-of-entry.ts) what the upper layer has a copy of, `differencesBetweenLooks` what happened since a container was looked at.
 */
export function aspectsBesideImage(now: VersionFacts, then: VersionFacts): AspectBits {
  let bits = 0
  if (now.uid !== then.uid || now.gid !== then.gid) bits |= ownerBit
  if (now.type !== then.type) return bits | typeBit
  // A link has no permissions of its own (symlink(7)).
  if (now.type !== 'symlink' && now.mode !== then.mode) bits |= modeBit
  if (now.type !== 'directory' && !isSameBesideImage(now.modifiedAt, then.modifiedAt)) bits |= timeBit
  if (now.type === 'file' && now.size !== then.size) bits |= contentBit
  if (now.type === 'symlink' && now.linkTarget !== then.linkTarget) bits |= targetBit
  return bits
}

/**
 * Layers come out of tars, and an engine's have whole seconds; so a whole second is equal to every moment in it. One
 * millisecond is what two tools may round apart.
 */
export function isSameBesideImage(a: number, b: number): boolean {
  if (Math.abs(a - b) <= 1) return true
  return (a % 1000 === 0 || b % 1000 === 0) && Math.floor(a / 1000) === Math.floor(b / 1000)
}

/** A row for a version, with the facts that its type has. */
export function changeOfVersion(path: BytePath, kind: Change['kind'], version: VersionFacts): Change {
  const { type, size, mode, uid, gid, modifiedAt, linkTarget } = version
  switch (type) {
    case 'file':
      return { path, kind, type, size, mode, uid, gid, modifiedAt }
    case 'symlink':
      return { path, kind, type, size, mode, uid, gid, modifiedAt, linkTarget }
    default:
      return { path, kind, type, mode, uid, gid, modifiedAt }
  }
}
