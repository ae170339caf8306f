import { Agent, type ClientRequest, type ClientRequestArgs } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Transport } from '../transport/transport'

/** Keeps connections to an engine's socket over a transport, and notices when the engine ends one. */
export class TransportAgent extends Agent {
  readonly #transport: Transport
  readonly #socketPath: string
  /** The other side ended a connection, or it broke. */
  wasHungUp = false

  constructor(transport: Transport, socketPath: string) {
    super({ keepAlive: true })
    this.#transport = transport
    this.#socketPath = socketPath
  }

  override createConnection(
    _options: ClientRequestArgs,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.#transport.openStream(this.#socketPath).then(
      (stream) => {
        stream.once('end', () => (this.wasHungUp = true))
        // A request that is given up breaks its own connection.
        stream.once('error', ({ name }: Error) => (this.wasHungUp ||= name !== 'AbortError'))
        done?.(null, stream)
      },
      (error: unknown) => {
        this.wasHungUp = true
        // Node's callback takes an error alone, which its type does not say.
        ;(done as ((error: unknown) => void) | undefined)?.(error)
      },
    )
    return undefined
  }

  /** Called with a connection that waits for the next request: nobody but the other side ends it then. */
  override keepSocketAlive(stream: Duplex): boolean {
    stream.once('close', this.#whileIdle)
    super.keepSocketAlive(stream)
    return true
  }

  override reuseSocket(stream: Duplex, outgoing: ClientRequest): void {
    stream.off('close', this.#whileIdle)
    super.reuseSocket(stream, outgoing)
  }

  readonly #whileIdle = (): void => {
    this.wasHungUp = true
  }

  retire(): void {
    this.maxFreeSockets = 0
    for (const stream of Object.values(this.freeSockets).flat()) stream?.destroy()
  }
}
