/** Who waits for a slot, and what it is for. */
interface Waiting {
  readonly owner: unknown
  readonly turn: () => void
}

/** Leaves so many at work at once; the others wait in the order in which they came. */
export class Slots {
  readonly #waiting: Waiting[] = []
  readonly #most: number
  #limit: number
  #taken = 0

  constructor(limit: number) {
    this.#most = limit
    this.#limit = limit
  }

  get taken(): number {
    return this.#taken
  }

  get limit(): number {
    return this.#limit
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0
  }

  /** What whoever waits the longest wants a slot for, as it told. */
  get firstOwner(): unknown {
    return this.#waiting[0]?.owner
  }

  get isFull(): boolean {
    return this.#taken >= this.#limit
  }

  /** Waits for a slot; gives the function that frees it, to be called once. @throws what the signal was aborted with */
  async take(signal: AbortSignal, owner?: unknown): Promise<() => void> {
    signal.throwIfAborted()
    if (this.isFull || this.hasWaiting) await this.#turn(signal, owner)
    else this.#taken += 1
    let isFree = false
    return () => {
      if (isFree) return
      isFree = true
      this.#taken -= 1
      this.#handOn()
    }
  }

  /** The other side allows no more than are at work now, but at least one. */
  shrinkTo(limit: number): void {
    this.#limit = Math.max(1, Math.min(this.#limit, limit))
  }

  /** One more may be tried: what was refused may have been counted with others that were just about to end. */
  grow(): void {
    this.#limit = Math.min(this.#most, this.#limit + 1)
    this.#handOn()
  }

  /** A slot goes straight to who waits the longest, so that nobody who comes just now takes it. */
  #handOn(): void {
    while (!this.isFull) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#taken += 1
      next.turn()
    }
  }

  #turn(signal: AbortSignal, owner: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled'))
      }
      const waiting: Waiting = {
        owner,
        turn: () => {
          signal.removeEventListener('abort', cancel)
          resolve()
        },
      }
      signal.addEventListener('abort', cancel, { once: true })
      this.#waiting.push(waiting)
    })
  }
}

/** How many sessions a server allows, in words. */
export function sessionsInWords(count: number): string {
  return count === 1 ? 'one session' : `${String(count)} sessions`
}
