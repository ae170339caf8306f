/** One read-only file set of an image, with what the image's history tells of how it was made. */
export interface Layer {
  /** Digest of the uncompressed layer tar: the layer's identity on every engine (OCI image-spec, config.md). */
  readonly diffId: string
  /** Bytes as the engine reports them; absent where it does not. */
  readonly size?: number
  readonly createdBy: string
  readonly comment: string
  readonly author: string
  /** ISO 8601, or empty where the history does not say. */
  readonly createdAt: string
}

/** One step of an image's history; `empty` steps changed configuration only and made no layer. */
export interface HistoryEntry {
  readonly createdBy: string
  readonly comment: string
  readonly author: string
  readonly createdAt: string
  readonly empty: boolean
  readonly size?: number
}

/** A history entry in order, with the layer it made where it made one. */
export interface HistoryStep extends HistoryEntry {
  readonly diffId?: string
}

/**
 * Gives every layer (diff ids bottom to top) the non-empty history entry that made it. Where the counts do not match,
 * as in images imported or loaded with less history than layers, entries are matched from the top, because
 * tools append to a history and never insert.
 */
export function layersWithHistory(
  diffIds: readonly string[],
  history: readonly HistoryEntry[],
): { layers: Layer[]; steps: HistoryStep[] } {
  const makers = history.filter((entry) => !entry.empty)
  const offset = makers.length - diffIds.length
  const layers = diffIds.map((diffId, index) => {
    const maker = makers[index + offset]
    if (maker === undefined) return { diffId, createdBy: '', comment: '', author: '', createdAt: '' }
    const { createdBy, comment, author, createdAt, size } = maker
    return { diffId, createdBy, comment, author, createdAt, ...(size === undefined ? {} : { size }) }
  })
  let made = 0
  const steps = history.map((entry) => {
    if (entry.empty) return entry
    const diffId = diffIds[made++ - offset]
    return diffId === undefined ? entry : { ...entry, diffId }
  })
  return { layers, steps }
}
