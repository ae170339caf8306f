import type { BytePath } from '../base/byte-path'
import { SizedPaths } from '../columns/sized-paths'

/** Kept until a first sweep, and at most. */
const sweepAt = 50_000
const most = 200_000
/** Sizes of forgotten files are remembered as bits of this many; two sizes that share one are taken for each other. */
const bits = 2 ** 20

/**
 * Added files that a deleted file may have become. A listing may add a million and delete a few: those whose size no deleted file has so far are
 * forgotten, and their sizes remembered, since among files of such a size nothing can be said to be the only one any more.
 */
export class AddedFiles {
  #kept = new SizedPaths()
  /** Takes what a sweep keeps, and is swept itself the next time: memory costs most when it is touched first. */
  #spare = new SizedPaths()
  readonly #forgotten = new Uint8Array(bits / 8)
  readonly #deletedSizes: ReadonlySet<number>
  #nextSweep = sweepAt
  #forgot = 0

  /** @param deletedSizes sizes of deleted files, which may grow */
  constructor(deletedSizes: ReadonlySet<number>) {
    this.#deletedSizes = deletedSizes
  }

  get kept(): Iterable<{ readonly path: BytePath; readonly size: number }> {
    return this.#kept
  }

  /** How many files are not known any more. */
  get forgot(): number {
    return this.#forgot
  }

  add(path: BytePath, size: number): void {
    if (this.#kept.length >= this.#nextSweep) this.#sweep()
    if (this.#kept.length >= most) this.#forget(size)
    else this.#kept.add(path, size)
  }

  /** Whether all added files of a size are kept. */
  knowsAll(size: number): boolean {
    const bit = bitOf(size)
    return ((this.#forgotten[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0
  }

  #sweep(): void {
    const [swept, kept] = [this.#kept, this.#spare]
    kept.clear()
    for (let index = 0; index < swept.length; index += 1) {
      const size = swept.size(index)
      if (this.#deletedSizes.has(size)) kept.add(swept.path(index), size)
      else this.#forget(size)
    }
    this.#kept = kept
    this.#spare = swept
    this.#nextSweep = Math.max(sweepAt, kept.length * 2)
  }

  #forget(size: number): void {
    const bit = bitOf(size)
    this.#forgotten[bit >> 3] = (this.#forgotten[bit >> 3] ?? 0) | (1 << (bit & 7))
    this.#forgot += 1
  }
}

function bitOf(size: number): number {
  return Math.imul(size % 2 ** 32, 0x9e3779b1) >>> 12
}
