import type { ChangeListView } from './change-view'
import { isPath, pathOnly, type PathText } from './path-text'
import type { RowWindow } from '../../resources/row-window'

/** A line by its path, and where it stood. */
export interface KeptLine extends PathText {
  readonly index: number
}

/** How a container's changes were looked at when something else was. */
export interface KeptLook {
  readonly view: ChangeListView
  /** The image that it was compared with, where that was not its own. */
  readonly against: string | undefined
  readonly chosen: KeptLine | undefined
  /** The topmost line; none at the very top. */
  readonly top: KeptLine | undefined
}

interface Subject {
  readonly hostId: string
  readonly containerId: string
}

/** The looks of the containers that were left. */
export function createKeptLooks() {
  const looks = new Map<string, KeptLook & Subject>()
  const keyOf = ({ hostId, containerId }: Subject) => `${hostId}\n${containerId}`
  return {
    of: (subject: Subject): KeptLook | undefined => looks.get(keyOf(subject)),
    keep(subject: Subject, look: KeptLook): void {
      looks.set(keyOf(subject), { ...subject, ...look })
    },
    dropHost(hostId: string): void {
      for (const [key, look] of looks) if (look.hostId === hostId) looks.delete(key)
    },
  }
}

/** How far a line is looked for from where it stood. */
const farthest = 2_000

export function keptLine(index: number, row: PathText | undefined): KeptLine | undefined {
  return row && { index, ...pathOnly(row) }
}

/** Where a line stands now; nothing where it is gone, or further away than is worth reading. */
export async function indexOfKept(
  rows: RowWindow<PathText>,
  line: KeptLine | undefined,
): Promise<number | undefined> {
  if (line === undefined || rows.total === undefined) return undefined
  const fits = (row: PathText) => isPath(row, line)
  const from = Math.min(line.index, rows.total - 1)
  return (
    rows.indexHere(fits) ??
    (await rows.find(from, 1, fits, farthest)) ??
    (await rows.find(from, -1, fits, farthest))
  )
}
