import type { BytePath } from '../../core/base/byte-path'
import type { FileType } from '../../core/changes/change'
import type { FileTime } from '../commands/file-time'

/** One entry of an upper directory as the host's find tells it. */
export interface UpperEntry {
  readonly path: BytePath
  readonly type: FileType
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly size: number
  /** Milliseconds since 1970, for showing. */
  readonly modifiedAt: number
  /** The same exactly, for comparing. */
  readonly time: FileTime
  /** Device and inode: the same for all names of a hard-linked file. */
  readonly inode: string
  readonly links: number
  readonly linkTarget: string
  /** A mark of fuse-overlayfs that deletes this path, and nothing else. */
  readonly isWhiteout?: boolean
}
