import { failed } from '../../core/base/failure'
import {
  isTarEnd,
  paxRecords,
  tarBlock,
  tarHeader,
  withPax,
  type TarHeader,
} from '../../core/files/tar-header'
import { unbelievable } from '../connection-failure'

/** An entry and its bytes, which are there until the next entry is asked for. */
export interface TarEntry {
  readonly header: TarHeader
  readonly content: AsyncIterable<Buffer>
  /** The header as it came, and the pax records that go before what it says. */
  readonly block: string
  readonly records: ReadonlyMap<string, string>
}

/** Pax records or a long name, in bytes; the longest path has 4,096. */
const longestRecords = 1024 * 1024

/**
 * The entries of an archive while it comes, with names as bytes: tar packages decode them, which makes names that are not
 * UTF-8 equal.
 * @throws FailureError `engine-answer-invalid` for what is no tar, `engine-failed` for one that ends too early
 */
export async function* tarEntries(stream: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const source = new ByteSource(stream)
  let records = new Map<string, string>()
  try {
    for (;;) {
      const block = (await source.exactly(tarBlock)).toString('latin1')
      if (isTarEnd(block)) return
      const plain = tarHeader(block)
      if (plain === undefined) throw unbelievable("The engine's archive cannot be read.")
      const padding = (size: number) => (tarBlock - (size % tarBlock)) % tarBlock
      if (/^[xgLK]$/.test(plain.typeFlag)) {
        if (plain.size > longestRecords) throw unbelievable("A name in the engine's archive has no end.")
        const body = (await source.exactly(plain.size)).toString('latin1')
        await source.skip(padding(plain.size))
        if (plain.typeFlag !== 'g') records = new Map([...records, ...recordsIn(plain.typeFlag, body)])
        continue
      }
      const header = withPax(plain, records)
      const ofThis = records
      records = new Map()
      source.left = /^[07]$/.test(header.typeFlag) ? header.size : 0
      const filled = padding(source.left)
      yield { header, content: source.content(), block, records: ofThis }
      await source.skip(source.left + filled)
    }
  } finally {
    await source.close()
  }
}

/** GNU's entries for long names say the same as pax records. */
function recordsIn(typeFlag: string, body: string): Map<string, string> {
  if (typeFlag === 'x') return paxRecords(body)
  return new Map([[typeFlag === 'L' ? 'path' : 'linkpath', body.replace(/\0.*$/s, '')]])
}

/** A stream that is read in the pieces that are wanted. */
class ByteSource {
  readonly #parts: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)
  /** Bytes of the present entry's content that were not read yet. */
  left = 0

  constructor(stream: AsyncIterable<Buffer>) {
    this.#parts = stream[Symbol.asyncIterator]()
  }

  async exactly(length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    for (let missing = length; missing > 0;) {
      const part = await this.#some(missing)
      parts.push(part)
      missing -= part.length
    }
    return Buffer.concat(parts)
  }

  async skip(length: number): Promise<void> {
    for (let missing = length; missing > 0;) missing -= (await this.#some(missing)).length
  }

  async *content(): AsyncGenerator<Buffer> {
    while (this.left > 0) {
      const part = await this.#some(this.left)
      this.left -= part.length
      yield part
    }
  }

  async close(): Promise<void> {
    await this.#parts.return?.()
  }

  async #some(most: number): Promise<Buffer> {
    while (this.#rest.length === 0) {
      const next = await this.#parts.next()
      if (next.done === true) throw endedEarly()
      this.#rest = next.value
    }
    const part = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(part.length)
    return part
  }
}

/** An engine that fails in the middle has no other way to say so. */
export function endedEarly(): Error {
  const remedy = 'What is read may be changing; read it again.'
  return failed('engine-failed', 'The archive from the engine ended too early.', remedy)
}
