import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import { bytePath } from '../../core/base/byte-path'
import type { Change, ChangeKind } from '../../core/changes/change'
import { Column } from '../../core/columns/column'

const [deflated, inflated] = [promisify(deflateRaw), promisify(inflateRaw)]
const kinds: readonly ChangeKind[] = ['added', 'modified', 'deleted']
/** Bytes that are kept as they are; what comes beyond is compressed, in a thread that holds nothing up. */
const usuallyPlain = 16 * 1024 * 1024
/** Bytes of a number that says where a path ends. */
const endBytes = 4

/** Some changes: the numbers of their kinds, where each path ends, and the paths, one byte a character without what stands between. */
interface Packed {
  readonly count: number
  readonly start: number
  readonly end: number
  readonly isDeflated: boolean
}

/**
 * Changes without any facts, as an engine told them, however many they are; each is given back once. As objects they would take five times
 * the memory, and in many small buffers memory that is not given back to the system.
 */
export class ToldChanges {
  readonly #packed: Packed[] = []
  readonly #mostPlain: number
  #bytes = emptyColumn()
  #used = 0
  #plain = 0

  constructor(mostPlain = usuallyPlain) {
    this.#mostPlain = mostPlain
  }

  /** One call at a time. */
  async add(changes: readonly Change[]): Promise<void> {
    const plain = packed(changes)
    const isDeflated = this.#plain + plain.length > this.#mostPlain
    if (!isDeflated) this.#plain += plain.length
    const bytes = isDeflated ? await deflated(plain, { level: 1 }) : plain
    const start = this.#used
    this.#used += bytes.length
    this.#bytes.reserve(this.#used)
    this.#bytes.values.set(bytes, start)
    this.#packed.push({ count: changes.length, start, end: this.#used, isDeflated })
  }

  /** Gives all changes in their order, as many at a time as were added, and forgets them on the way; nothing is added meanwhile. */
  async *taken(): AsyncGenerator<Change[]> {
    for (let next = this.#packed.shift(); next !== undefined; next = this.#packed.shift()) {
      const bytes = Buffer.from(this.#bytes.values.subarray(next.start, next.end))
      if (!next.isDeflated) this.#plain -= bytes.length
      yield unpacked(next.isDeflated ? await inflated(bytes) : bytes, next.count)
    }
    if (this.#used === 0) return
    this.#used = 0
    this.#bytes = emptyColumn()
  }
}

function emptyColumn(): Column<Uint8Array> {
  return new Column(Uint8Array, 0, 0, true)
}

function packed(changes: readonly Change[]): Buffer {
  const pathsAt = changes.length * (1 + endBytes)
  const bytes = Buffer.allocUnsafeSlow(changes.reduce((length, { path }) => length + path.length, pathsAt))
  let end = pathsAt
  for (const [index, { path, kind }] of changes.entries()) {
    bytes[index] = kinds.indexOf(kind)
    end += bytes.write(path, end, 'latin1')
    bytes.writeUInt32LE(end, changes.length + index * endBytes)
  }
  return bytes
}

function unpacked(bytes: Buffer, count: number): Change[] {
  let start = count * (1 + endBytes)
  return Array.from({ length: count }, (_, index) => {
    const end = bytes.readUInt32LE(count + index * endBytes)
    const path = bytePath(bytes.toString('latin1', start, end))
    start = end
    return { path, kind: kinds[bytes[index] ?? 0] ?? 'added', type: 'unknown' }
  })
}
