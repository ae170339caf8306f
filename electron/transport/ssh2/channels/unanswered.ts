import type { FailureError } from '../../../core/base/failure'
import { whenTooLate } from '../../limits/begin-limit'
import type { CommandLimits } from '../../limits/command-limits'

/** What becomes of a question to a server that is given up. */
interface GivingUp<Value> {
  readonly signal: AbortSignal
  /** Does away with an answer that comes too late. */
  readonly dismiss: (late: Value) => void
  readonly cancelled: () => FailureError
  /** Why it is given up after so many milliseconds. */
  readonly never: (within: number) => FailureError
}

/**
 * Questions of one kind to a server, for channels: nothing makes it answer them, and no question can be taken back. One that is not answered
 * in time fails; until the server answers it after all, or for a while, no further ones are put.
 */
export class Unanswered {
  readonly #limits: CommandLimits
  readonly #silence: () => number
  /** Why nothing is asked for now, and since when. */
  #refusal: { readonly failure: FailureError; readonly since: number } | undefined

  /** `silence` tells the milliseconds since the server said anything. */
  constructor(limits: CommandLimits, silence: () => number) {
    this.#limits = limits
    this.#silence = silence
  }

  /** @throws FailureError `cancelled` and `never`; an Error with which the server refused */
  async asked<Value>(
    ask: (answered: (value: Value) => void, refused: (error: Error) => void) => void,
    { signal, dismiss, cancelled, never }: GivingUp<Value>,
  ): Promise<Value> {
    if (signal.aborted) throw cancelled()
    if (this.#refusal !== undefined && performance.now() - this.#refusal.since < this.#limits.retryAfter)
      throw this.#refusal.failure
    return await new Promise<Value>((resolve, reject) => {
      const { beginWithin } = this.#limits
      let isSettled = false
      const settle = (how: () => void) => {
        if (isSettled) return
        isSettled = true
        endLimit()
        signal.removeEventListener('abort', cancel)
        how()
      }
      const fail = (error: Error) => {
        settle(() => {
          reject(error)
        })
      }
      const cancel = () => {
        fail(cancelled())
      }
      const endLimit = whenTooLate(beginWithin, this.#silence, () => {
        const failure = never(beginWithin)
        this.#refusal = { failure, since: performance.now() }
        fail(failure)
      })
      signal.addEventListener('abort', cancel, { once: true })
      try {
        ask(
          (value) => {
            this.#refusal = undefined
            if (isSettled) dismiss(value)
            else
              settle(() => {
                resolve(value)
              })
          },
          (error) => {
            this.#refusal = undefined
            fail(error)
          },
        )
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)))
      }
    })
  }
}
