/** A list that engines' events are about. */
export type ListName = 'containers' | 'images'

/** Milliseconds in which a burst of events becomes one change. */
const settle = 60
/** Milliseconds between two changes of the same list, however many events come. */
const apart = 1_000

/** Tells which lists are out of date: of a burst of events once, of a flood once in a second, and always after the last one. */
export class ListNews {
  readonly #tell: (list: ListName) => void
  readonly #now: () => number
  readonly #pending = new Map<ListName, NodeJS.Timeout>()
  readonly #toldAt = new Map<ListName, number>()

  /** `now` in milliseconds. */
  constructor(tell: (list: ListName) => void, now: () => number = () => performance.now()) {
    this.#tell = tell
    this.#now = now
  }

  /** An event came that is about a list. */
  changed(list: ListName): void {
    if (!this.#pending.has(list)) this.#tellIn(Math.max(settle, this.#wait(list)), list)
  }

  /** Nothing is known of either list, which is told as soon as can be. */
  allChanged(): void {
    for (const list of ['containers', 'images'] as const) {
      clearTimeout(this.#pending.get(list))
      const wait = this.#wait(list)
      if (wait > 0) this.#tellIn(wait, list)
      else this.#tellNow(list)
    }
  }

  /** Tells nothing more. */
  close(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer)
    this.#pending.clear()
  }

  #wait(list: ListName): number {
    return (this.#toldAt.get(list) ?? -Infinity) + apart - this.#now()
  }

  #tellIn(milliseconds: number, list: ListName): void {
    const tell = () => {
      this.#tellNow(list)
    }
    this.#pending.set(list, setTimeout(tell, milliseconds))
  }

  #tellNow(list: ListName): void {
    this.#pending.delete(list)
    this.#toldAt.set(list, this.#now())
    this.#tell(list)
  }
}
