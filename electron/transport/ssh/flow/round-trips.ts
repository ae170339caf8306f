import type { Client } from 'ssh2'

type Answered = (error?: unknown) => void

/** What ssh2 keeps for itself. Answers to global requests come in the order of the requests (RFC 4254, section 4). */
interface Inside {
  readonly _callbacks: Answered[]
  readonly _protocol: { ping(): void }
}

/** Round trips that are remembered to know how long one takes on an empty line: the way to a host may become another one. */
const remembered = 40

/** Asks the server at the other end of a connection for nothing but an answer (`keepalive@openssh.com`, any server answers it somehow). */
export class RoundTrips {
  readonly #client: Client
  readonly #now: () => number
  readonly #taken: number[] = []

  constructor(client: Client, now: () => number = () => performance.now()) {
    this.#client = client
    this.#now = now
  }

  /**
   * Sends a question behind all that was sent before. `answered` hears by how many milliseconds it took longer than the quickest of the
   * last ones, and nothing where the connection is gone.
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
      const took = this.#now() - asked
      this.#taken.push(took)
      if (this.#taken.length > remembered) this.#taken.shift()
      answered(took - Math.min(...this.#taken))
    })
    _protocol.ping()
  }
}
