import type { Duplex } from 'node:stream'
import { Client, type AnyAuthMethod } from 'ssh2'
import { whyBroken } from '../../core/broken-stream'
import { failed, isFailure, type FailureError } from '../../core/failure'
import { offeredAlgorithms } from './algorithms'
import { Authentication, type LoginQuestions } from './authentication'
import type { HopSettings } from './hop-settings'
import { HostKeyCheck } from './host-key-check'
import type { KnownHosts } from './known-hosts/known-hosts'
import { Liveness, type LivenessLimits } from './liveness'
import { PhaseClock } from './phase-clock'

const keyExchangeWithin = 20_000
/** A server may take its time over a login: PAM modules ask other machines. */
const loginReplyWithin = 60_000

/** A hop that let us in. */
export interface HopClient {
  readonly client: Client
  /** Why the connection is gone; known before any of its channels hears of it. */
  loss(): FailureError | undefined
  /** Settles when the connection is gone, with the reason. */
  readonly gone: Promise<FailureError>
  close(): void
}

/**
 * Makes an SSH connection over a socket of ours and logs in; the only place that makes ssh2 clients. The host key is
 * checked, or there is no connection.
 * @throws FailureError as `Transport.open` does
 */
export function connectHop(
  hop: HopSettings,
  known: KnownHosts,
  socket: Duplex,
  limits: LivenessLimits,
  questions: LoginQuestions,
): Promise<HopClient> {
  return new Attempt(hop, known, socket, limits, questions).result
}

class Attempt {
  readonly result: Promise<HopClient>
  readonly #client = new Client()
  readonly #hop: HopSettings
  readonly #socket: Duplex
  readonly #questions: LoginQuestions
  readonly #keyCheck: HostKeyCheck
  readonly #authentication: Authentication
  readonly #clock: PhaseClock
  readonly #liveness: Liveness
  #isUp = false
  #failure: FailureError | undefined
  #loss: FailureError | undefined
  #firstError = ''

  constructor(
    hop: HopSettings,
    known: KnownHosts,
    socket: Duplex,
    limits: LivenessLimits,
    questions: LoginQuestions,
  ) {
    this.#hop = hop
    this.#socket = socket
    this.#questions = questions
    this.#clock = new PhaseClock((phase, ms) => {
      this.#give(
        failed('host-unreachable', `${this.#place}: ${phase} took longer than ${String(ms / 1000)} seconds.`),
      )
    })
    const { ask } = questions
    const patiently: LoginQuestions = {
      ...questions,
      ask: ask && ((prompt, signal) => this.#clock.whileAsking(() => ask(prompt, signal))),
    }
    this.#keyCheck = new HostKeyCheck(hop, known, patiently)
    this.#authentication = new Authentication(hop, patiently, () => {
      this.#end()
    })
    this.#liveness = new Liveness(limits, (silent) => {
      if (this.#isUp)
        this.#give(
          lost(`Nothing was heard from ${this.#place} for ${String(Math.round(silent / 1000))} seconds.`),
        )
    })
    this.result = this.#connect(limits, known.knownTypes(this.#keyCheck.name))
  }

  get #place(): string {
    return `${this.#hop.hostName} port ${String(this.#hop.port)}`
  }

  #connect(limits: LivenessLimits, knownTypes: readonly string[]): Promise<HopClient> {
    const { log, signal } = this.#questions
    const client = this.#client
    const cancel = () => {
      this.#give(failed('cancelled', `Connecting to ${this.#place} was cancelled.`))
    }
    signal.addEventListener('abort', cancel, { once: true })
    const gone = new Promise<FailureError>((resolve) => {
      client.on('close', () => {
        this.#clock.stop()
        this.#liveness.stop()
        signal.removeEventListener('abort', cancel)
        this.#loss = this.#reason()
        resolve(this.#loss)
      })
    })
    this.#listen()
    this.#clock.begin('the greeting of the server', this.#hop.connectTimeout)
    client.connect({
      sock: this.#socket,
      username: this.#hop.user,
      readyTimeout: 0,
      algorithms: offeredAlgorithms(knownTypes, this.#hop.legacyAlgorithms),
      // Only provokes answers; whether the link lives is judged by its bytes.
      keepaliveInterval: limits.provokeAfter,
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
      hostVerifier: (key: Buffer, verify: (accepted: boolean) => void) => {
        void this.#keyCheck.accepts(Buffer.from(key)).then(verify)
      },
      authHandler: (
        left: readonly string[] | null,
        partial: boolean | null,
        next: (method: unknown) => void,
      ) => {
        this.#clock.begin('an answer to the login', loginReplyWithin)
        void this.#authentication.next(left, partial).then((method: AnyAuthMethod | false) => {
          next(method)
        })
      },
    } as unknown as Parameters<Client['connect']>[0])
    this.#socket.on('data', () => {
      this.#liveness.heard()
    })
    this.#socket.once('data', (first: Buffer) => {
      this.#clock.begin('the key exchange', keyExchangeWithin)
      const version = /^SSH-[^\r\n]*/m.exec(first.toString('latin1', 0, 1024))
      if (version !== null) log.add(`The server is ${version[0]}`)
    })
    if (signal.aborted) cancel()
    return new Promise((resolve, reject) => {
      client.once('ready', () => {
        this.#isUp = true
        this.#clock.stop()
        signal.removeEventListener('abort', cancel)
        this.#authentication.succeeded()
        log.add(`Logged in to ${this.#place} as ${this.#hop.user}`)
        resolve({ client, loss: () => this.#loss, gone, close: () => this.#end() })
      })
      void gone.then(reject)
    })
  }

  /** ssh2 ends a connection when a listener throws: these only note. */
  #listen(): void {
    const { log } = this.#questions
    const client = this.#client
    client.on('handshake', ({ kex, serverHostKey, cs, sc }) => {
      // Both sides exchange keys anew from time to time.
      if (this.#isUp) return
      this.#clock.begin('the login', loginReplyWithin)
      log.add(
        `Algorithms: ${kex}, host key ${serverHostKey}, ${cs.cipher} ${cs.mac} / ${sc.cipher} ${sc.mac}`,
      )
    })
    client.on('banner', (message: string) => {
      log.add(`The server says: ${message}`)
    })
    client.on('greeting', (greeting: string) => {
      log.add(`The server says before it names its version: ${greeting}`)
    })
    // A server may end its side alone, also behind a jump host: nothing comes any more, and ssh2 sends nothing any more.
    client.on('end', () => {
      this.#end()
    })
    client.on('error', (error: Error & { level?: string }) => {
      // Of single attempts; the login as a whole knows what it failed of.
      if (error.level === 'client-authentication' || error.level === 'agent') return
      log.add(`Error: ${error.message}`)
      if (isFailure(error)) this.#failure ??= error
      // What follows from it says less, such as "Connection lost before handshake".
      if (this.#firstError === '') this.#firstError = whyBroken(error)
    })
  }

  #reason(): FailureError {
    const known = this.#failure ?? this.#keyCheck.failure ?? this.#authentication.failure
    if (known !== undefined) return known
    const why = this.#firstError === '' ? 'the other side closed it' : this.#firstError
    if (this.#isUp) return lost(`The connection to ${this.#place} broke: ${why}.`)
    if (/too many authentication failures/i.test(why)) {
      return this.#authentication.leftAside.told(
        failed(
          'authentication-failed',
          `${this.#place} ended the login after too many attempts (MaxAuthTries). ${this.#authentication.summary()}`,
          'Name the key that the account expects (IdentityFile) and set IdentitiesOnly yes, so that no others are tried before it.',
        ),
      )
    }
    return failed(
      'host-unreachable',
      `${this.#place} ended the connection before the login was done: ${why}.`,
      /no matching/i.test(why)
        ? 'The server knows older algorithms only; allow legacy algorithms for this host if it cannot be updated.'
        : "Look at the connection log and at sshd's own log; after many failed logins a server refuses for some minutes.",
    )
  }

  #give(failure: FailureError): void {
    this.#failure ??= failure
    this.#end()
  }

  #end(): void {
    this.#client.end()
    // A peer that is gone answers no goodbye.
    this.#client.destroy()
    this.#socket.destroy()
  }
}

function lost(message: string): FailureError {
  return failed('connection-lost', message, 'Lamina connects again by itself when the host answers.')
}
