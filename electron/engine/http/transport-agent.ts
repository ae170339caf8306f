import { setMaxListeners } from 'node:events'
import { Agent, type ClientRequest, type ClientRequestArgs } from 'node:http'
import type { Duplex } from 'node:stream'
import { failed, type FailureError } from '../../core/base/failure'
import type { Transport } from '../../transport/transport'

const hungUpAtOnce = 'The engine closed the connection as soon as it was open.'
const givenUp =
  'The connection to the engine was given up: its host was disconnected, or the engine is looked for anew.'
const tryLater = 'Look whether the engine is running, then try it again.'

/** What a request says to the agent besides Node's own: until when its connection is wanted. Node hands no signal on. */
export interface ConnectionRequest {
  readonly wanted: AbortSignal
  /** Names a connection that no other request has. */
  readonly alone?: string
}

/** Keeps connections to an engine's socket over a transport, and notices when the engine ends one. */
export class TransportAgent extends Agent {
  readonly #transport: Transport
  readonly #socketPath: string
  /** The other side ended a connection, or it broke. */
  wasHungUp = false
  readonly #expected = new WeakSet<Duplex>()
  readonly #alone = new WeakSet<Duplex>()
  readonly #open = new Set<Duplex>()
  /** Bytes that came over connections that are closed. */
  #receivedBefore = 0
  readonly #closing = new AbortController()

  constructor(transport: Transport, socketPath: string) {
    super({ keepAlive: true })
    this.#transport = transport
    this.#socketPath = socketPath
    // Every stream that is being opened listens.
    setMaxListeners(0, this.#closing.signal)
  }

  /** Connections of one name may carry one another's requests. */
  override getName(options?: Parameters<Agent['getName']>[0] & Partial<ConnectionRequest>): string {
    return `${super.getName(options)}:${options?.alone ?? ''}`
  }

  override createConnection(
    { wanted, alone }: ClientRequestArgs & Partial<ConnectionRequest>,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const closing = this.#closing.signal
    const until = wanted === undefined ? closing : AbortSignal.any([wanted, closing])
    const fail = (reason: unknown) => {
      // What this side gave up says nothing of the engine.
      this.wasHungUp ||= !until.aborted
      const error = closing.aborted && wanted?.aborted !== true ? agentClosed() : reason
      // Node's callback takes an error alone, which its type does not say.
      ;(done as ((error: unknown) => void) | undefined)?.(error)
    }
    this.#transport.openStream(this.#socketPath, until).then((stream) => {
      // Node's client waits for ever on a stream that was gone before it listens.
      if (stream.destroyed || closing.aborted) {
        stream.destroy()
        fail(stream.errored ?? failed('engine-unreachable', hungUpAtOnce, tryLater))
        return
      }
      if (alone !== undefined) this.#alone.add(stream)
      this.#open.add(stream)
      stream.once('close', () => {
        this.#open.delete(stream)
        this.#receivedBefore += bytesOf(stream)
      })
      stream.once('end', () => (this.wasHungUp ||= !this.#expected.has(stream)))
      // A request that is given up breaks its own connection.
      stream.once('error', ({ name }: Error) => (this.wasHungUp ||= name !== 'AbortError'))
      done?.(null, stream)
    }, fail)
    return undefined
  }

  /** Bytes that came from the engine so far, whatever for. */
  received(): number {
    return [...this.#open].reduce((sum, stream) => sum + bytesOf(stream), this.#receivedBefore)
  }

  /** The end of this connection will say nothing of the engine. */
  expectEnd(stream: Duplex): void {
    this.#expected.add(stream)
  }

  /** Called with a connection that waits for the next request: nobody but the other side ends it then. */
  override keepSocketAlive(stream: Duplex): boolean {
    // What came beyond an answer would be taken for the next one.
    if (this.#alone.has(stream) || stream.readableLength > 0) return false
    stream.once('close', this.#whileIdle)
    stream.once('data', closeUnasked)
    super.keepSocketAlive(stream)
    return true
  }

  override reuseSocket(stream: Duplex, outgoing: ClientRequest): void {
    stream.off('close', this.#whileIdle)
    stream.off('data', closeUnasked)
    super.reuseSocket(stream, outgoing)
  }

  readonly #whileIdle = (): void => {
    this.wasHungUp = true
  }

  /** Breaks what is under way, with the reason: nobody but this side closes it. */
  override destroy(): void {
    this.#closing.abort()
    for (const stream of Object.values(this.sockets).flat()) stream?.destroy(agentClosed())
    super.destroy()
  }

  retire(): void {
    this.maxFreeSockets = 0
    this.closeIdle()
  }

  /** Closes the connections that wait for the next request. */
  closeIdle(): void {
    for (const stream of Object.values(this.freeSockets).flat()) stream?.destroy()
  }
}

/** Nobody asked for what comes over a connection that waits. */
function closeUnasked(this: Duplex): void {
  this.destroy()
}

/** Sockets and channels count what they read. */
function bytesOf(stream: Duplex & { readonly bytesRead?: number }): number {
  return stream.bytesRead ?? 0
}

function agentClosed(): FailureError {
  return failed('engine-unreachable', givenUp, 'Try it again.')
}
