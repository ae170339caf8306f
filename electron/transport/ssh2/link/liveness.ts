/** What watches over a link, in milliseconds. */
export interface LivenessLimits {
  /** Without a byte for so long, an answer is provoked (by ssh2's keepalive, which is told the same). */
  readonly provokeAfter: number
  /** Without a byte for so long after that, the link is lost. */
  readonly patience: number
}

const every = 1000

/**
 * Judges a link by received bytes. ssh2's own keepalive counts only answers to its requests and cuts a slow line that
 * is full of data; here every byte counts, whatever it belongs to.
 */
export class Liveness {
  readonly #limits: LivenessLimits
  readonly #timer: NodeJS.Timeout
  #heardAt: number
  #lookedAt: number

  constructor(limits: LivenessLimits, lost: (silentMs: number) => void, now: () => number = Date.now) {
    this.#limits = limits
    this.#heardAt = now()
    this.#lookedAt = this.#heardAt
    this.#timer = setInterval(() => {
      this.#look(now(), lost)
    }, every)
  }

  heard(at: number = Date.now()): void {
    this.#heardAt = at
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(now: number, lost: (silentMs: number) => void): void {
    // This process or the whole machine slept: the other side gets its patience, but no more.
    const slept = now - this.#lookedAt > 5 * every
    this.#lookedAt = now
    if (slept) this.#heardAt = Math.max(this.#heardAt, now - this.#limits.provokeAfter)
    const silent = now - this.#heardAt
    if (silent < this.#limits.provokeAfter + this.#limits.patience) return
    this.stop()
    lost(silent)
  }
}
