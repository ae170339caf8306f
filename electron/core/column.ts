type Numbers = Int8Array | Uint8Array | Int16Array | Int32Array | Uint32Array | Float64Array

/** A typed array that grows: one fact of every node of a tree, by the node's number. */
export class Column<Values extends Numbers> {
  /** Longer than what is filled; another array after each growth, so nobody keeps it while the tree may grow. */
  values: Values
  readonly #make: new (length: number) => Values
  readonly #empty: number

  /** `empty` stands where nothing was written yet. */
  constructor(make: new (length: number) => Values, empty: number, capacity: number) {
    this.#make = make
    this.#empty = empty
    this.values = new make(capacity)
    if (empty !== 0) this.values.fill(empty)
  }

  /** Makes room for so many values. */
  reserve(length: number): void {
    const old = this.values
    if (length <= old.length) return
    const grown = new this.#make(Math.max(length, old.length * 2))
    grown.set(old)
    if (this.#empty !== 0) grown.fill(this.#empty, old.length)
    this.values = grown
  }
}
