import type { RowWindow } from './row-window'

/** How far a line is looked for when a refresh moved it out of the pages that are here. */
const farthest = 1_000

/**
 * Where a line is after its list was read anew: among the lines that are here, else on the way that the list's new
 * length moved it. Nothing where it is not there, or further away than is worth reading.
 */
export async function indexAfterRefresh<Row>(
  rows: RowWindow<Row>,
  from: number,
  grown: number,
  fits: (row: Row) => boolean,
): Promise<number | undefined> {
  const here = rows.indexHere(fits)
  if (here !== undefined || rows.total === undefined) return here
  const begin = Math.min(from, rows.total - 1)
  const most = Math.min(farthest, Math.abs(grown) + 1)
  return grown >= 0 ? rows.find(begin, 1, fits, most) : rows.find(begin, -1, fits, most)
}
