import { nameOf, parentOf, type BytePath } from '../base/byte-path'
import type { FileType } from '../changes/change'
import { Column } from '../columns/column'

/** What tells one directory's contents from another's without looking into files. */
export interface DirectoryShape {
  readonly path: BytePath
  readonly entries: number
  readonly bytes: number
  /** Equal for equal names, types and sizes below, in whatever order they came. */
  readonly key: string
}

/** Takes in entries, a directory before what is in it, and keeps some numbers for each directory alone. */
export class DirectoryShapes {
  readonly #numbers = new Map<BytePath, number>()
  readonly #paths: BytePath[] = []
  readonly #parents = new Column(Int32Array, -1, 64)
  readonly #entries = new Column(Float64Array, 0, 64)
  readonly #bytes = new Column(Float64Array, 0, 64)
  readonly #first = new Column(Uint32Array, 0, 64)
  readonly #second = new Column(Uint32Array, 0, 64)
  #lastPath: BytePath | undefined
  #lastNumber: number | undefined

  get size(): number {
    return this.#paths.length
  }

  /** An entry in a directory that was never begun is passed over. */
  add(path: BytePath, type: FileType, size: number): void {
    const parent = this.#numberOf(parentOf(path))
    if (type === 'directory') this.begin(path)
    if (parent === undefined) return
    this.#count(parent, 1, type === 'file' ? size : 0)
    if (type !== 'directory') this.#mix(parent, path, typeSeed(type, size), size >>> 0)
  }

  /** Begins with a directory, whatever it is in. */
  begin(path: BytePath): void {
    if (this.#numbers.has(path)) return
    const number = this.#paths.length
    for (const column of [this.#parents, this.#entries, this.#bytes, this.#first, this.#second])
      column.reserve(number + 1)
    this.#parents.values[number] = this.#numberOf(parentOf(path)) ?? -1
    this.#numbers.set(path, number)
    this.#paths.push(path)
    this.#lastPath = undefined
  }

  /** The shapes of all directories; nothing may be added afterwards. */
  *shapes(): Generator<DirectoryShape> {
    // Parents have smaller numbers, so what is in a directory is finished before it.
    for (let number = this.#paths.length - 1; number >= 0; number -= 1) {
      const path = this.#paths[number]
      if (path === undefined) continue
      const entries = this.#entries.values[number] ?? 0
      const bytes = this.#bytes.values[number] ?? 0
      const [first, second] = [this.#first.values[number] ?? 0, this.#second.values[number] ?? 0]
      yield { path, entries, bytes, key: [entries, bytes, first, second].join(':') }
      const parent = this.#parents.values[number] ?? -1
      if (parent === -1) continue
      this.#count(parent, entries, bytes)
      this.#mix(parent, path, first, second)
    }
  }

  #numberOf(directory: BytePath): number | undefined {
    if (directory !== this.#lastPath) {
      this.#lastPath = directory
      this.#lastNumber = this.#numbers.get(directory)
    }
    return this.#lastNumber
  }

  #count(number: number, entries: number, bytes: number): void {
    this.#entries.values[number] = (this.#entries.values[number] ?? 0) + entries
    this.#bytes.values[number] = (this.#bytes.values[number] ?? 0) + bytes
  }

  /** Sums do not mind the order. */
  #mix(number: number, path: BytePath, one: number, other: number): void {
    const name = nameOf(path)
    this.#first.values[number] = (this.#first.values[number] ?? 0) + hash(name, one, 0x01000193)
    this.#second.values[number] = (this.#second.values[number] ?? 0) + hash(name, other ^ one, 0x85ebca6b)
  }
}

function typeSeed(type: FileType, size: number): number {
  return (type.charCodeAt(0) * 0x9e3779b1 + type.length + Math.floor(size / 2 ** 32) + size * 31) >>> 0
}

/** FNV-1a with another prime for each half, and a last stir (MurmurHash3's) so that sums keep nothing of a pattern. */
function hash(text: string, seed: number, prime: number): number {
  let value = (0x811c9dc5 ^ seed) >>> 0
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), prime)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
