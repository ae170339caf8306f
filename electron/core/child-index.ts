import type { ByteStrings } from './byte-strings'
import { Column } from './column'

const noNode = -1
const any = () => true

/** Finds a child of a node by its name: one hash table for a whole tree, because a Map for each directory takes ten times as much. */
export class ChildIndex {
  readonly #names: ByteStrings
  readonly #parents: Column<Int32Array>
  /** Kept, because working them out again would make growth slow. */
  readonly #hashes = new Column(Int32Array, 0, 1700)
  /** Nodes, found by trying one place after the other; never more than half full. */
  #slots = new Int32Array(2048).fill(noNode)
  /** Another one in each process, so that nobody can choose names that all fall on the same place. */
  readonly #seed = Math.floor(Math.random() * 2 ** 32)

  constructor(names: ByteStrings, parents: Column<Int32Array>) {
    this.#names = names
    this.#parents = parents
  }

  /** The first child that was added with this name, the part of a path from `from` up to `to`, and is wanted. */
  find(
    parent: number,
    path: string,
    from: number,
    to: number,
    isWanted: (node: number) => boolean = any,
  ): number | undefined {
    const hash = this.#hash(parent, path, from, to)
    const [slots, hashes, parents] = [this.#slots, this.#hashes.values, this.#parents.values]
    const mask = slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const node = slots[slot] ?? noNode
      if (node === noNode) return undefined
      if (hashes[node] !== hash || parents[node] !== parent) continue
      if (this.#names.is(node, path, from, to) && isWanted(node)) return node
    }
  }

  /** Remembers a node; nodes come in the order of their numbers, from 1, and are in the tree already. */
  add(node: number, parent: number, path: string, from: number, to: number): void {
    this.#hashes.reserve(node + 1)
    this.#hashes.values[node] = this.#hash(parent, path, from, to)
    if (node * 2 > this.#slots.length) this.#grow(node)
    this.#put(node)
  }

  #put(node: number): void {
    const mask = this.#slots.length - 1
    let slot = (this.#hashes.values[node] ?? 0) & mask
    while (this.#slots[slot] !== noNode) slot = (slot + 1) & mask
    this.#slots[slot] = node
  }

  /** In the order in which they came, so that of equal names the first one is still found. */
  #grow(before: number): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(noNode)
    for (let node = 1; node < before; node += 1) this.#put(node)
  }

  /** FNV-1a, mixed at the end as MurmurHash3 does, so that the lowest bits depend on all of them. */
  #hash(parent: number, path: string, from: number, to: number): number {
    let hash = this.#seed ^ Math.imul(parent + 1, 0x9e3779b1)
    for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return hash ^ (hash >>> 16)
  }
}
