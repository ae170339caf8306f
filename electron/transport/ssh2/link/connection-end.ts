import { whyBroken } from '../../../core/base/broken-stream'
import { displayName } from '../../../core/base/display-name'
import { isFailure, type FailureError } from '../../../core/base/failure'
import type { Authentication } from '../login/authentication'
import { endedEarly, lost, tookTooLong, tooManyAttempts, type EarlyPhase } from './early-end'
import type { HopSocket } from '../hello/greeting'
import { closedWithoutWords, closedWithWords } from '../login/login-refusals'
import { refusedHello } from '../hello/refused-hello'
import type { Hello } from '../hello/server-hello'

const longestReason = 300

/** Finds out why a connection ended, of what was noted on the way. */
export class ConnectionEnd {
  readonly #place: string
  readonly #socket: HopSocket
  readonly #authentication: Authentication
  #why = ''
  /** How far it came. */
  phase: EarlyPhase = 'key exchange'
  /** The algorithm that both sides know, where it is known. */
  keyExchange: string | undefined
  isUp = false
  /** Why this side ended it. */
  failure: FailureError | undefined

  constructor(place: string, socket: HopSocket, authentication: Authentication) {
    this.#place = place
    this.#socket = socket
    this.#authentication = authentication
  }

  /** Notes why the connection is about to end. What follows from it says less, such as "Connection lost before handshake". */
  note(why: unknown): void {
    if (isFailure(why)) this.failure ??= why
    // A server may have written it.
    if (this.#why === '')
      this.#why = displayName((typeof why === 'string' ? why : whyBroken(why)).slice(0, longestReason))
  }

  /** `known` is what else this side may have ended it for. */
  reason(known: FailureError | undefined): FailureError {
    const sure = this.failure ?? known ?? this.#authentication.failure
    if (sure !== undefined) return sure
    const place = this.#place
    const why = this.#why || (this.#socket.account?.() ?? 'the other side closed it')
    if (this.isUp) return lost(`The connection to ${place} broke: ${why}.`)
    const { account, current, said, leftAside } = this.#authentication
    if (/too many authentication failures/i.test(why))
      return leftAside.told(tooManyAttempts(place, this.#authentication.summary()))
    if (said !== '') return closedWithWords({ place, account, method: current, said })
    if (!['', 'none'].includes(current) && this.#why === '')
      return closedWithoutWords({ place, account, method: current })
    return endedEarly(place, this.phase, why, this.keyExchange ?? 'not known yet')
  }

  /** `hello` is what the server said, where it is not greeted yet. */
  tooLate(phase: string, ms: number, hello: Hello | undefined): FailureError {
    const account = this.#socket.account?.()
    if (hello?.state === 'silent' && hello.said.length > 0)
      return refusedHello(this.#place, hello, { account })
    return tookTooLong({ place: this.#place, phase, ms, account, said: this.#authentication.quotation })
  }
}
