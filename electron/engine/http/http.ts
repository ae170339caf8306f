import { request, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Readable } from 'node:stream'
import { codeOf } from '../../core/base/broken-stream'
import { failed, type FailureError } from '../../core/base/failure'
import { unaskedForm, watchOverhead } from './answer-overhead'
import type { Transport } from '../../transport/transport'
import { partsOf, wholeBody } from './answer-body'
import { connectionFailure, noHttp } from '../connection-failure'
import type { EngineStanding } from '../engine'
import { refusal } from './refusal'
import { silent, SilenceOf } from './silence'
import { TransportAgent, type ConnectionRequest } from './transport-agent'
import { shownRequest, WaitingRequests, type WaitingRequest } from '../waiting-requests'

/** How engines name themselves (moby, api/server/middleware/version.go; Podman, pkg/api/server); a proxy's own answers have its name. */
const engineServer = /^(?:Docker|Libpod)\//

/** Asks an engine for nothing but an answer, without a version. */
export const pingPath = '/_ping'
/** Docker asks containerd for its version to answer this (moby, daemon/info_unix.go, fillPlatformVersion). */
export const versionPath = '/version'

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
  /** What a program in between says no to may be done or under way all the same: its no is told as a lost answer. */
  readonly refusedByEngine?: boolean
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
  #lastAlone = 0

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
    const { method = 'GET', path, timeout, refusedByEngine: mustBeEngines } = engineRequest
    const body = await this.#bodyOf(answer, timeout, signal)
    throw refusal({ method, path }, { status, body, isEngines: isEngines(answer.headers), mustBeEngines })
  }

  /**
   * The body of an answer as it comes, however slowly it is read.
   * @throws FailureError `timed-out` where next to nothing more comes of it, and what broke it
   */
  parts(answer: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
    return partsOf(answer, this.#silence, signal)
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

  /** An answer could not be believed: what waits to be used again may hold the rest of it. */
  distrust(): void {
    this.#agent.closeIdle()
  }

  close(): void {
    this.#agent.destroy()
  }

  /** A connection that waited may have been closed just when it was used again: what only reads is asked once more then. */
  async #begin(engineRequest: EngineRequest, signal: AbortSignal): Promise<IncomingMessage> {
    for (;;) {
      const attempt: Attempt = { wasLeftBehind: false }
      try {
        return await this.#ask(engineRequest, attempt, signal)
      } catch (error) {
        if (!attempt.wasLeftBehind || signal.aborted) throw error
      }
    }
  }

  #ask(
    { method = 'GET', path, query = {}, body, tar, timeout, asked }: EngineRequest,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const onlyReads = method === 'GET' || method === 'HEAD'
    const search = new URLSearchParams(query).toString()
    const json = body === undefined ? undefined : JSON.stringify(body)
    const options: RequestOptions & ConnectionRequest = {
      agent: this.#agent,
      method,
      host: 'docker',
      path: search === '' ? path : `${path}?${search}`,
      signal,
      wanted: signal,
      // What changes something must not meet a connection that is closed at the same moment, nor what is left of another answer.
      ...(onlyReads ? {} : { alone: String((this.#lastAlone += 1)) }),
      headers: onlyReads ? {} : headersFor(json, tar !== undefined),
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
        attempt.wasLeftBehind =
          onlyReads && outgoing.reusedSocket && answered === undefined && isHungUp(error)
        reject(connectionFailure(error, signal))
      })
      watchOverhead(outgoing, (failure) => (answered ?? outgoing).destroy(failure))
      outgoing.once('response', (answer) => {
        endLimit?.()
        ended?.()
        answered = answer
        const other = unaskedForm(answer) ?? this.#answersAnother(answer.headers.server)
        if (isLastOfProxy(answer) || !onlyReads) this.#agent.expectEnd(answer.socket)
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

  async #bodyOf(answer: IncomingMessage, timeout: number | undefined, signal: AbortSignal): Promise<Buffer> {
    return await wholeBody(answer, this.#silence, timeout, signal)
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

/** One try of a request. */
interface Attempt {
  /** The other side had closed the connection before it had the request. */
  wasLeftBehind: boolean
}

/** The other side closed a connection, and nothing of ours did. */
function isHungUp(error: Error): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(codeOf(error))
}

/** An answer that an engine gave, as far as it says so. */
export function isEngines(headers: IncomingMessage['headers']): boolean {
  return engineServer.test(String(headers.server ?? ''))
}

/** An answer of a proxy that hangs up after it says nothing of the engine behind it. */
function isLastOfProxy(answer: IncomingMessage): boolean {
  return answer.headers.connection === 'close' && !isEngines(answer.headers)
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
