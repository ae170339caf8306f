/** How many lines may be written: `burst` at once, and `perSecond` for good. */
export interface LineRate {
  readonly burst: number
  readonly perSecond: number
}

/** Lets so many lines through and counts the others (a token bucket). `now` is in milliseconds of any clock that does not go back. */
export class LineLimit {
  readonly #rate: LineRate
  #left: number
  #asOf = -Infinity
  #leftOut = 0

  constructor(rate: LineRate) {
    this.#rate = rate
    this.#left = rate.burst
  }

  /** Whether one more line may be written. */
  takes(now: number): boolean {
    const { burst, perSecond } = this.#rate
    this.#left = Math.min(burst, this.#left + ((now - this.#asOf) / 1000) * perSecond)
    this.#asOf = now
    if (this.#left >= 1) {
      this.#left -= 1
      return true
    }
    this.#leftOut += 1
    return false
  }

  /** How many were not written since this was asked last. */
  takeLeftOut(): number {
    const leftOut = this.#leftOut
    this.#leftOut = 0
    return leftOut
  }
}
