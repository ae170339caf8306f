import { childOf, nameOf, parentOf } from '../core/byte-path'
import { opaqueMark, whiteoutPrefix } from '../core/whiteout'
import type { UpperEntry } from './upper-entry'

/**
 * Entries as fuse-overlayfs means them: where it may not make devices it deletes with a file `.wh.NAME`, and marks an opaque
 * directory with a file too (its main.c). Neither is an entry of its own.
 */
export async function* withFuseWhiteouts(batches: AsyncIterable<UpperEntry[]>): AsyncGenerator<UpperEntry[]> {
  for await (const entries of batches) {
    yield entries
      .filter(({ path }) => nameOf(path) !== opaqueMark)
      .map((entry) => {
        const name = nameOf(entry.path)
        if (!name.startsWith(whiteoutPrefix)) return entry
        const path = childOf(parentOf(entry.path), name.slice(whiteoutPrefix.length))
        return { ...entry, path, isWhiteout: true }
      })
  }
}
