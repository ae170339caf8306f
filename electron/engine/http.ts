import { request, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Readable } from 'node:stream'
import { brokenStream, codeOf } from '../core/broken-stream'
import { type FailureError, failed } from '../core/failure'
import type { EngineStanding } from './engine'
import type { Transport } from '../transport/transport'
import { refusal } from './refusal'
import { silent, SilenceOf, stalled } from './silence'
import { TransportAgent, type ConnectionRequest } from './transport-agent'
import { shownRequest, WaitingRequests, type WaitingRequest } from './waiting-requests'

/** How engines name themselves (moby, api/server/middleware/version.go; Podman, pkg/api/server); a proxy's own answers have its name. */
const engineServer = /^(?:Docker|Libpod)\//

/** Asks an engine for nothing but an answer, without a version. */
export const pingPath = '/_ping'
/** Docker asks containerd for its version to answer this (moby, daemon/info_unix.go, fillPlatformVersion). */
export const versionPath = '/version'
/** The largest answer that is taken into memory, in bytes. */
const largestAnswer = 384 * 1024 * 1024
/** Milliseconds in which something more of a body comes that an engine has begun. */
const betweenBytes = 60_000

export interface EngineRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** With its API version prefix, already encoded. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** A tar that is sent as it comes, instead of a body. */
  readonly tar?: AsyncIterable<Buffer>
  /** Milliseconds until the answer must have begun; none where an engine may take as long as it needs. */
  readonly timeout?: number
  /** Called when the engine has the word: the way to it is open. */
  readonly asked?: () => void
}

export interface EngineAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** HTTP over a transport's streams, kept alive, so that every request to a host shares its one connection. */
export class EngineHttp {
  readonly #agent: TransportAgent
  readonly #silence: SilenceOf
  /** What the first answer says of who gives it: `Docker/26.1.5 (linux)`, `Libpod/5.4.2 (linux)`. */
  #server: string | undefined
  #isReplaced = false
  readonly #waiting = new WaitingRequests()

  constructor(transport: Transport, socketPath: string) {
    const agent = new TransportAgent(transport, socketPath)
    this.#agent = agent
    this.#silence = new SilenceOf({
      transport,
      received: () => agent.received(),
      ping: (signal) => this.ping(() => undefined, signal),
    })
  }

  /** The whole answer of a successful request. */
  async send(engineRequest: EngineRequest, signal: AbortSignal): Promise<EngineAnswer> {
    const answer = await this.open(engineRequest, signal)
    const body = await this.#bodyOf(answer, engineRequest.timeout, signal)
    return { status: answer.statusCode ?? 0, headers: answer.headers, body }
  }

  /** The whole answer, whatever its status. */
  async ask(engineRequest: EngineRequest & { timeout: number }, signal: AbortSignal): Promise<EngineAnswer> {
    const answer = await this.#begin(engineRequest, signal)
    const body = await this.#bodyOf(answer, engineRequest.timeout, signal)
    return { status: answer.statusCode ?? 0, headers: answer.headers, body }
  }

  /** A successful answer whose body is still to be read. */
  async open(engineRequest: EngineRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const answer = await this.#begin(engineRequest, signal)
    const status = answer.statusCode ?? 0
    if (status >= 200 && status < 300) return answer
    const { method = 'GET', path, timeout } = engineRequest
    throw refusal({ method, path }, status, await this.#bodyOf(answer, timeout, signal))
  }

  /**
   * The body of an answer as it comes, however slowly it is read.
   * @throws FailureError `timed-out` where nothing more comes of it, and what broke it
   */
  async *parts(answer: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
    const iterator = (answer as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    try {
      for (;;) {
        // Only while somebody waits for it.
        const ended = this.#goesOnWithin(answer, betweenBytes)
        const part = await iterator.next().finally(ended)
        if (part.done === true) return
        yield part.value
      }
    } catch (error) {
      throw connectionFailure(error, signal)
    } finally {
      answer.destroy()
    }
  }

  /** What the engine calls itself in its answers, as `Docker/26.1.5 (linux)`; absent where something in between took it out. */
  get server(): string | undefined {
    return this.#server
  }

  /** Resolves with an answer to the cheapest question that there is (Engine API, SystemPing), or to another one, whatever the answer is. */
  async ping(
    asked: () => void,
    signal: AbortSignal,
    path: typeof pingPath | typeof versionPath = pingPath,
  ): Promise<void> {
    await this.#bodyOf(await this.#begin({ path, asked }, signal), undefined, signal)
  }

  /** What the engine was asked first of all that it has not begun to answer; what `ping` asks is left out. */
  get waiting(): WaitingRequest | undefined {
    return this.#waiting.oldest
  }

  get standing(): EngineStanding {
    if (this.#isReplaced) return 'replaced'
    return this.#agent.wasHungUp ? 'doubtful' : 'sure'
  }

  /** Lets what is under way come to its end, each on a connection that ends with it. */
  retire(): void {
    this.#agent.retire()
  }

  close(): void {
    this.#agent.destroy()
  }

  #begin(
    { method = 'GET', path, query = {}, body, tar, timeout, asked }: EngineRequest,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const search = new URLSearchParams(query).toString()
    const json = body === undefined ? undefined : JSON.stringify(body)
    const options: RequestOptions & ConnectionRequest = {
      agent: this.#agent,
      method,
      host: 'docker',
      path: search === '' ? path : `${path}?${search}`,
      signal,
      wanted: signal,
      headers: method === 'GET' || method === 'HEAD' ? {} : headersFor(json, tar !== undefined),
    }
    return new Promise((resolve, reject) => {
      const outgoing = request(options)
      let endLimit: (() => void) | undefined
      let answered: IncomingMessage | undefined
      let ended: (() => void) | undefined
      // From here on the engine has the word: the way to it, with its jumps and logins, has limits of its own.
      outgoing.once('socket', () => {
        asked?.()
        if (path !== pingPath && path !== versionPath) ended = this.#waiting.begin(method, path)
        if (timeout === undefined) return
        endLimit = this.#silence.giveUpAfter(timeout, (isThere) => {
          outgoing.destroy(silent(timeout, isThere, shownRequest(method, path)))
        })
      })
      outgoing.on('error', (error) => {
        endLimit?.()
        ended?.()
        // Node ends a cut-off answer with "aborted"; what the stream says about it is more.
        // An engine that refuses a tar before it has all of it hangs up, and its answer is still to be read.
        if (tar === undefined) answered?.destroy(error)
        reject(connectionFailure(error, signal))
      })
      outgoing.once('response', (answer) => {
        endLimit?.()
        ended?.()
        answered = answer
        const other = this.#answersAnother(answer.headers.server)
        if (isNoEngines(answer)) this.#agent.expectEnd(answer.socket)
        if (other === undefined) resolve(answer)
        else {
          answer.destroy()
          reject(other)
        }
      })
      // Node says nothing else of an answer that begins another protocol (status 101), which nobody asked for.
      outgoing.once('close', () => {
        endLimit?.()
        ended?.()
        reject(noHttp('it wants to go on in another protocol.'))
      })
      if (tar === undefined) outgoing.end(json)
      else sendTar(tar, outgoing)
    })
  }

  /** As `SilenceOf.after`. */
  afterQuiet(milliseconds: number, tell: () => void): () => void {
    return this.#silence.after(milliseconds, tell)
  }

  #goesOnWithin(answer: IncomingMessage, timeout: number): () => void {
    return this.#silence.giveUpAfter(timeout, (isThere) => answer.destroy(stalled(timeout, isThere)))
  }

  /** A whole body, which has to come in less and less time the smaller it is: one that trickles is given up too. */
  async #bodyOf(answer: IncomingMessage, timeout = betweenBytes, signal: AbortSignal): Promise<Buffer> {
    const parts: Buffer[] = []
    let length = 0
    const ended = this.#goesOnWithin(answer, timeout)
    try {
      for await (const part of answer as AsyncIterable<Buffer>) {
        length += part.length
        if (length > largestAnswer)
          throw failed('engine-answer-invalid', "The engine's answer is too large to read.")
        parts.push(part)
      }
    } catch (error) {
      throw connectionFailure(error, signal)
    } finally {
      ended()
    }
    return Buffer.concat(parts)
  }

  /** An answer of another engine than the one that was identified is not believed. */
  #answersAnother(server: unknown): FailureError | undefined {
    if (typeof server !== 'string' || !engineServer.test(server)) return undefined
    this.#server ??= server
    if (server === this.#server) return undefined
    this.#isReplaced = true
    return failed(
      'engine-unreachable',
      `Another engine answers at the socket now: ${server.slice(0, 100)} instead of ${this.#server.slice(0, 100)}.`,
      'Look at the host again; what is asked next goes to the engine that is there now.',
    )
  }
}

/** An answer of a proxy that hangs up after it says nothing of the engine behind it. */
function isNoEngines({ headers }: IncomingMessage): boolean {
  return headers.connection === 'close' && !engineServer.test(String(headers.server ?? ''))
}

/** Sends until the engine has answered or hung up; then what the tar is made from is closed. */
function sendTar(tar: AsyncIterable<Buffer>, outgoing: ClientRequest): void {
  const source = Readable.from(tar, { objectMode: false })
  const close = () => source.destroy()
  source.once('error', (error) => outgoing.destroy(error))
  outgoing.once('close', close)
  outgoing.once('response', (answer: IncomingMessage) => answer.once('close', close))
  source.pipe(outgoing)
}

function headersFor(json: string | undefined, sendsTar: boolean): Record<string, string> {
  if (sendsTar) return { 'Content-Type': 'application/x-tar' }
  if (json === undefined) return { 'Content-Length': '0' }
  return { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(json)) }
}

/** Turns whatever broke a request or its answer into a failure. */
export function connectionFailure(error: unknown, signal: AbortSignal): FailureError {
  if (signal.aborted) return failed('cancelled', 'The request to the engine was cancelled.')
  if (error instanceof Error && codeOf(error).startsWith('HPE_')) return noHttp(error.message)
  return brokenStream(
    error,
    'engine-unreachable',
    'The connection to the engine broke',
    'Look whether the engine is running; the list comes back by itself when it is.',
  )
}

function noHttp(because: string): FailureError {
  return failed('engine-answer-invalid', `What answers at the socket does not speak HTTP: ${because}`)
}
