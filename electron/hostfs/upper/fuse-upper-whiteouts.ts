import { childOf, nameOf, parentOf } from '../../core/base/byte-path'
import { whiteoutPrefix } from '../../core/changes/whiteout'
import { isFuseMark, isMarkOfMark } from '../overlay/fuse-marks'
import type { UpperEntry } from './upper-entry'

/**
 * Entries as fuse-overlayfs means them: where it may not make devices it deletes with a file `.wh.NAME`, and marks an opaque
 * directory with a file too, `.wh..wh..opq` (its main.c, get_whiteout_name). Neither is an entry of its own. It takes the mark in the
 * directories that it moves for a deletion of `.wh..opq`, and so on; names that begin so are seen by nobody, and nor is their deletion.
 */
export async function* withFuseWhiteouts(batches: AsyncIterable<UpperEntry[]>): AsyncGenerator<UpperEntry[]> {
  for await (const entries of batches) {
    yield entries
      .filter(({ path }) => !isMarkOfMark(nameOf(path)))
      .map((entry) => {
        const name = nameOf(entry.path)
        if (!isFuseMark(name)) return entry
        const path = childOf(parentOf(entry.path), name.slice(whiteoutPrefix.length))
        return { ...entry, path, isWhiteout: true }
      })
  }
}
