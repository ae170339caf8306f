/** A run of items whose place among the others is settled; within it only where `sorted`. */
interface Segment {
  readonly start: number
  readonly end: number
  readonly rows: number
  readonly sorted: boolean
}

/** An item and the first of its rows, counted from the beginning. */
export interface PlacedItem {
  readonly item: number
  readonly row: number
}

/** Segments up to this many items are sorted at once. */
const small = 2048
/** Items between two points where other work may go first. */
const slice = 8192
const sampled = 255

/**
 * Items, each of one row or more, that are brought into order only where somebody looks: the first screen of a million
 * siblings costs little more than one comparison each (a quicksort that leaves aside what is not asked for).
 */
export class RowOrder {
  readonly #items: Int32Array
  readonly #compare: (a: number, b: number) => number
  readonly #rowsOf: (item: number) => number
  #segments: readonly Segment[]

  /** `rows` is the sum of `rowsOf` over all items; the items are rearranged. */
  constructor(
    items: Int32Array,
    rows: number,
    compare: (a: number, b: number) => number,
    rowsOf: (item: number) => number,
  ) {
    this.#items = items
    this.#compare = compare
    this.#rowsOf = rowsOf
    this.#segments = [{ start: 0, end: items.length, rows, sorted: false }]
  }

  /** The items that have rows from `from` up to `to`, in order. Only one call may be under way at a time. */
  *between(from: number, to: number): Generator<void, PlacedItem[]> {
    const placed: PlacedItem[] = []
    let row = 0
    for (let index = 0; row < to;) {
      const segment = this.#segments[index]
      if (segment === undefined) break
      const isAsked = row + segment.rows > from
      if (isAsked && !segment.sorted) {
        const parts = yield* this.#nearerToOrder(segment, from - row, to - row)
        this.#segments = this.#segments.toSpliced(index, 1, ...parts)
        continue
      }
      if (isAsked) this.#place(segment, row, from, to, placed)
      row += segment.rows
      index += 1
    }
    return placed
  }

  #place({ start, end }: Segment, first: number, from: number, to: number, placed: PlacedItem[]): void {
    let row = first
    for (let at = start; at < end && row < to; at += 1) {
      const item = this.#items[at] ?? 0
      const rows = this.#rowsOf(item)
      if (row + rows > from) placed.push({ item, row })
      row += rows
    }
  }

  *#nearerToOrder(segment: Segment, from: number, to: number): Generator<void, Segment[]> {
    const { start, end, rows } = segment
    if (end - start <= small) {
      this.#items.subarray(start, end).sort(this.#compare)
      return [{ ...segment, sorted: true }]
    }
    const pivotAt = this.#pivotNear(segment, Math.max(0, from / rows), Math.min(1, to / rows))
    this.#swap(pivotAt, end - 1)
    const pivot = this.#items[end - 1] ?? 0
    let cut = start
    let rowsBefore = 0
    for (let at = start; at < end - 1; at += 1) {
      if ((at - start) % slice === slice - 1) yield
      const item = this.#items[at] ?? 0
      if (this.#compare(item, pivot) >= 0) continue
      rowsBefore += this.#rowsOf(item)
      this.#swap(at, cut)
      cut += 1
    }
    this.#swap(cut, end - 1)
    const own = this.#rowsOf(pivot)
    return [
      { start, end: cut, rows: rowsBefore, sorted: false },
      { start: cut, end: cut + 1, rows: own, sorted: true },
      { start: cut + 1, end, rows: rows - rowsBefore - own, sorted: false },
    ].filter((part) => part.start < part.end)
  }

  /** An item that parts the segment just behind or just before the fraction of it that is asked for, by a sample. */
  #pivotNear({ start, end }: Segment, from: number, to: number): number {
    const step = (end - start) / sampled
    const sample = Array.from({ length: sampled }, (_, index) => Math.floor(start + index * step))
    sample.sort((a, b) => this.#compare(this.#items[a] ?? 0, this.#items[b] ?? 0))
    // Room for the error of the sample, so that what is asked for seldom falls on both sides.
    const wanted =
      1 - to >= from ? to + 0.01 + 0.06 * Math.sqrt(to) : from - 0.01 - 0.06 * Math.sqrt(1 - from)
    const index = Math.min(Math.max(Math.round(wanted * sampled), 1), sampled - 2)
    return sample[index] ?? start
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#items[a] ?? 0, this.#items[b] ?? 0]
    this.#items[a] = right
    this.#items[b] = left
  }
}
