import { changeRows, type ChangeRows, type VisibleRow } from '../../core/change-view/change-rows'
import type { ChangeTree } from '../../core/change-tree/change-tree'
import type { ChangeView } from '../../core/change-view/change-view'
import { CountRoom } from '../../core/change-view/count-buffers'
import { inSlices } from '../../session/base/in-slices'

/** Some lines of a view, and how many it has. */
export interface DrawnLines {
  readonly total: number
  readonly rows: readonly VisibleRow[]
}

/** A tree as it was when this was made, in one view: worked out once, in slices, for all who ask for its lines. */
export class DrawnView {
  readonly #stopping = new AbortController()
  readonly #freeRooms: CountRoom[]
  readonly #room: CountRoom
  readonly #rows: Promise<ChangeRows>
  /** Lines are brought into order where they are asked for, so one asks after the other. */
  #turn: Promise<unknown>

  /** `freeRooms` are those that nobody counts in; one is taken out of them, and comes back when this is over. */
  constructor(tree: ChangeTree, view: ChangeView, freeRooms: CountRoom[]) {
    this.#freeRooms = freeRooms
    this.#room = freeRooms.pop() ?? new CountRoom()
    this.#rows = inSlices(changeRows(tree, view, this.#room), this.#stopping.signal)
    this.#turn = this.#rows.catch(() => undefined)
  }

  /** @throws FailureError `cancelled` once the view is closed */
  lines(offset: number, limit: number, signal: AbortSignal): Promise<DrawnLines> {
    const either = AbortSignal.any([signal, this.#stopping.signal])
    const lines = this.#turn.then(async () => {
      const rows = await this.#rows
      return { total: rows.total, rows: await inSlices(rows.between(offset, offset + limit), either) }
    })
    this.#turn = lines.catch(() => undefined)
    return lines
  }

  /** Nobody asks for more lines; those that were asked for still come. */
  retire(): void {
    void this.#turn.then(() => {
      this.#freeRooms.push(this.#room)
    })
  }

  /** Nobody waits for its lines any more. */
  close(): void {
    this.#stopping.abort()
    this.retire()
  }
}
