/** Leaves so many at work at once; the others wait in the order in which they came. */
export class Slots {
  readonly #waiting: (() => void)[] = []
  #limit: number
  #taken = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get taken(): number {
    return this.#taken
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0
  }

  get isFull(): boolean {
    return this.#taken >= this.#limit
  }

  /** Waits for a slot; gives the function that frees it, to be called once. @throws what the signal was aborted with */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.isFull || this.hasWaiting) await this.#turn(signal)
    else this.#taken += 1
    let isFree = false
    return () => {
      if (isFree) return
      isFree = true
      this.#taken -= 1
      this.#handOn()
    }
  }

  /**
   * The other side allows no more than are at work now. At least two stay: what was refused may have been counted with others that were just
   * about to end, and whoever reads the output of one may need another meanwhile, which is asked for again and again then.
   */
  shrinkTo(limit: number): void {
    this.#limit = Math.max(2, Math.min(this.#limit, limit))
  }

  /** A slot goes straight to who waits the longest, so that nobody who comes just now takes it. */
  #handOn(): void {
    while (!this.isFull) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#taken += 1
      next()
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1)
        reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled'))
      }
      const turn = () => {
        signal.removeEventListener('abort', cancel)
        resolve()
      }
      signal.addEventListener('abort', cancel, { once: true })
      this.#waiting.push(turn)
    })
  }
}
