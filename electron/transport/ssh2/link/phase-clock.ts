/**
 * Limits the time of each phase of a connection on its own, because ssh2's `readyTimeout` runs on while a person reads
 * a question.
 */
export class PhaseClock {
  readonly #expired: (phase: string, ms: number) => void
  #phase: { readonly name: string; readonly ms: number } | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(expired: (phase: string, ms: number) => void) {
    this.#expired = expired
  }

  /** Begins a phase, which ends the one before. */
  begin(name: string, ms: number): void {
    this.#phase = { name, ms }
    this.#arm()
  }

  /** Does what takes a person's time; the phase begins anew after it. */
  async whileAsking<Value>(work: () => Promise<Value>): Promise<Value> {
    clearTimeout(this.#timer)
    try {
      return await work()
    } finally {
      this.#arm()
    }
  }

  stop(): void {
    this.#phase = undefined
    clearTimeout(this.#timer)
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const phase = this.#phase
    if (phase === undefined) return
    this.#timer = setTimeout(() => {
      this.#expired(phase.name, phase.ms)
    }, phase.ms)
  }
}
