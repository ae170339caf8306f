import { randomUUID } from 'node:crypto'
import type { LaminaEvent } from '../contract/events'
import type { Change, ChangeWarning, Lens } from '../core/change'
import { ChangeTree } from '../core/change-tree'
import type { ChangeView } from '../core/change-view'
import { FailureError, failed, type Failure } from '../core/failure'
import { whiteoutNameWarning } from '../core/whiteout'
import type { ChangeSource } from '../session/container-changes'
import { warningValue } from './change-values'
import { DrawnView, type DrawnLines } from './drawn-view'
import { inSlices } from './slices'

/** Milliseconds between two tellings of progress; each one makes the window ask for its lines anew, which costs more in a large tree. */
const tellEvery = (size: number): number => 50 + size / 2000
/** Changes between two points where other work may go first. */
const slice = 256

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
  #drawn: { key: string; version: number; view: DrawnView } | undefined

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
        await inSlices(this.#takeIn(changes), this.#stopping.signal)
        if (performance.now() - this.#toldAt >= tellEvery(this.tree.size)) this.#tell('reading')
      }
      this.#tell('complete')
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#tell('failed', failureOf(error))
    }
  }

  /**
   * Some lines of a view of what is there so far. Another view ends the work for the one before.
   * @throws FailureError `cancelled`
   */
  lines(view: ChangeView, offset: number, limit: number, signal: AbortSignal): Promise<DrawnLines> {
    const key = JSON.stringify(view, (_, value: unknown) => (value instanceof Set ? [...value] : value))
    if (this.#drawn?.key !== key) this.#drawn?.view.close()
    if (this.#drawn?.key !== key || this.#drawn.version !== this.#version)
      this.#drawn = { key, version: this.#version, view: new DrawnView(this.tree, view) }
    return this.#drawn.view.lines(offset, limit, signal)
  }

  close(): void {
    this.#stopping.abort()
    this.#drawn?.view.close()
  }

  *#takeIn(changes: readonly Change[]): Generator<void, void> {
    for (const [index, change] of changes.entries()) {
      if (index % slice === slice - 1) yield
      this.tree.add(change)
      const warning = change.kind === 'deleted' ? undefined : whiteoutNameWarning(change.path)
      if (warning !== undefined) this.#warnings.push(warning)
    }
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
      notes: 'waiting' as const,
      notesLeftOut: [],
      runtime: 0,
      sinceOpened: { added: 0, modified: 0, deleted: 0, bytes: 0 },
      fresh: 0,
      live: { on: false },
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
