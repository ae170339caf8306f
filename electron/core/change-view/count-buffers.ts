import { Column } from '../columns/column'

/**
 * Where the lines of a tree are counted, one view after the other: memory costs most when it is touched first, and all of a large
 * tree's is needed for each view.
 */
export class CountRoom {
  readonly #bytes = {
    shown: new Column(Uint8Array, 0, 64),
    inside: new Column(Uint8Array, 0, 64),
    states: new Column(Uint8Array, 0, 64),
  }
  readonly #numbers = {
    rowsBelow: new Column(Int32Array, 0, 64),
    childCounts: new Column(Int32Array, 0, 64),
    firstChildren: new Column(Int32Array, 0, 64),
  }

  /** A byte for each of so many nodes, all 0; they are in use until they are asked for again. */
  bytes(what: 'shown' | 'inside' | 'states', size: number): Uint8Array {
    return zeros(this.#bytes[what], size)
  }

  /** A number for each of so many nodes, likewise. */
  numbers(what: 'rowsBelow' | 'childCounts' | 'firstChildren', size: number): Int32Array {
    return zeros(this.#numbers[what], size)
  }
}

function zeros<Values extends Uint8Array | Int32Array>(column: Column<Values>, size: number): Values {
  column.clear()
  column.reserve(size)
  return column.values.subarray(0, size) as Values
}
