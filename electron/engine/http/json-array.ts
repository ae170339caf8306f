import type { FailureError } from '../../core/base/failure'
import { unbelievable } from '../connection-failure'
import { deepest } from './json-limits'

/** Bytes after which what has come is parsed; some milliseconds of work. */
const usualPiece = 128 * 1024
/** The longest element of an array, in bytes, where nothing else is asked for. */
const usualElement = 1024 * 1024

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d]

/**
 * The elements of a JSON array while it comes, some at a time, so that none of a long one is held longer than it takes to read it. `null` has no
 * elements, as Go writes an empty list.
 * @throws FailureError `engine-answer-invalid` for what is no such array, or ends in the middle of it
 */
export async function* jsonArray(
  stream: AsyncIterable<Buffer> | Iterable<Buffer>,
  { pieceLength = usualPiece, longestElement = usualElement } = {},
): AsyncGenerator<unknown[]> {
  const splitter = new ArraySplitter(pieceLength, longestElement)
  for await (const part of stream) for (const text of splitter.push(part)) yield elementsOf(text)
  const last = elementsOf(splitter.end())
  if (splitter.wasCut && last.length === 0) throw notAnArray('it ends with a comma')
  yield last
}

/** Cuts an array between its elements, and makes an array of each piece. What stands between the cuts is for `JSON.parse` to judge. */
class ArraySplitter {
  readonly #pieceLength: number
  readonly #longest: number
  /** Bytes since the last cut. */
  #held: Buffer[] = []
  #heldLength = 0
  #depth = 0
  #isInText = false
  /** The byte before was a backslash that is not escaped itself. */
  #isEscaped = false
  /** The array goes on after what was given out. */
  wasCut = false

  constructor(pieceLength: number, longestElement: number) {
    this.#pieceLength = pieceLength
    this.#longest = pieceLength + longestElement
  }

  /** What came since the last piece, with the end of the array. */
  end(): string {
    return this.#piece(Buffer.alloc(0), '')
  }

  /** Pieces that are whole with this part. */
  *push(part: Buffer): Generator<string> {
    let from = 0
    let at = 0
    while (at < part.length) {
      at = this.#isInText ? this.#afterText(part, at) : this.#nextComma(part, at)
      const isAtComma = !this.#isInText && at < part.length && part[at] === comma && this.#depth === 1
      if (!isAtComma) continue
      if (this.#heldLength + at - from >= this.#pieceLength) {
        yield this.#piece(part.subarray(from, at), ']')
        this.wasCut = true
        from = at + 1
      }
      at += 1
    }
    this.#held.push(part.subarray(from))
    this.#heldLength += part.length - from
    if (this.#heldLength > this.#longest) throw notAnArray('an element of it has no end')
  }

  #piece(last: Buffer, ending: string): string {
    const text = Buffer.concat([...this.#held, last]).toString('utf8')
    this.#held = []
    this.#heldLength = 0
    return `${this.wasCut ? '[' : ''}${text}${ending}`
  }

  /** Goes on to the end of a text, or of the part. */
  #afterText(part: Buffer, from: number): number {
    for (let at = from; at < part.length; at += 1) {
      const byte = part[at]
      if (this.#isEscaped) this.#isEscaped = false
      else if (byte === backslash) this.#isEscaped = true
      else if (byte === quote) {
        this.#isInText = false
        return at + 1
      }
    }
    return part.length
  }

  /** Goes on to a comma between elements of the array, into a text, or to the end of the part. */
  #nextComma(part: Buffer, from: number): number {
    for (let at = from; at < part.length; at += 1) {
      const byte = part[at]
      if (byte === quote) {
        this.#isInText = true
        return at + 1
      }
      if (byte === openBracket || byte === openBrace) {
        this.#depth += 1
        if (this.#depth > deepest) throw notAnArray('it is nested too deeply')
      } else if (byte === closeBracket || byte === closeBrace) this.#depth -= 1
      else if (byte === comma && this.#depth === 1) return at
    }
    return part.length
  }
}

function elementsOf(text: string): unknown[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notAnArray('it is not whole, or not JSON')
  }
  if (value === null) return []
  if (!Array.isArray(value)) throw notAnArray('it is no list')
  return value as unknown[]
}

function notAnArray(why: string): FailureError {
  return unbelievable(`The engine's answer cannot be read: ${why}.`)
}
