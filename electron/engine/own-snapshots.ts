/** An image as a list has it, with the id in its label `lamina.snapshot`. */
export interface LabelledImage {
  readonly id: string
  /** The image that a builder made it from; empty where the engine does not tell. */
  readonly parent: string
  /** Seconds since 1970. */
  readonly created: number
  readonly snapshotId: string | undefined
}

/**
 * Snapshot ids of the images that are snapshots themselves, by image id. What is built from a snapshot inherits its labels: of images with
 * the same id the one is meant that none of the others is a parent of, and that was made first. Where two of them could be it, both
 * are kept, for neither is known to be a copy.
 */
export function ownSnapshots(images: readonly LabelledImage[]): Map<string, string> {
  const groups = new Map<string, LabelledImage[]>()
  for (const image of images) {
    if (image.snapshotId === undefined) continue
    const group = groups.get(image.snapshotId)
    if (group === undefined) groups.set(image.snapshotId, [image])
    else group.push(image)
  }
  const own = new Map<string, string>()
  for (const [snapshotId, group] of groups) {
    const ids = new Set(group.map(({ id }) => id))
    const roots = group.filter(({ parent }) => !ids.has(parent))
    const first = roots.reduce((least, { created }) => Math.min(least, created), Infinity)
    for (const { id } of roots.filter(({ created }) => created === first)) own.set(id, snapshotId)
  }
  return own
}
