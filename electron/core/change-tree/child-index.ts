import type { ByteStrings } from '../columns/byte-strings'
import { Column } from '../columns/column'

/** The root, which is nobody's child. */
const noNode = 0
const any = () => true
/** Nodes that move to a larger table with each one that is added, so that no growth takes long: it is over before the next one. */
const movedAtOnce = 8

/** Finds a child of a node by its name: one hash table for a whole tree, because a Map for each directory takes ten times as much. */
export class ChildIndex {
  readonly #names: ByteStrings
  readonly #parents: Column<Int32Array>
  /** Kept, because working them out again would make growth slow. */
  readonly #hashes = new Column(Int32Array, 0, 1700)
  /** Nodes, found by trying one place after the other; never more than half full. */
  #slots = new Int32Array(2048)
  /** The table before, as long as not all of its nodes have moved; it has those up to `end`. */
  #before: { readonly slots: Int32Array; readonly end: number; moved: number } | undefined
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
    const isIt = (node: number) =>
      this.#hashes.values[node] === hash &&
      this.#parents.values[node] === parent &&
      this.#names.is(node, path, from, to) &&
      isWanted(node)
    // What came earlier is in the table before.
    const earlier = this.#before === undefined ? undefined : inTable(this.#before.slots, hash, isIt)
    return earlier ?? inTable(this.#slots, hash, isIt)
  }

  /** Remembers a node; nodes come in the order of their numbers, from 1, and are in the tree already. */
  add(node: number, parent: number, path: string, from: number, to: number): void {
    this.#hashes.reserve(node + 1)
    this.#hashes.values[node] = this.#hash(parent, path, from, to)
    if (node * 2 > this.#slots.length) {
      this.#before = { slots: this.#slots, end: node, moved: 1 }
      this.#slots = new Int32Array(this.#slots.length * 2)
    }
    if (this.#before !== undefined) this.#move(this.#before)
    this.#put(node)
  }

  #put(node: number): void {
    const mask = this.#slots.length - 1
    let slot = (this.#hashes.values[node] ?? 0) & mask
    while (this.#slots[slot] !== noNode) slot = (slot + 1) & mask
    this.#slots[slot] = node
  }

  #move(before: { readonly end: number; moved: number }): void {
    const until = Math.min(before.moved + movedAtOnce, before.end)
    for (; before.moved < until; before.moved += 1) this.#put(before.moved)
    if (until === before.end) this.#before = undefined
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

/** The first node on the way from its place that is the one. */
function inTable(slots: Int32Array, hash: number, isIt: (node: number) => boolean): number | undefined {
  const mask = slots.length - 1
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const node = slots[slot] ?? noNode
    if (node === noNode) return undefined
    if (isIt(node)) return node
  }
}
