import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import { bytePath, type BytePath } from '../core/byte-path'
import type { Change, ChangeKind } from '../core/change'

const [deflated, inflated] = [promisify(deflateRaw), promisify(inflateRaw)]
const kinds: readonly ChangeKind[] = ['added', 'modified', 'deleted']
/** Bytes of paths that are kept as they are; what comes beyond is compressed, in a thread that holds nothing up. */
const usuallyPlain = 16 * 1024 * 1024

/** Some changes, one after the other in arrays: as objects they would take five times the memory. */
interface Packed {
  /** One byte a character, without what stands between. */
  readonly paths: Buffer
  readonly isDeflated: boolean
  /** Where each path ends. */
  readonly ends: Uint32Array
  /** Numbers of `kinds`. */
  readonly kinds: Uint8Array
}

/** Changes without any facts, as an engine told them, however many they are; each is given back once. */
export class ToldChanges {
  readonly #packed: Packed[] = []
  readonly #mostPlain: number
  #plain = 0

  constructor(mostPlain = usuallyPlain) {
    this.#mostPlain = mostPlain
  }

  /** One call at a time. */
  async add(changes: readonly Change[]): Promise<void> {
    const ends = new Uint32Array(changes.length)
    let end = 0
    for (const [index, { path }] of changes.entries()) ends[index] = end += path.length
    const plain = Buffer.allocUnsafeSlow(end)
    let start = 0
    for (const { path } of changes) start += plain.write(path, start, 'latin1')
    const isDeflated = this.#plain + end > this.#mostPlain
    if (!isDeflated) this.#plain += end
    const paths = isDeflated ? await deflated(plain, { level: 1 }) : plain
    const numbers = Uint8Array.from(changes, ({ kind }) => kinds.indexOf(kind))
    this.#packed.push({ paths, isDeflated, ends, kinds: numbers })
  }

  /** Gives all changes in their order, as many at a time as were added, and forgets them on the way. */
  async *taken(): AsyncGenerator<Change[]> {
    for (let packed = this.#packed.shift(); packed !== undefined; packed = this.#packed.shift()) {
      const paths = packed.isDeflated ? await inflated(packed.paths) : packed.paths
      if (!packed.isDeflated) this.#plain -= paths.length
      yield changesIn(packed, paths)
    }
  }
}

function changesIn(packed: Packed, paths: Buffer): Change[] {
  let start = 0
  return Array.from(packed.ends, (end, index) => {
    const path: BytePath = bytePath(paths.toString('latin1', start, end))
    start = end
    return { path, kind: kinds[packed.kinds[index] ?? 0] ?? 'added', type: 'unknown' }
  })
}
