/** Milliseconds to rest after work that repeats by itself: it takes a twentieth of the time at most. */
export function restAfter(milliseconds: number): number {
  return Math.max(2000, 20 * milliseconds)
}

/** The longest that a timer can wait (HTML, timers; Node ends longer ones at once). */
const longest = 2 ** 31 - 1

/** Ends a wait early. A ring that nobody waits for is heard by the next one who does. */
export class Bell {
  #wake: (() => void) | undefined
  #hasRung = false

  ring(): void {
    this.#hasRung = true
    this.#wake?.()
  }

  /** Resolves after some milliseconds, with a ring, or when the signal is aborted. One waits at a time. */
  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!this.#hasRung && !signal.aborted && milliseconds > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, Math.min(milliseconds, longest))
        function done() {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        signal.addEventListener('abort', done)
        this.#wake = done
      })
    }
    this.#wake = undefined
    this.#hasRung = false
  }
}
