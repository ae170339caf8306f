import { whyBroken } from '../../../core/base/broken-stream'
import { failed, FailureError } from '../../../core/base/failure'
import {
  type KeyLeftAside,
  type KeyProblem,
  leftAsideRemedy,
  leftAsideSentence,
} from '../../../core/hosts/key-problem'
import type { ConnectionLog } from '../../remote/connection-log'

/** An error for a key that proves unusable while it is opened or signed with. */
export class KeyUnusable extends Error {
  readonly problem: KeyProblem

  constructor(problem: KeyProblem) {
    super(`the key cannot be used: ${problem}`)
    this.name = 'KeyUnusable'
    this.problem = problem
  }
}

/** The keys that a login had to leave aside, in the order in which that showed. None is passed over in silence. */
export class LeftAside {
  readonly #log: ConnectionLog
  readonly #keys = new Map<string, KeyLeftAside>()

  constructor(log: ConnectionLog) {
    this.#log = log
  }

  /** Notes a key and says so in the log; the first reason of each stays. */
  add(key: string, problem: KeyProblem): void {
    if (this.#keys.has(key)) return
    const one = { key, problem }
    this.#keys.set(key, one)
    this.#log.add(leftAsideSentence(one))
  }

  /**
   * Notes a key that could not do what was asked of it.
   * @throws FailureError which the login as a whole ends with
   */
  addFailed(
    { key, label }: { readonly key: string; readonly label: string },
    what: string,
    error: unknown,
  ): void {
    if (error instanceof FailureError) throw error
    const isNamed = error instanceof KeyUnusable
    if (!isNamed) this.#log.add(`key ${label}: ${what}: ${whyBroken(error)}`)
    this.add(key, isNamed ? error.problem : 'no-signature')
  }

  /** For a question that is asked in their place. */
  forPrompt(): { readonly keysLeftAside?: readonly KeyLeftAside[] } {
    return this.#keys.size === 0 ? {} : { keysLeftAside: [...this.#keys.values()] }
  }

  /** A failure that names the keys besides; what to do about them goes before what else may be done. */
  told({ failure: { kind, message, remedy } }: FailureError): FailureError {
    const keys = [...this.#keys.values()]
    const remedies = [...new Set(keys.map(leftAsideRemedy)), ...(remedy === undefined ? [] : [remedy])]
    return failed(
      kind,
      [message, ...keys.map(leftAsideSentence)].join(' '),
      ...(remedies.length === 0 ? [] : [remedies.join(' ')]),
    )
  }
}
