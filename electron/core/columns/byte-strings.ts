import { Column } from './column'

/** Many short strings of bytes, one after the other in one array, each known by its number in the order they came. */
export class ByteStrings {
  readonly #bytes: Column<Uint8Array>
  readonly #starts = new Column(Uint32Array, 0, 1500)
  #length = 0

  /** Of what may be `long` the first bytes are not copied where there are many. */
  constructor(isLong = false) {
    this.#bytes = new Column(Uint8Array, 0, 16 * 1024, isLong)
  }

  get length(): number {
    return this.#length
  }

  /** Bytes of all strings. */
  get used(): number {
    return this.start(this.#length)
  }

  /** All bytes; a string's are those from its `start` up to its `end`. */
  get bytes(): Uint8Array {
    return this.#bytes.values
  }

  start(index: number): number {
    return this.#starts.values[index] ?? 0
  }

  end(index: number): number {
    return this.#starts.values[index + 1] ?? 0
  }

  /** Puts in a part of a text that has one character a byte, and gives its number. */
  add(text: string, from = 0, to = text.length): number {
    const index = this.#length
    const start = this.start(index)
    this.#bytes.reserve(start + to - from)
    this.#starts.reserve(index + 2)
    const bytes = this.#bytes.values
    for (let at = from; at < to; at += 1) bytes[start + at - from] = text.charCodeAt(at)
    this.#starts.values[index + 1] = start + to - from
    this.#length += 1
    return index
  }

  /** Forgets all strings and keeps the room for others. */
  clear(): void {
    this.#length = 0
  }

  text(index: number): string {
    const [bytes, end] = [this.bytes, this.end(index)]
    let text = ''
    for (let at = this.start(index); at < end; at += 1) text += String.fromCharCode(bytes[at] ?? 0)
    return text
  }

  /** Whether a string is this part of a text. */
  is(index: number, text: string, from: number, to: number): boolean {
    const [bytes, start] = [this.bytes, this.start(index)]
    if (this.end(index) - start !== to - from) return false
    for (let at = from; at < to; at += 1) {
      if (bytes[start + at - from] !== text.charCodeAt(at)) return false
    }
    return true
  }

  /** Negative where the first string comes before the second one, byte by byte. */
  compare(first: number, second: number): number {
    const bytes = this.bytes
    const [firstEnd, secondEnd] = [this.end(first), this.end(second)]
    let [left, right] = [this.start(first), this.start(second)]
    for (; left < firstEnd && right < secondEnd; left += 1, right += 1) {
      const difference = (bytes[left] ?? 0) - (bytes[right] ?? 0)
      if (difference !== 0) return difference
    }
    return firstEnd - left - (secondEnd - right)
  }
}
