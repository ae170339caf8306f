import type { BytePath } from '../core/byte-path'
import { bytePath } from '../core/byte-path'
import type { Change, ChangeKind } from '../core/change'

const kinds: readonly ChangeKind[] = ['added', 'modified', 'deleted']
const dropped = 255

/** Some changes, one after the other in arrays: as objects they would take five times the memory. */
interface Packed {
  /** One byte a character, without what stands between. */
  readonly paths: Buffer
  /** Where each path ends. */
  readonly ends: Uint32Array
  /** Numbers of `kinds`, or `dropped`. */
  readonly kinds: Uint8Array
}

/** The changes of a container as its engine told them, without any facts, however many they are. */
export class ToldChanges implements Iterable<Change> {
  readonly #packed: Packed[] = []

  add(changes: readonly Change[]): void {
    const ends = new Uint32Array(changes.length)
    let end = 0
    for (const [index, { path }] of changes.entries()) ends[index] = end += path.length
    const paths = Buffer.allocUnsafeSlow(end)
    let start = 0
    for (const { path } of changes) start += paths.write(path, start, 'latin1')
    this.#packed.push({ paths, ends, kinds: Uint8Array.from(changes, ({ kind }) => kinds.indexOf(kind)) })
  }

  *[Symbol.iterator](): Generator<Change> {
    for (const packed of this.#packed) yield* changesIn(packed)
  }

  /** Forgets changes of one kind, by their paths. */
  *drop(kind: ChangeKind, paths: ReadonlySet<BytePath>): Generator<void, void> {
    for (const packed of this.#packed) {
      dropFrom(packed, kinds.indexOf(kind), paths)
      yield
    }
  }

  /** Gives all changes once, some at a time, and forgets them on the way. */
  *taken(): Generator<Change[]> {
    for (let packed = this.#packed.shift(); packed !== undefined; packed = this.#packed.shift())
      yield [...changesIn(packed)]
  }
}

function dropFrom(packed: Packed, kind: number, paths: ReadonlySet<BytePath>): void {
  // Most batches have none of the kind, and no path has to be made for them.
  if (!packed.kinds.includes(kind)) return
  for (const [index, path] of pathsIn(packed))
    if (packed.kinds[index] === kind && paths.has(path)) packed.kinds[index] = dropped
}

function* changesIn(packed: Packed): Generator<Change> {
  for (const [index, path] of pathsIn(packed)) {
    const kind = kinds[packed.kinds[index] ?? dropped]
    if (kind !== undefined) yield { path, kind, type: 'unknown' }
  }
}

function* pathsIn({ paths, ends }: Packed): Generator<[number, BytePath]> {
  let start = 0
  for (const [index, end] of ends.entries()) {
    yield [index, bytePath(paths.toString('latin1', start, end))]
    start = end
  }
}
