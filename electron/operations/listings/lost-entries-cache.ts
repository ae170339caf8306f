import { failed } from '../../core/base/failure'
import { LostCount, type LostTotals } from '../../core/changes/lost-count'
import { unlessAborted } from '../../core/base/unless-aborted'
import type { LostPath } from '../../session/content/lost-paths'

/** Walks that are kept, those asked for last. */
const mostWalks = 4
/** Rows that are kept of one walk, around those that were asked for. */
const mostRows = 50_000

type Row = Pick<LostPath, 'path' | 'type' | 'mode' | 'size'>

/** Some rows of all that was lost with a directory. */
export interface LostPage extends LostTotals {
  readonly rows: readonly Row[]
}

interface Walk extends LostPage {
  /** The number of the first row. */
  readonly from: number
}

const notWanted = 'What was lost is not asked for any more.'

interface KeptWalk {
  readonly container: Place
  readonly walk: Promise<Walk>
}

interface Place {
  readonly hostId: string
  readonly containerId: string
}

/** What is looked through; `key` tells whether two are the same. */
export interface WalkSubject extends Place {
  readonly key: string
  readonly walk: (signal: AbortSignal) => Promise<readonly LostPath[]>
}

/**
 * What was found lost with a directory, for the pages that follow the first one: lower layers never change, so walking them
 * again would find the same. The first page always walks, since the container may have the directory again.
 */
export class LostWalks {
  /** The one asked for last comes last. */
  readonly #kept = new Map<string, KeptWalk>()

  async page(subject: WalkSubject, offset: number, limit: number, signal: AbortSignal): Promise<LostPage> {
    const kept = offset === 0 ? undefined : this.#kept.get(subject.key)
    if (kept !== undefined) {
      const walk = await unlessAborted(kept.walk, signal, notWanted).catch(() => undefined)
      if (signal.aborted) throw failed('cancelled', notWanted)
      const page = walk && rowsOf(walk, offset, limit)
      if (page !== undefined) {
        this.#keep(subject.key, kept)
        return page
      }
      // Whoever began that walk gave it up, or kept other rows of it.
    }
    const { hostId, containerId } = subject
    const walk = subject.walk(signal).then((lost) => walkOf(lost, offset))
    const mine = { container: { hostId, containerId }, walk }
    this.#keep(subject.key, mine)
    try {
      const { entries, bytes, from, rows } = await walk
      return { entries, bytes, rows: rows.slice(offset - from, offset - from + limit) }
    } catch (error) {
      if (this.#kept.get(subject.key) === mine) this.#kept.delete(subject.key)
      throw error
    }
  }

  /** Forgets what was found in a container, which nobody looks at any more. */
  forget({ hostId, containerId }: Place): void {
    for (const [key, { container }] of this.#kept)
      if (container.hostId === hostId && container.containerId === containerId) this.#kept.delete(key)
  }

  #keep(key: string, kept: KeptWalk): void {
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostWalks && oldest !== undefined) this.#kept.delete(oldest)
  }
}

function walkOf(lost: readonly LostPath[], offset: number): Walk {
  const count = new LostCount()
  for (const entry of lost) count.add(entry)
  const from = Math.max(0, offset - mostRows / 2)
  const rows = lost.slice(from, from + mostRows)
  return {
    ...count.totals,
    from,
    rows: rows.map(({ path, type, mode, size }) => ({ path, type, mode, size })),
  }
}

/** Nothing where rows are wanted that were not kept. */
function rowsOf({ entries, bytes, from, rows }: Walk, offset: number, limit: number): LostPage | undefined {
  const end = Math.min(offset + limit, entries)
  if (offset < from || end > from + rows.length) return undefined
  return { entries, bytes, rows: rows.slice(offset - from, end - from) }
}
