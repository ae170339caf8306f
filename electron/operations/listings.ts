import { randomUUID } from 'node:crypto'
import type { LaminaEvent } from '../contract/events'
import type { Lens, ChangeWarning } from '../core/change'
import { visibleRows, type ChangeView, type VisibleRow } from '../core/change-rows'
import { ChangeTree } from '../core/change-tree'
import { FailureError, failed, type Failure } from '../core/failure'
import { whiteoutNameWarning } from '../core/whiteout'
import type { ChangeSource } from '../session/container-changes'
import { warningValue } from './change-values'

/** Milliseconds between two tellings of progress. */
const tellEvery = 50

/** One open view of a container's changes; its tree grows while the host is still reading. */
export class Listing {
  readonly id = randomUUID()
  readonly lens: Lens
  readonly tree = new ChangeTree()
  readonly #source: ChangeSource
  readonly #emit: (event: LaminaEvent) => void
  readonly #stopping: AbortController
  readonly #openedAt: number
  readonly #warnings: ChangeWarning[] = []
  #version = 0
  #toldAt = -Infinity
  #drawn: { key: string; rows: VisibleRow[] } | undefined

  constructor(
    source: ChangeSource,
    stopping: AbortController,
    openedAt: number,
    emit: (event: LaminaEvent) => void,
  ) {
    this.lens = source.lens
    this.#source = source
    this.#stopping = stopping
    this.#openedAt = openedAt
    this.#emit = emit
  }

  /** Reads to the end, telling after every batch; ends without a word when it is closed. */
  async read(): Promise<void> {
    try {
      for await (const changes of this.#source.batches) {
        for (const change of changes) {
          this.tree.add(change)
          const warning = change.kind === 'deleted' ? undefined : whiteoutNameWarning(change.path)
          if (warning !== undefined) this.#warnings.push(warning)
        }
        if (performance.now() - this.#toldAt >= tellEvery) this.#tell('reading')
      }
      this.#tell('complete')
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#tell('failed', failureOf(error))
    }
  }

  /** The lines of a view, worked out once as long as neither the view nor the tree changes. */
  rows(view: ChangeView): VisibleRow[] {
    const { open, search, sort, descending } = view
    const key = JSON.stringify([
      this.#version,
      open,
      [...view.toggled],
      [...view.kinds],
      search,
      sort,
      descending,
    ])
    if (this.#drawn?.key !== key) this.#drawn = { key, rows: visibleRows(this.tree, view) }
    return this.#drawn.rows
  }

  close(): void {
    this.#stopping.abort()
  }

  #tell(state: 'reading' | 'complete' | 'failed', failure?: Failure): void {
    this.#version += 1
    this.#toldAt = performance.now()
    const payload = {
      listingId: this.id,
      version: this.#version,
      totals: this.tree.totals,
      warnings: this.#warnings.map(warningValue),
      state,
      elapsed: Math.round(performance.now() - this.#openedAt),
      ...(failure === undefined ? {} : { failure }),
    }
    this.#emit({ name: 'changes.progressed', payload })
  }
}

/** The listings that are open, by id. */
export class Listings {
  readonly #open = new Map<string, Listing>()

  add(listing: Listing): void {
    this.#open.set(listing.id, listing)
  }

  /** @throws FailureError `listing-closed` */
  get(listingId: string): Listing {
    const listing = this.#open.get(listingId)
    if (listing === undefined)
      throw failed('listing-closed', 'This listing is not open any more.', 'Open the container again.')
    return listing
  }

  close(listingId: string): boolean {
    this.#open.get(listingId)?.close()
    return this.#open.delete(listingId)
  }

  closeAll(): void {
    for (const listingId of [...this.#open.keys()]) this.close(listingId)
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure
  return { kind: 'internal', message: error instanceof Error ? error.message : String(error) }
}
