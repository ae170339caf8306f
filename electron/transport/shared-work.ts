import { unlessAborted } from '../core/base/unless-aborted'

/**
 * Work that is done once for all who want what comes of it. Each waits until a signal of their own, which ends the work for nobody else;
 * when nobody waits any more, the work is given up.
 */
export class SharedWork<Value> {
  /** What becomes of it; whoever uses this is not counted among those who wait. */
  readonly outcome: Promise<Value>
  readonly #givingUp = new AbortController()
  #waiting = 0
  #isSettled = false

  /** Begins the work, which ends with the signal that it is given. */
  constructor(work: (signal: AbortSignal) => Promise<Value>) {
    this.outcome = work(this.#givingUp.signal)
    const settle = () => {
      this.#isSettled = true
    }
    this.outcome.then(settle, settle)
  }

  /** Nobody waited for it any more: nothing comes of it, and who wants it begins it anew. */
  get isGivenUp(): boolean {
    return this.#givingUp.signal.aborted
  }

  /** @throws FailureError `cancelled` with the sentence `cancelled`, and whatever the work is rejected with */
  async value(signal: AbortSignal, cancelled: string): Promise<Value> {
    if (this.#isSettled && !signal.aborted) return await this.outcome
    this.#waiting += 1
    try {
      return await unlessAborted(this.outcome, signal, cancelled)
    } finally {
      this.#waiting -= 1
      if (this.#waiting === 0 && !this.#isSettled) this.#givingUp.abort()
    }
  }
}
