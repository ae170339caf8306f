import type { BytePath } from './byte-path'

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
  /** A further name of a file (hard link) whose bytes are counted at its first name. */
  readonly countedElsewhere?: boolean
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
