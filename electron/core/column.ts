type Numbers = Int8Array | Uint8Array | Int16Array | Int32Array | Uint32Array | Float64Array

/** Values by which more is made ready at a time. */
const step = 2048

/**
 * A typed array that grows: one fact of every node of a tree, by the node's number. A large array costs most when its memory is
 * touched first, so that nothing is touched before it is needed, and the part of the next array into which this one will be
 * copied is touched bit by bit while the second half of this one is used.
 */
export class Column<Values extends Numbers> {
  /** Longer than what is ready; another array after each growth, so nobody keeps it while the tree may grow. */
  values: Values
  readonly #make: new (length: number) => Values
  readonly #empty: number
  /** Up to this length there is a value or `empty`; beyond there is nothing to be read. */
  #ready: number
  #next: { readonly values: Values; touched: number } | undefined

  /** `empty` stands where nothing was written yet. */
  constructor(make: new (length: number) => Values, empty: number, capacity: number) {
    this.#make = make
    this.#empty = empty
    this.values = new make(capacity).fill(empty) as Values
    this.#ready = capacity
  }

  /** Makes room for so many values. */
  reserve(length: number): void {
    if (length <= this.#ready) return
    if (length > this.values.length) this.#grow(length)
    const until = Math.min(length + step, this.values.length)
    this.values.fill(this.#empty, this.#ready, until)
    this.#ready = until
    const half = this.values.length >> 1
    if (until > half) this.#prepare((until - half) / (this.values.length - half))
  }

  /** Makes all of it empty. */
  clear(): void {
    this.values.fill(this.#empty, 0, this.#ready)
  }

  /** A value that may be beyond what was reserved. */
  at(index: number): number {
    return index < this.#ready ? (this.values[index] ?? this.#empty) : this.#empty
  }

  #grow(length: number): void {
    const old = this.values
    const values = length > old.length * 2 ? new this.#make(length) : this.#prepare(1).values
    values.set(old)
    values.fill(this.#empty, this.#ready, old.length)
    this.#ready = old.length
    this.values = values
    this.#next = undefined
  }

  /** Touches a part of what of the next array is going to be a copy of this one. */
  #prepare(part: number): { readonly values: Values } {
    const { length } = this.values
    const next = (this.#next ??= { values: new this.#make(length * 2), touched: 0 })
    const until = Math.ceil(length * part)
    next.values.fill(0, next.touched, until)
    next.touched = until
    return next
  }
}
