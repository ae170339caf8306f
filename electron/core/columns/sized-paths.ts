import { bytePath, type BytePath } from '../base/byte-path'
import { ByteStrings } from './byte-strings'
import { Column } from './column'

/** A path and a number of bytes that belongs to it. */
export interface SizedPath {
  readonly path: BytePath
  readonly size: number
}

/** Many paths with sizes, kept as bytes: a tenth of what as many objects take. */
export class SizedPaths {
  readonly #paths = new ByteStrings()
  readonly #sizes = new Column(Float64Array, 0, 256)

  get length(): number {
    return this.#paths.length
  }

  add(path: BytePath, size: number): void {
    const index = this.#paths.add(path)
    this.#sizes.reserve(index + 1)
    this.#sizes.values[index] = size
  }

  /** Forgets all and keeps the room for others. */
  clear(): void {
    this.#paths.clear()
  }

  size(index: number): number {
    return this.#sizes.values[index] ?? 0
  }

  path(index: number): BytePath {
    return bytePath(this.#paths.text(index))
  }

  [Symbol.iterator](): Generator<SizedPath> {
    return this.first(this.length)
  }

  /** The first ones that were added. */
  *first(count: number): Generator<SizedPath> {
    for (let index = 0; index < count; index += 1) yield { path: this.path(index), size: this.size(index) }
  }
}
