import { tarBlock, tarHeader } from '../../core/files/tar-header'

/** Headers that only describe the entry after them (POSIX pax, GNU long names). */
const descriptions: ReadonlySet<string> = new Set(['x', 'g', 'L', 'K'])

/** Counts the entries of a tar while its bytes pass. */
export class TarEntryCount {
  #entries = 0
  /** Bytes until the next header. */
  #left = 0
  #header = Buffer.alloc(0)
  #isLost = false

  /** Nothing where what passed could not be followed, such as a size that stands in a pax header alone. */
  get entries(): number | undefined {
    return this.#isLost ? undefined : this.#entries
  }

  take(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length && !this.#isLost) {
      const passed = Math.min(this.#left, bytes.length - at)
      this.#left -= passed
      at += passed
      if (this.#left > 0 || at >= bytes.length) return
      const wanted = tarBlock - this.#header.length
      this.#header = Buffer.concat([this.#header, bytes.subarray(at, at + wanted)])
      at += wanted
      if (this.#header.length === tarBlock) this.#read()
    }
  }

  #read(): void {
    const block = this.#header.toString('latin1')
    this.#header = Buffer.alloc(0)
    // Two empty blocks end it, and more may follow.
    if (/^\0*$/.test(block)) return
    const header = tarHeader(block)
    if (header === undefined) {
      this.#isLost = true
      return
    }
    if (!descriptions.has(header.typeFlag)) this.#entries += 1
    this.#left = Math.ceil(header.size / tarBlock) * tarBlock
  }
}
