import type { ByteStrings } from '../columns/byte-strings'
import { Column } from '../columns/column'
import { FactColumns, unset } from './fact-columns'

/**
 * What a listing's nodes were when it was complete for the first time. Only what changed afterwards is kept: a node's facts are copied
 * when it changes for the first time, so that a listing that stays as it is costs nothing.
 */
export class OpeningFacts {
  readonly facts: FactColumns
  /** Where the copy of a node's facts is; beyond its end nothing was copied. */
  readonly #places = new Column(Int32Array, unset, 16)
  #copies = 0
  #size = Infinity

  constructor(targets: ByteStrings) {
    this.facts = new FactColumns(targets)
  }

  get isTaken(): boolean {
    return this.#size < Infinity
  }

  /** How many nodes changed since. */
  get copies(): number {
    return this.#copies
  }

  /** From now on changes are remembered; there are this many nodes. */
  take(size: number): void {
    this.#size = size
  }

  /** To be called before a node becomes something else. */
  remember(node: number, facts: FactColumns): void {
    if (node >= this.#size || !this.isTaken || this.place(node) !== unset) return
    this.facts.copy({ from: facts, fromAt: node, at: this.#copies })
    this.#places.reserve(node + 1)
    this.#places.values[node] = this.#copies
    this.#copies += 1
  }

  /** Where the facts of then are, or -1 where they are the same as now or the node did not exist. */
  place(node: number): number {
    return this.#places.at(node)
  }

  /** Whether the node came afterwards. */
  isLater(node: number): boolean {
    return node >= this.#size
  }
}
