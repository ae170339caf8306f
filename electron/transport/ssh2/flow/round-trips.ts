import type { Client } from 'ssh2'

type Answered = (error?: unknown) => void

/** What ssh2 keeps for itself. Answers to global requests come in the order of the requests (RFC 4254, section 4). */
interface Inside {
  readonly _callbacks: Answered[]
  readonly _protocol: { ping(): void }
}

/**
 * Milliseconds for which the quickest round trip is remembered, and as long again: it tells how long one takes on an empty line. The way to a
 * host may become another one, and a line may be full for long.
 */
const remembered = 5 * 60_000

/** Asks the server at the other end of a connection for nothing but an answer (`keepalive@openssh.com`, any server answers it somehow). */
export class RoundTrips {
  readonly #client: Client
  readonly #now: () => number
  #quickest = Infinity
  #quickestBefore = Infinity
  #quickestSince = -Infinity

  constructor(client: Client, now: () => number = () => performance.now()) {
    this.#client = client
    this.#now = now
  }

  /**
   * Sends a question behind all that was sent before. `answered` hears by how many milliseconds it took longer than the quickest of the
   * last minutes, and nothing where the connection is gone.
   */
  begin(answered: (waited: number | undefined) => void): void {
    const { _callbacks, _protocol } = this.#client as unknown as Inside
    const asked = this.#now()
    _callbacks.push((error) => {
      // A server that does not know the request says so, which is an answer; ssh2 tells of a lost connection by an error.
      if (error instanceof Error) {
        answered(undefined)
        return
      }
      answered(this.#longerThanUsual(this.#now() - asked))
    })
    _protocol.ping()
  }

  #longerThanUsual(took: number): number {
    if (this.#now() - this.#quickestSince > remembered) {
      this.#quickestBefore = this.#quickest
      this.#quickest = Infinity
      this.#quickestSince = this.#now()
    }
    this.#quickest = Math.min(this.#quickest, took)
    return took - Math.min(this.#quickest, this.#quickestBefore)
  }
}
