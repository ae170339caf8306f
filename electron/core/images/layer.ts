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

/** One step of an image's history. */
export interface HistoryEntry {
  readonly createdBy: string
  readonly comment: string
  readonly author: string
  readonly createdAt: string
  /** It changed configuration only and made no layer; absent where that is not known. */
  readonly empty?: boolean
  readonly size?: number
}

/** An image's history, oldest step first. */
export interface ImageHistory {
  readonly entries: readonly HistoryEntry[]
  /**
   * It has a step for each layer and no more. Images that were loaded without a history, or made by other builders, may have fewer or
   * more; then nothing tells which step made which layer.
   */
  readonly isWhole: boolean
}

/** A history entry in order, with the layer it made where that is known. */
export interface HistoryStep extends HistoryEntry {
  readonly diffId?: string
}

/**
 * Gives each layer (diff ids bottom to top) the step that made it, where only one can be it, and the size that the step has. Of a
 * history that is not whole nothing is known but its steps.
 */
export function layersWithHistory(
  diffIds: readonly string[],
  { entries, isWhole }: ImageHistory,
): { layers: Layer[]; steps: HistoryStep[] } {
  const places = isWhole ? layersOfSteps(entries, diffIds.length) : new Map<number, number>()
  const makers = new Map([...places].map(([step, layer]) => [layer, entries[step]]))
  const layers = diffIds.map((diffId, index) => {
    const maker = makers.get(index)
    if (maker === undefined) return { diffId, createdBy: '', comment: '', author: '', createdAt: '' }
    const { createdBy, comment, author, createdAt, size } = maker
    return { diffId, createdBy, comment, author, createdAt, ...(size === undefined ? {} : { size }) }
  })
  const steps = entries.map(({ size, ...entry }, index) => {
    const diffId = diffIds[places.get(index) ?? -1]
    return { ...entry, ...(diffId === undefined ? {} : { diffId }), ...sizeOf(size, diffId, entry.empty) }
  })
  return { layers, steps }
}

/** An engine's size of a step is that of some layer, which is the step's own only where that is known. */
function sizeOf(size: number | undefined, diffId: string | undefined, empty: boolean | undefined) {
  return size === undefined || (diffId === undefined && empty !== true) ? {} : { size }
}

/**
 * Which layer each step made, as numbers from the bottom. Where it is not known of some steps whether they made one, only the number of
 * those is: a step has the layer that it has in every case.
 */
function layersOfSteps(entries: readonly HistoryEntry[], layerCount: number): Map<number, number> {
  const certain = entries.filter(({ empty }) => empty === false).length
  const open = entries.filter(({ empty }) => empty === undefined).length
  const wanted = layerCount - certain
  const places = new Map<number, number>()
  let [certainBelow, openBelow] = [0, 0]
  entries.forEach(({ empty }, step) => {
    const least = certainBelow + Math.max(0, wanted - (open - openBelow))
    const most = certainBelow + Math.min(wanted, openBelow)
    if (empty === false && least === most) places.set(step, least)
    if (empty === false) certainBelow += 1
    if (empty === undefined) openBelow += 1
  })
  return places
}
