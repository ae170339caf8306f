import type { Comparison } from '../../stores/stacks/comparison'

type Row = Comparison['rows'][number]
type StackLayer = NonNullable<Row['left']>

/** One line of the drawing, from the top down: what each side has at that height. */
export interface DrawnRow {
  readonly shared: boolean
  readonly left?: StackLayer
  readonly right?: StackLayer
  /** Counted from the bottom, 1 is the lowest layer. */
  readonly height: number
}

/**
 * Lays the rows out as two stacks that stand on the same ground: the shared base joined, and above it what each side
 * has for itself at the same height, so that "no counterpart" shows only where one stack is the taller.
 */
export function drawnRows(rows: readonly Row[]): DrawnRow[] {
  const shared = rows.filter((row) => row.relation === 'shared')
  const left = rows.flatMap((row) => (row.relation === 'left' && row.left !== undefined ? [row.left] : []))
  const right = rows.flatMap((row) =>
    row.relation === 'right' && row.right !== undefined ? [row.right] : [],
  )
  const drawn: DrawnRow[] = shared.map((row, index) => ({
    ...sides(row.left, row.right),
    shared: true,
    height: index + 1,
  }))
  for (let index = 0; index < Math.max(left.length, right.length); index += 1)
    drawn.push({ ...sides(left[index], right[index]), shared: false, height: shared.length + index + 1 })
  return drawn.reverse()
}

function sides(
  left: StackLayer | undefined,
  right: StackLayer | undefined,
): { left?: StackLayer; right?: StackLayer } {
  return { ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) }
}

/** Whether a side has an upper layer whose size nobody told, so that its sum lacks it. */
export function hasUnmeasuredUpper(rows: readonly Row[], side: 'left' | 'right'): boolean {
  return rows.some((row) => row[side]?.upper === true && row[side].size === undefined)
}
