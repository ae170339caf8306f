import { randomUUID } from 'node:crypto'
import type { EventPayload } from '../../contract/events'
import type { ChangeWarning, Lens } from '../../core/changes/change'
import type { ChangeTree } from '../../core/change-tree/change-tree'
import type { CountRoom } from '../../core/change-view/count-buffers'
import { failureIn, isFailure, wholeText, type Failure } from '../../core/base/failure'
import { unlessAborted } from '../../core/base/unless-aborted'
import { warningValue } from '../values/change-values'
import { DrawnView, type DrawnLines } from './view-rows'
import { ListingEnd, listingClosed } from './completion'
import type { AskedView, ListingStart, ListingTitle } from './listing-start'
import { keepLooking, notThroughEngine, type LiveState } from './auto-refresh'
import { ListedChanges } from './listed-changes'
import { Bell } from './wakeable-wait'
import { unwaited } from '../../core/base/unwaited'
import type { ChangeSource } from '../../session/changes/change-source'
import { inSlices } from '../../session/base/in-slices'

type Progress = EventPayload<'changes.progressed'>

/** Milliseconds between two tellings of progress; each one makes the window ask for its lines anew, which costs more in a large tree. */
const tellEvery = (size: number): number => 50 + size / 2000
/** Nodes that may come to what a listing had at first before it stops refreshing: nodes of changes that are gone stay. */
const largestGrowth = 2_000_000

/** One open view of a container's changes; its tree grows while the host is still reading. */
export class Listing {
  readonly id = randomUUID()
  readonly #start: ListingStart
  readonly #signal: AbortSignal
  readonly #bell = new Bell()
  #isResting = false
  #listed: ListedChanges
  readonly #end = new ListingEnd()
  #warnings: readonly ChangeWarning[] = []
  #state: Progress['state'] = 'reading'
  #failure: Failure | undefined
  #live: LiveState
  #completeAfter: number | undefined
  #firstSize = 0
  #version = 0
  #toldAt = -Infinity
  #toldRevision = -1
  /** Where nobody counts lines just now. */
  readonly #freeRooms: CountRoom[] = []
  #drawn: { key: string; version: number; view: DrawnView } | undefined
  /** One look after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(start: ListingStart) {
    this.#start = start
    this.#signal = start.stopping.signal
    this.#listed = this.#anew(start.first)
    this.#live = start.live !== undefined && this.lens === 'engine' ? notThroughEngine : { on: false }
  }

  get lens(): Lens {
    return this.#listed.lens
  }

  /** Another one where the lens becomes another. */
  get tree(): ChangeTree {
    return this.#listed.tree
  }

  get hostId(): string {
    return this.#start.subject.hostId
  }

  get containerId(): string {
    return this.#start.subject.containerId
  }

  /** Whose changes these are. */
  get title(): ListingTitle {
    return this.#start.title
  }

  /** Why not the better lens. */
  get reason(): string | undefined {
    return this.#listed.reason
  }

  get warnings(): readonly ChangeWarning[] {
    return this.#warnings
  }

  /**
   * Waits until everything was read.
   * @throws FailureError what ended the reading before, `listing-closed`, `cancelled`
   */
  whole(signal: AbortSignal): Promise<void> {
    return this.#end.reached(signal)
  }

  /** Reads to the end, telling after every batch, and stays up to date if it is live; ends without a word when it is closed. */
  async read(): Promise<void> {
    const began = performance.now()
    // What went wrong has been told by then.
    await this.#inTurn(() => this.#look(this.#start.first, this.#signal, true)).catch(() => undefined)
    const { live, subject } = this.#start
    if (live === undefined || this.lens === 'engine' || this.#signal.aborted) return
    const listing = {
      ...{ subject, bell: this.#bell, start: live },
      isResting: () => this.#isResting,
      ended: () => this.#ended(),
      look: (signal: AbortSignal) => this.#lookAgain(signal, false),
      tell: (state: LiveState) => {
        this.#live = state
        this.#tell()
      },
      report: (failure: Failure) => {
        this.#start.report('listing.not-live', failure)
      },
    }
    await keepLooking(listing, performance.now() - began, this.#signal)
  }

  /**
   * Looks again now, for a person asks for it; what is found takes the place of what was known, node by node.
   * @throws FailureError why that did not work; what is known stays
   */
  refresh(signal: AbortSignal): Promise<void> {
    return this.#lookAgain(signal, true)
  }

  async #lookAgain(signal: AbortSignal, isAskedFor: boolean): Promise<void> {
    const either = AbortSignal.any([signal, this.#signal])
    const looked = this.#inTurn(async () => {
      const lens = this.#completeAfter === undefined ? undefined : this.lens
      await this.#look(await this.#start.subject.look(lens, either), either, isAskedFor)
    })
    // The look before may wait for a host that hangs.
    await unlessAborted(looked, either, 'Looking at the container again was cancelled.')
  }

  /** Ends looking by itself until it is to go on. */
  rest(resting: boolean): void {
    this.#isResting = resting
    this.#bell.ring()
  }

  /** Takes off the marks of what changed. */
  seen(): void {
    this.tree.seen()
    this.#tell()
  }

  /** The container may have started or stopped, or its host is back. */
  mayHaveChanged(): void {
    this.#bell.ring()
  }

  /**
   * Some lines of a view of what is there so far. Another view ends the work for the one before.
   * @throws FailureError `cancelled`
   */
  lines(view: AskedView, offset: number, limit: number, signal: AbortSignal): Promise<DrawnLines> {
    const key = JSON.stringify(view, (_, value: unknown) => (value instanceof Set ? [...value] : value))
    if (this.#drawn?.key !== key || this.#drawn.version !== this.#version) {
      if (this.#drawn?.key === key) this.#drawn.view.retire()
      else this.#drawn?.view.close()
      const toggled = new Set(view.toggled.flatMap((directory) => this.tree.nodeAt(directory) ?? []))
      const drawn = new DrawnView(this.tree, { ...view, toggled }, this.#freeRooms)
      this.#drawn = { key, version: this.#version, view: drawn }
    }
    return this.#drawn.view.lines(offset, limit, signal)
  }

  close(): void {
    this.#start.stopping.abort()
    this.#end.tell(listingClosed)
    this.#drawn?.view.close()
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async #look(source: ChangeSource, signal: AbortSignal, isAskedFor: boolean): Promise<void> {
    if (this.#completeAfter === undefined) this.#state = 'reading'
    if (source.lens !== this.lens) this.#begin(source)
    const listed = this.#listed
    const { tree } = listed
    try {
      const look = tree.beginLook()
      const warnings: ChangeWarning[] = []
      for await (const changes of source.batches) {
        await inSlices(listed.takeIn(changes, source.isRuntime, warnings), signal)
        if (this.#completeAfter === undefined) this.#warnings = warnings
        this.#tellSometimes(tellEvery(tree.size))
      }
      await inSlices(tree.endLook(), signal)
      this.#warnings = warnings
      this.#complete()
      unwaited(listed.secondLooks.after(source, look, isAskedFor), (error) => {
        this.#start.report('notes.failed', failureIn(error))
      })
    } catch (error) {
      const other = await this.#otherwise(source, error)
      if (other !== undefined) {
        await this.#look(other, signal, isAskedFor)
        return
      }
      // A listing that was complete stays what it is; whoever asked for another look is told.
      if (this.#completeAfter === undefined && !this.#signal.aborted) this.#fail(error)
      throw error
    }
  }

  /** The same through the engine, where the host says nothing more or complains before the first look is complete. */
  async #otherwise({ otherwise }: ChangeSource, error: unknown): Promise<ChangeSource | undefined> {
    const isOver = this.#completeAfter !== undefined || this.#signal.aborted
    if (isOver || !isFailure(error, 'command-failed')) return undefined
    return await otherwise?.(wholeText(error.failure))
  }

  /** What another lens lists takes the place of all that there is: neither lens knows what the other one does. */
  #begin(source: ChangeSource): void {
    this.#listed = this.#anew(source)
    this.#toldRevision = -1
    this.#drawn?.view.close()
    this.#drawn = undefined
    this.#warnings = []
    if (this.#start.live !== undefined && source.lens === 'engine') this.#live = notThroughEngine
    this.#tell()
  }

  #anew(source: ChangeSource): ListedChanges {
    return new ListedChanges(source, () => this.#tellSometimes(0), this.#signal, this.#start.report)
  }

  #complete(): void {
    if (this.#completeAfter === undefined) {
      this.#completeAfter = performance.now() - this.#start.openedAt
      this.#firstSize = this.tree.size
    }
    this.#state = 'complete'
    this.#failure = undefined
    this.#end.tell(undefined)
    this.#tell()
  }

  #fail(error: unknown): void {
    this.#state = 'failed'
    this.#failure = failureIn(error)
    const ms = Math.round(performance.now() - this.#start.openedAt)
    this.#start.report('listing.failed', this.#failure, { changes: this.tree.size, ms })
    this.#end.tell(this.#failure)
    this.#tell()
  }

  #ended(): string | undefined {
    if (this.tree.size - this.#firstSize <= largestGrowth) return undefined
    return 'So many paths came and went that they fill the memory. Open the container again.'
  }

  #tellSometimes(every: number): void {
    if (performance.now() - this.#toldAt >= every) this.#tell()
  }

  #tell(): void {
    if (this.#signal.aborted) return
    // Lines that are the same are not worth asking for again.
    if (this.#toldRevision !== this.tree.revision) this.#version += 1
    this.#toldRevision = this.tree.revision
    this.#toldAt = performance.now()
    const failure = this.#failure
    const payload: Progress = {
      listingId: this.id,
      version: this.#version,
      ...this.#listed.told,
      warnings: this.#warnings.map(warningValue),
      state: this.#state,
      live: this.#live,
      elapsed: Math.round(this.#completeAfter ?? performance.now() - this.#start.openedAt),
      ...(failure === undefined ? {} : { failure }),
    }
    this.#start.emit({ name: 'changes.progressed', payload })
  }
}
