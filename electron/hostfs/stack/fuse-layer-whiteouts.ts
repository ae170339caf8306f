import { bytePath, childOf, nameOf, parentOf } from '../../core/base/byte-path'
import { opaqueMark, whiteoutPrefix } from '../../core/changes/whiteout'
import { isFuseMark, isMarkOfMark } from '../overlay/fuse-marks'
import type { LayerEntry } from './layer-entries'

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
    if (isMarkOfMark(name)) continue
    meant.push(
      isFuseMark(name)
        ? { ...entry, path: childOf(directory, name.slice(whiteoutPrefix.length)), whiteout: true }
        : entry,
    )
  }
  return { entries: meant, opaque }
}
