/** Bytes that come in parts, in one piece of memory that is copied seldom. */
export class GrowingBytes {
  #room = Buffer.alloc(0)
  #length = 0

  /** All that was added; what is added later does not change it. */
  get all(): Buffer {
    return this.#room.subarray(0, this.#length)
  }

  add(data: Buffer): void {
    const length = this.#length + data.length
    if (length > this.#room.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#room.length))
      this.all.copy(larger)
      this.#room = larger
    }
    data.copy(this.#room, this.#length)
    this.#length = length
  }
}
