type Numbers = Int8Array | Uint8Array | Int16Array | Int32Array | Uint32Array | Float64Array

/** Values between two times at which the next array is worked on. */
const step = 2048

/**
 * A typed array that grows: one fact of every node of a tree, by the node's number. A large array costs most when its memory is
 * touched first, so the next one is filled bit by bit while the second half of this one is used, and growing is only a copy.
 */
export class Column<Values extends Numbers> {
  /** Longer than what is filled; another array after each growth, so nobody keeps it while the tree may grow. */
  values: Values
  readonly #make: new (length: number) => Values
  readonly #empty: number
  #next: { readonly values: Values; filled: number } | undefined
  /** Up to this length there is nothing to do. */
  #calmUpTo: number

  /** `empty` stands where nothing was written yet. */
  constructor(make: new (length: number) => Values, empty: number, capacity: number) {
    this.#make = make
    this.#empty = empty
    this.values = new make(capacity)
    if (empty !== 0) this.values.fill(empty)
    this.#calmUpTo = this.#half()
  }

  /** Makes room for so many values. */
  reserve(length: number): void {
    if (length <= this.#calmUpTo) return
    const { values } = this
    if (length > values.length) this.#grow(length)
    else {
      const part = (length - this.#half()) / (values.length - this.#half())
      this.#prepare(values.length * 2, part)
      this.#calmUpTo = Math.min(length + step, values.length)
    }
  }

  #half(): number {
    return this.values.length >> 1
  }

  #grow(length: number): void {
    const old = this.values
    const wanted = Math.max(length, old.length * 2)
    if (this.#next !== undefined && this.#next.values.length < wanted) this.#next = undefined
    const { values } = this.#prepare(wanted, 1)
    values.set(old)
    this.values = values
    this.#next = undefined
    this.#calmUpTo = Math.max(length, this.#half())
  }

  /** Fills the next array up to a part of it. */
  #prepare(size: number, part: number): { readonly values: Values } {
    const next = (this.#next ??= { values: new this.#make(size), filled: 0 })
    const until = Math.ceil(next.values.length * part)
    next.values.fill(this.#empty, next.filled, until)
    next.filled = until
    return next
  }
}
