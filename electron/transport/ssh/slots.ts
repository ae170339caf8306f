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

  /** Waits for a slot; gives the function that frees it, to be called once. @throws what the signal was aborted with */
  async take(signal: AbortSignal): Promise<() => void> {
    while (this.#taken >= this.#limit) await this.#turn(signal)
    signal.throwIfAborted()
    this.#taken += 1
    let isFree = false
    return () => {
      if (isFree) return
      isFree = true
      this.#taken -= 1
      this.#waiting.shift()?.()
    }
  }

  /** The other side allows no more than are at work now. At least one stays. */
  shrinkTo(limit: number): void {
    this.#limit = Math.max(1, Math.min(this.#limit, limit))
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = () => {
        const place = this.#waiting.indexOf(turn)
        if (place !== -1) this.#waiting.splice(place, 1)
        reject(signal.reason instanceof Error ? signal.reason : new Error('cancelled'))
      }
      const turn = () => {
        signal.removeEventListener('abort', cancel)
        resolve()
      }
      signal.addEventListener('abort', cancel, { once: true })
      if (signal.aborted) cancel()
      else this.#waiting.push(turn)
    })
  }
}
