import type { ChangeNote } from '../../core/changes/change'
import type { ChangeTree } from '../../core/change-tree/change-tree'
import { failureIn, type Failure } from '../../core/base/failure'
import type { LogFacts } from '../../core/logs/log'
import type { ChangeSource } from '../../session/changes/change-source'
import { Bell, restAfter } from './wakeable-wait'
import { inSlices } from '../../session/base/in-slices'

type NotesState = 'waiting' | 'reading' | 'complete' | 'failed'

/** Notes between two points where other work may go first. */
const slice = 256

/** Tells the log of a failure that no operation's answer tells. */
export type FailureReport = (
  event: 'listing.failed' | 'listing.not-live' | 'notes.failed',
  failure: Failure,
  facts?: LogFacts,
) => void

/**
 * Finds out more about what was listed, behind the looks and never in their way. After the first time it rests twenty times as long as
 * it took, unless a person asks; of the looks that come meanwhile the last one counts. What it found out stays for paths that stay as they
 * are.
 */
export class SecondLooks {
  readonly #tree: ChangeTree
  readonly #tell: () => void
  readonly #signal: AbortSignal
  readonly #report: FailureReport
  readonly #resting = new Bell()
  #state: NotesState = 'waiting'
  #leftOut: readonly string[] = []
  #next: { readonly source: ChangeSource; readonly look: number; readonly isAskedFor: boolean } | undefined
  #isUnderWay = false
  #restUntil = -Infinity

  /** `tell` is called whenever there is something new to tell. */
  constructor(tree: ChangeTree, tell: () => void, signal: AbortSignal, report: FailureReport) {
    this.#tree = tree
    this.#tell = tell
    this.#signal = signal
    this.#report = report
  }

  get state(): NotesState {
    return this.#state
  }

  /** What was not looked at, in a sentence each. */
  get leftOut(): readonly string[] {
    return this.#leftOut
  }

  /** Looks a second time at what a look listed, as soon as it may; at once where a person asked for the look. */
  async after(source: ChangeSource, look: number, isAskedFor: boolean): Promise<void> {
    this.#next = { source, look, isAskedFor: isAskedFor || this.#next?.isAskedFor === true }
    if (isAskedFor) this.#resting.ring()
    if (this.#isUnderWay) return
    this.#isUnderWay = true
    while (!this.#signal.aborted) {
      const rest = this.#next?.isAskedFor === true ? 0 : this.#restUntil - performance.now()
      await this.#resting.wait(rest, this.#signal)
      const next = this.#next
      this.#next = undefined
      if (next === undefined) break
      const began = performance.now()
      await this.#read(next.source, next.look)
      this.#restUntil = performance.now() + restAfter(performance.now() - began)
    }
    this.#isUnderWay = false
  }

  async #read(source: ChangeSource, look: number): Promise<void> {
    if (this.#signal.aborted) return
    const isFirst = this.#state !== 'complete'
    if (isFirst) this.#become('reading')
    try {
      this.#leftOut = (await this.#notes(source, look)) ?? []
      this.#become('complete')
    } catch (error) {
      if (this.#signal.aborted) return
      const failure = failureIn(error)
      this.#leftOut = [failure.message]
      this.#become('failed')
      this.#report('notes.failed', failure)
    }
  }

  async #notes(source: ChangeSource, look: number): Promise<readonly string[] | undefined> {
    const notes = source.notes?.(this.#signal)
    if (notes === undefined) return undefined
    this.#tree.beginNotes()
    try {
      for (;;) {
        const step = await notes.next()
        if (step.done === true) {
          await inSlices(this.#tree.endNotes(look), this.#signal)
          return step.value
        }
        await inSlices(this.#takeIn(step.value, look), this.#signal)
        this.#tell()
      }
    } finally {
      await notes.return([])
    }
  }

  *#takeIn(notes: readonly ChangeNote[], look: number): Generator<void, void> {
    for (const [index, note] of notes.entries()) {
      if (index % slice === slice - 1) yield
      this.#tree.note(note, look)
    }
  }

  #become(state: NotesState): void {
    this.#state = state
    this.#tell()
  }
}
