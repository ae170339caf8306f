import { bytePath, childOf, nameOf, parentOf } from '../core/byte-path'
import { opaqueMark, whiteoutPrefix } from '../core/whiteout'
import type { LayerEntry } from './layer-entries'
import type { UpperEntry } from './upper-entry'

/**
 * Entries as fuse-overlayfs means them: where it may not make devices it deletes with a file `.wh.NAME`, and marks an opaque
 * directory with a file too, `.wh..wh..opq` (its main.c, get_whiteout_name). Neither is an entry of its own. It takes the mark in the
 * directories that it moves for a deletion of `.wh..opq`, and so on; names that begin so are seen by nobody, and nor is their deletion.
 */
export async function* withFuseWhiteouts(batches: AsyncIterable<UpperEntry[]>): AsyncGenerator<UpperEntry[]> {
  for await (const entries of batches) {
    yield entries
      .filter(({ path }) => !isOfMarks(nameOf(path)))
      .map((entry) => {
        const name = nameOf(entry.path)
        if (!isFuseMark(name)) return entry
        const path = childOf(parentOf(entry.path), name.slice(whiteoutPrefix.length))
        return { ...entry, path, isWhiteout: true }
      })
  }
}

/** Whether fuse-overlayfs takes a name for a mark, which nobody sees. */
export function isFuseMark(name: string): boolean {
  return name.startsWith(whiteoutPrefix)
}

/** Marks that speak of other marks. */
function isOfMarks(name: string): boolean {
  return name.startsWith(whiteoutPrefix.repeat(2))
}

/** The entries of a layer below a directory as fuse-overlayfs means them, and the directories among them that hide what is below. */
export function fuseEntries(entries: readonly LayerEntry[]): {
  readonly entries: readonly LayerEntry[]
  readonly opaque: readonly string[]
} {
  const opaque: string[] = []
  const meant: LayerEntry[] = []
  for (const entry of entries) {
    const path = bytePath(entry.path)
    const [directory, name] = [parentOf(path), nameOf(path)]
    if (name === opaqueMark) opaque.push(directory)
    if (isOfMarks(name)) continue
    meant.push(
      isFuseMark(name)
        ? { ...entry, path: childOf(directory, name.slice(whiteoutPrefix.length)), whiteout: true }
        : entry,
    )
  }
  return { entries: meant, opaque }
}
