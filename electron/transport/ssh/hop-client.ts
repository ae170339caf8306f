import { Client, type AnyAuthMethod } from 'ssh2'
import { whyBroken } from '../../core/broken-stream'
import { displayName } from '../../core/display-name'
import { failed, isFailure, type FailureError } from '../../core/failure'
import { acceptedRsaSignatures } from './accepted-keys'
import type { Offer } from './algorithms'
import { Authentication } from './authentication'
import { endedEarly, lost, tooManyAttempts, type EarlyPhase } from './early-end'
import { greet, keepFromGreeting, software, type HopSocket } from './greeting'
import { wishesFor, type HopSettings } from './hop-settings'
import { isThisMachine } from './hop-socket'
import { type ExpectedHostKey, HostKeyCheck } from './host-key-check'
import type { HostKeyQuestions } from './host-key-meeting'
import { Liveness, type LivenessLimits } from './liveness'
import type { LoginQuestions } from './login-answers'
import { closedWithoutWords, closedWithWords, wantsNewPassword } from './login-refusals'
import { agreedOffer } from './negotiation'
import { PhaseClock } from './phase-clock'
import { refusedHello } from './refused-hello'
import { preferSignatures } from './rsa-signatures'
import type { HelloReader } from './server-hello'
import { hearUnaskedWords } from './unasked-words'

const keyExchangeWithin = 20_000
/** A server may take its time over a login: PAM modules ask other machines. */
const loginReplyWithin = 60_000
const longestReason = 300

/** What a hop needs of its surroundings. */
export type HopQuestions = LoginQuestions & HostKeyQuestions

/** A hop that let us in. */
export interface HopClient {
  readonly client: Client
  /** Why the connection is gone; known before any of its channels hears of it. */
  loss(): FailureError | undefined
  /** Settles when the connection is gone, with the reason. */
  readonly gone: Promise<FailureError>
  /** Bytes that came so far. */
  received(): number
  close(): void
}

/**
 * Makes an SSH connection over a socket of ours and logs in; the only place that makes ssh2 clients. The host key is
 * checked, or there is no connection.
 * @throws FailureError as `Transport.open` does
 */
export function connectHop(
  hop: HopSettings,
  expected: ExpectedHostKey,
  socket: HopSocket,
  limits: LivenessLimits,
  questions: HopQuestions,
): Promise<HopClient> {
  return new Attempt(hop, expected, socket, limits, questions).result
}

class Attempt {
  readonly result: Promise<HopClient>
  readonly #client = new Client()
  readonly #hop: HopSettings
  readonly #socket: HopSocket
  readonly #questions: HopQuestions
  /** Aborted when the connection is gone: nothing is asked any more then. */
  readonly #over = new AbortController()
  readonly #keyCheck: HostKeyCheck
  readonly #authentication: Authentication
  readonly #clock: PhaseClock
  readonly #liveness: Liveness
  readonly #knownTypes: readonly string[]
  readonly #provokeAfter: number
  #hello: HelloReader | undefined
  #phase: EarlyPhase = 'key exchange'
  #keyExchange = 'not known yet'
  #isUp = false
  #received = 0
  #failure: FailureError | undefined
  #loss: FailureError | undefined
  #firstError = ''

  constructor(
    hop: HopSettings,
    expected: ExpectedHostKey,
    socket: HopSocket,
    limits: LivenessLimits,
    questions: HopQuestions,
  ) {
    this.#hop = hop
    this.#socket = socket
    // One may come when neither the greeting is read any more nor ssh2 listens yet.
    socket.on('error', () => undefined)
    this.#questions = questions
    this.#clock = new PhaseClock((phase, ms) => {
      this.#give(this.#tooLate(phase, ms))
    })
    const { ask, signal } = questions
    const patiently: HopQuestions = {
      ...questions,
      signal: AbortSignal.any([signal, this.#over.signal]),
      ask: ask && ((prompt, signal) => this.#clock.whileAsking(() => ask(prompt, signal))),
    }
    this.#keyCheck = new HostKeyCheck(hop, expected.known, isThisMachine(socket), patiently)
    this.#authentication = new Authentication(hop, patiently, () => {
      this.#end()
    })
    this.#liveness = new Liveness(limits, (silent) => {
      if (this.#isUp)
        this.#give(
          lost(`Nothing was heard from ${this.#place} for ${String(Math.round(silent / 1000))} seconds.`),
        )
    })
    this.#knownTypes = expected.types
    this.#provokeAfter = limits.provokeAfter
    this.result = this.#connect()
  }

  get #place(): string {
    return `${this.#hop.hostName} port ${String(this.#hop.port)}`
  }

  #connect(): Promise<HopClient> {
    const { log, signal } = this.#questions
    const client = this.#client
    const cancel = () => {
      this.#give(failed('cancelled', `Connecting to ${this.#place} was cancelled.`))
    }
    signal.addEventListener('abort', cancel, { once: true })
    const gone = new Promise<FailureError>((resolve) => {
      const settle = () => {
        this.#clock.stop()
        this.#liveness.stop()
        signal.removeEventListener('abort', cancel)
        this.#loss ??= this.#reason()
        this.#over.abort()
        resolve(this.#loss)
      }
      client.on('close', settle)
      this.#hello = this.#greet(settle)
    })
    if (signal.aborted) cancel()
    return new Promise((resolve, reject) => {
      client.once('ready', () => {
        this.#isUp = true
        this.#clock.stop()
        signal.removeEventListener('abort', cancel)
        this.#authentication.succeeded()
        log.add(`Logged in to ${this.#place} as ${this.#hop.user}`)
        const received = () => this.#received
        resolve({ client, loss: () => this.#loss, gone, received, close: () => this.#end() })
      })
      void gone.then(reject)
    })
  }

  #greet(givenUp: () => void): HelloReader {
    this.#clock.begin('the greeting of the server', this.#hop.connectTimeout)
    return greet(this.#socket, {
      greeted: (version) => {
        this.#clock.begin('the key exchange', keyExchangeWithin)
        this.#questions.log.add(`The server is ${version}`)
      },
      done: (algorithms) => {
        this.#hello = undefined
        try {
          const offer = agreedOffer(this.#place, wishesFor(this.#hop), this.#knownTypes, algorithms)
          this.#keyExchange = offer.kex.find((name) => algorithms?.kex.includes(name)) ?? this.#keyExchange
          this.#start(offer)
        } catch (error) {
          this.#give(isFailure(error) ? error : failed('internal', String(error)))
          givenUp()
        }
      },
      failed: (hello, error) => {
        this.#give(refusedHello(this.#place, hello, { error, account: this.#socket.account?.() }))
        givenUp()
      },
    })
  }

  #start({ kex, serverHostKey, cipher, hmac }: Offer): void {
    this.#listen()
    keepFromGreeting(this.#socket)
    this.#client.connect({
      sock: this.#socket,
      ident: software,
      username: this.#hop.user,
      readyTimeout: 0,
      algorithms: { kex, serverHostKey, cipher, hmac },
      // Others than OpenSSH forward streams as well.
      strictVendor: false,
      // Only provokes answers; whether the link lives is judged by its bytes.
      keepaliveInterval: this.#provokeAfter,
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
      hostVerifier: (key: Buffer, verify: (accepted: boolean) => void) => {
        void this.#keyCheck.accepts(Buffer.from(key)).then((accepted) => {
          // ssh2 has taken itself apart when the connection is gone.
          if (!this.#over.signal.aborted) verify(accepted)
        })
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
    hearUnaskedWords(this.#client, (words) => {
      this.#questions.log.add(`The server says: ${words}`)
      this.#authentication.heard(words)
    })
    preferSignatures(this.#client, acceptedRsaSignatures(this.#hop))
    this.#socket.on('data', (data: Buffer) => {
      this.#received += data.length
      this.#liveness.heard()
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
      this.#phase = 'login'
      log.add(
        `Algorithms: ${kex}, host key ${serverHostKey}, ${cs.cipher} ${cs.mac} / ${sc.cipher} ${sc.mac}`,
      )
    })
    client.on('banner', (message: string) => {
      log.add(`The server says: ${message}`)
      this.#authentication.heard(message)
    })
    client.on('greeting', (greeting: string) => {
      log.add(`The server says before it names its version: ${greeting}`)
    })
    client.on('change password', (prompt) => {
      this.#give(wantsNewPassword(this.#authentication.account, prompt))
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
      // A server may have written it.
      if (this.#firstError === '') this.#firstError = displayName(whyBroken(error)).slice(0, longestReason)
    })
  }

  #reason(): FailureError {
    const known = this.#failure ?? this.#keyCheck.failure ?? this.#authentication.failure
    if (known !== undefined) return known
    const why = this.#firstError || (this.#socket.account?.() ?? 'the other side closed it')
    if (this.#isUp) return lost(`The connection to ${this.#place} broke: ${why}.`)
    if (/too many authentication failures/i.test(why))
      return this.#authentication.leftAside.told(tooManyAttempts(this.#place, this.#authentication.summary()))
    const { account, current, said } = this.#authentication
    if (said !== '') return closedWithWords({ place: this.#place, account, method: current, said })
    if (!['', 'none'].includes(current) && this.#firstError === '')
      return closedWithoutWords({ place: this.#place, account, method: current })
    return endedEarly(this.#place, this.#phase, why, this.#keyExchange)
  }

  #tooLate(phase: string, ms: number): FailureError {
    const account = this.#socket.account?.()
    const hello = this.#hello?.hello()
    if (hello?.state === 'silent' && hello.said.length > 0)
      return refusedHello(this.#place, hello, { account })
    const more = account === undefined ? '' : `; ${account}`
    return failed(
      'host-unreachable',
      `${this.#place}: ${phase} took longer than ${String(ms / 1000)} seconds${more}.${this.#authentication.quotation}`,
      'The server may be too busy, or something else listens on the port. Look whether ssh gets in; ConnectTimeout gives the greeting more time.',
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
