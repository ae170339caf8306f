import { Column } from './column'

/**
 * Where the lines of a tree are counted, one view after the other: memory costs most when it is touched first, and all of a large
 * tree's is needed for each view.
 */
export class CountRoom {
  readonly #shown = new Column(Uint8Array, 0, 64)
  readonly #inside = new Column(Uint8Array, 0, 64)
  readonly #states = new Column(Uint8Array, 0, 64)
  readonly #rowsBelow = new Column(Int32Array, 0, 64)
  readonly #childCounts = new Column(Int32Array, 0, 64)
  readonly #firstChildren = new Column(Int32Array, 0, 64)

  /** Numbers of one kind for so many nodes, all 0; they are in use until they are asked for again. */
  shown(size: number): Uint8Array {
    return zeros(this.#shown, size)
  }
  inside(size: number): Uint8Array {
    return zeros(this.#inside, size)
  }
  states(size: number): Uint8Array {
    return zeros(this.#states, size)
  }
  rowsBelow(size: number): Int32Array {
    return zeros(this.#rowsBelow, size)
  }
  childCounts(size: number): Int32Array {
    return zeros(this.#childCounts, size)
  }
  firstChildren(size: number): Int32Array {
    return zeros(this.#firstChildren, size)
  }
}

function zeros<Values extends Uint8Array | Int32Array>(column: Column<Values>, size: number): Values {
  column.clear()
  column.reserve(size)
  return column.values.subarray(0, size) as Values
}
