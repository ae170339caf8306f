import { Client, type AnyAuthMethod } from 'ssh2'
import { failed, isFailure, type FailureError } from '../../../core/base/failure'
import { acceptedRsaSignatures } from '../algorithms/accepted-keys'
import type { Offer } from '../algorithms/algorithms'
import { Authentication } from '../login/authentication'
import { ConnectionEnd } from './connection-end'
import { lost } from './early-end'
import { guard } from '../guard/guard'
import { greet, keepFromGreeting, software, type HopSocket } from '../hello/greeting'
import { wishesFor, type HopSettings } from '../../ssh-config/hop-settings'
import { isThisMachine } from './hop-socket'
import { type ExpectedHostKey, HostKeyCheck } from '../host-keys/host-key-check'
import type { HopClient, HopQuestions } from './hop-connection'
import { Liveness, type LivenessLimits } from './liveness'
import { wantsNewPassword } from '../login/login-refusals'
import { agreedOffer } from '../algorithms/negotiation'
import { PhaseClock } from './phase-clock'
import { refusedHello } from '../hello/refused-hello'
import { preferSignatures } from '../algorithms/rsa-signatures'
import type { HelloReader } from '../hello/server-hello'
import { hearUnaskedWords } from '../login/unasked-words'

const keyExchangeWithin = 20_000
/** A server may take its time over a login: PAM modules ask other machines. */
const loginReplyWithin = 60_000

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
  #received = 0
  readonly #ending: ConnectionEnd
  #loss: FailureError | undefined

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
      this.#give(this.#ending.tooLate(phase, ms, this.#hello?.hello()))
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
    this.#ending = new ConnectionEnd(this.#place, socket, this.#authentication)
    this.#liveness = new Liveness(limits, (silent) => {
      if (this.#ending.isUp)
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
        this.#loss ??= this.#ending.reason(this.#keyCheck.failure)
        this.#over.abort()
        resolve(this.#loss)
      }
      client.on('close', settle)
      this.#hello = this.#greet(settle)
    })
    if (signal.aborted) cancel()
    return new Promise((resolve, reject) => {
      client.once('ready', () => {
        this.#ending.isUp = true
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
          this.#ending.keyExchange ??= offer.kex.find((name) => algorithms?.kex.includes(name))
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
    const hear = (words: string) => {
      this.#questions.log.add(`The server says: ${words}`)
      this.#authentication.heard(words)
    }
    this.#client.on('banner', hear)
    keepFromGreeting(this.#socket)
    this.#client.connect({
      sock: this.#socket,
      ident: software,
      username: this.#hop.user,
      readyTimeout: 0,
      // A few bytes that are compressed may become any number of them.
      algorithms: { kex, serverHostKey, cipher, hmac, compress: ['none'] },
      // Others than OpenSSH forward streams as well.
      strictVendor: false,
      // Only provokes answers; whether the link lives is judged by its bytes.
      keepaliveInterval: this.#provokeAfter,
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
      hostVerifier: (key: Buffer, verify: (accepted: boolean) => void) => {
        void this.#keyCheck.accepts(Buffer.from(key)).then((accepted) => {
          this.#answer(() => {
            verify(accepted)
          })
        })
      },
      authHandler: (
        left: readonly string[] | null,
        partial: boolean | null,
        next: (method: unknown) => void,
      ) => {
        this.#clock.begin('an answer to the login', loginReplyWithin)
        void this.#authentication.next(left, partial).then((method: AnyAuthMethod | false) => {
          this.#answer(() => {
            next(method)
          })
        })
      },
    } as unknown as Parameters<Client['connect']>[0])
    this.#guard()
    hearUnaskedWords(this.#client, hear)
    preferSignatures(this.#client, acceptedRsaSignatures(this.#hop))
    this.#socket.on('data', (data: Buffer) => {
      this.#received += data.length
      this.#liveness.heard()
    })
  }

  #guard(): void {
    guard(this.#client, this.#socket, {
      place: this.#place,
      isUp: () => this.#ending.isUp,
      newKeys: () => {
        if (this.#ending.isUp) this.#clock.begin('the exchange of new keys', keyExchangeWithin)
      },
      goodbye: (words) => {
        this.#ending.note(words)
        // A server may say goodbye and stay.
        setImmediate(() => {
          this.#end()
        })
      },
      broken: this.#broken,
    })
  }

  /** Hands ssh2 an answer that took its time; it has taken itself apart when the connection is gone. */
  #answer(give: () => void): void {
    if (this.#over.signal.aborted) return
    try {
      give()
    } catch (error) {
      this.#broken(error)
    }
  }

  readonly #broken = (error: unknown): void => {
    if (isFailure(error)) this.#give(error)
    else this.#client.emit('error', error instanceof Error ? error : new Error(String(error)))
  }

  /** ssh2 ends a connection when a listener throws: these only note. */
  #listen(): void {
    const { log } = this.#questions
    const client = this.#client
    client.on('handshake', ({ kex, serverHostKey, cs, sc }) => {
      // Both sides exchange keys anew from time to time.
      if (this.#ending.isUp) this.#clock.stop()
      if (this.#ending.phase === 'login') return
      this.#clock.begin('the login', loginReplyWithin)
      this.#ending.phase = 'login'
      log.add(
        `Algorithms: ${kex}, host key ${serverHostKey}, ${cs.cipher} ${cs.mac} / ${sc.cipher} ${sc.mac}`,
      )
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
      this.#ending.note(error)
      // ssh2 only ends its own side, which a server need not care about.
      this.#socket.destroy()
    })
  }

  #give(failure: FailureError): void {
    this.#ending.failure ??= failure
    this.#end()
  }

  #end(): void {
    this.#client.end()
    // A peer that is gone answers no goodbye.
    this.#client.destroy()
    this.#socket.destroy()
  }
}
