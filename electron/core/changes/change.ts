import type { BytePath } from '../base/byte-path'

/** What the upper layer did to one path, seen against the image below it. */
export const changeKinds = ['added', 'modified', 'deleted'] as const
export type ChangeKind = (typeof changeKinds)[number]

/** `unknown` where the lens does not tell (the engine's `/changes` names paths only). */
export const fileTypes = [
  'unknown',
  'file',
  'directory',
  'symlink',
  'character-device',
  'block-device',
  'fifo',
  'socket',
] as const
export type FileType = (typeof fileTypes)[number]

/**
 * What about a modified path differs from its lower version. `attributes` are extended attributes, file capabilities among them;
 * overlayfs's own are not counted.
 */
export const changeAspects = [
  'type',
  'content',
  'mode',
  'owner',
  'time',
  'link-target',
  'attributes',
] as const
export type ChangeAspect = (typeof changeAspects)[number]

/** A set of aspects as bits, one for each of `changeAspects` in its order: a million changes have one each. */
export type AspectBits = number

export function aspectBit(aspect: ChangeAspect): AspectBits {
  return 1 << changeAspects.indexOf(aspect)
}

export function aspectsIn(bits: AspectBits): ChangeAspect[] {
  return changeAspects.filter((aspect) => (bits & aspectBit(aspect)) !== 0)
}

/** Which view of the upper layer made a listing: its files on the host, or the engine's `/changes`. */
export type Lens = 'host' | 'engine'

/**
 * One path that the upper layer adds, modifies or deletes. For a deleted path the facts are those of the
 * lower version. Facts that the lens does not see are absent, never guessed.
 */
export interface Change {
  readonly path: BytePath
  readonly kind: ChangeKind
  readonly type: FileType
  /** Bytes of content; absent for directories. */
  readonly size?: number
  /** Permission bits including set-uid, set-gid and sticky (0o7777). */
  readonly mode?: number
  readonly uid?: number
  readonly gid?: number
  /** Milliseconds since 1970. */
  readonly modifiedAt?: number
  /** Raw bytes, like a path. */
  readonly linkTarget?: string
  /** Its bytes are not counted here: a further name of a file (hard link), or content that a lower layer still has. */
  readonly countedElsewhere?: boolean
  /** Of a modified path, as far as the listing knows them; absent where the lens does not tell. */
  readonly aspects?: AspectBits
  /** Whether content may differ although nothing that was looked at says so: both versions are files of one size. */
  readonly contentUnsure?: boolean
}

/** Counts of changes by kind, and the bytes of content in the upper layer (hard links counted once). */
export interface ChangeTotals {
  readonly added: number
  readonly modified: number
  readonly deleted: number
  readonly bytes: number
}

/** Bytes that a change puts into the upper layer. */
export function bytesInUpper(change: Change): number {
  return change.kind === 'deleted' || change.countedElsewhere === true ? 0 : (change.size ?? 0)
}

/** Something about a listing that a person should know before believing or committing it. */
export interface ChangeWarning {
  /** A file really named `.wh.NAME`: a commit turns it into the deletion of `NAME` (OCI image-spec, layer.md). */
  readonly kind: 'whiteout-name'
  readonly path: BytePath
  readonly deletes: BytePath
}

/** What a second look finds out about changes that were listed already. */
export type ChangeNote =
  /** Whether a modified file has the content of its lower version; settles `contentUnsure`. */
  | { readonly kind: 'content'; readonly path: BytePath; readonly same: boolean }
  /** Extended attributes of a modified path differ from those of its lower version. */
  | { readonly kind: 'attributes'; readonly path: BytePath }
  /** What was lost with a deleted directory, itself not counted: entries, and bytes of files (hard links counted once). */
  | { readonly kind: 'lost'; readonly path: BytePath; readonly entries: number; readonly bytes: number }
  /** An added path that is most likely a deleted one by another name. */
  | { readonly kind: 'moved'; readonly from: BytePath; readonly to: BytePath; readonly by: MoveEvidence }

/** `origin`: both are one lower inode (overlayfs's origin attribute); `content`: both have the same content. */
export const moveEvidence = ['origin', 'content'] as const
export type MoveEvidence = (typeof moveEvidence)[number]
