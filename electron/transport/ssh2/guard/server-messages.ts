import type { FailureError } from '../../../core/base/failure'
import type { ChannelRules } from './channel-rules'
import { MessageBudget } from './message-budget'
import { isKeyExchange, isLogin, isOfConnection, message, nameOf } from './message-numbers'
import { misbehaved } from './misbehaved'
import { PayloadFields } from './payload-fields'

/** What has to be known of a connection to judge what comes over it. */
export interface ConnectionState {
  /** Where the server is, as in failures. */
  readonly place: string
  isUp(): boolean
  /** Methods of login that were begun and are not answered. */
  attempts(): readonly string[]
  /** The server chooses the group of the key exchange that is under way, and has not yet (RFC 4419). */
  choosesGroup(): boolean
  /** The server begins an exchange of new keys. */
  newKeys(): void
  /** The server ends the connection and says this. */
  goodbye(words: string): void
}

/** Questions at once, and rounds of them, in one login. PAM has 32 messages at most (PAM_MAX_NUM_MSG). */
const mostQuestions = 32
const mostRounds = 60
/** Exchanges of new keys: so many at once, more with time and with what came or was sent (sshd_config, RekeyLimit). */
const mostKeyExchanges = 20
const keyExchangeEvery = 3_000
const bytesPerKeyExchange = 256 * 1024
/** Bits of a group that a server chooses: as much as ssh2 asks for (RFC 4419, 3; RFC 8270). */
const groupBits = { least: 2048, most: 8192 }

/** What ssh2 gets in the place of a message that is not for it. */
const nothing = Buffer.from([message.IGNORE, 0, 0, 0, 0])

/**
 * Judges each message of a server before ssh2 takes it, which checks little and answers everything. What is out of place is left out; what
 * no sound server does, or does so often, ends the connection.
 */
export class ServerMessages {
  readonly #state: ConnectionState
  readonly #channels: ChannelRules
  readonly #budget: MessageBudget
  readonly #now: () => number
  readonly #began: number
  #bytes = 0
  #keyExchanges = 0
  #rounds = 0
  #hasService = false

  /** `now` in milliseconds. */
  constructor(state: ConnectionState, channels: ChannelRules, now: () => number = () => performance.now()) {
    this.#state = state
    this.#channels = channels
    this.#now = now
    this.#began = now()
    this.#budget = new MessageBudget(now)
  }

  /** Data of so many bytes was sent to the server, which lets it say what it made of them. */
  sent(bytes: number): void {
    this.#bytes += bytes
    this.#budget.earn(2 + bytes / 512)
  }

  /** A message without a word. */
  empty(): void {
    this.#spend(message.IGNORE)
  }

  /**
   * What ssh2 is to get of a message.
   * @throws FailureError `server-misbehaved`
   */
  see(payload: Buffer): Buffer {
    this.#bytes += payload.length
    const type = payload[0] ?? 0
    if (type === message.CHANNEL_DATA || type === message.CHANNEL_EXTENDED_DATA)
      return this.#ofConnection(type, payload)
    if (type === message.KEXINIT) this.#beginKeyExchange()
    if (isKeyExchange(type)) return this.#ofKeyExchange(type, payload)
    if (isLogin(type)) return this.#ofLogin(type, payload)
    if (isOfConnection(type)) return this.#ofConnection(type, payload)
    this.#spend(type)
    if (type === message.DISCONNECT) this.#goodbye(payload)
    if (type !== message.SERVICE_ACCEPT) return payload
    // ssh2 would begin to log in once more.
    const isFirst = !this.#hasService
    this.#hasService = true
    return isFirst ? payload : nothing
  }

  #beginKeyExchange(): void {
    this.#keyExchanges += 1
    const allowed =
      mostKeyExchanges + (this.#now() - this.#began) / keyExchangeEvery + this.#bytes / bytesPerKeyExchange
    if (this.#keyExchanges > allowed) throw this.#misbehaved('wants new keys again and again')
    this.#state.newKeys()
  }

  #ofKeyExchange(type: number, payload: Buffer): Buffer {
    if (type !== message.KEX_DH_GEX_GROUP || !this.#state.choosesGroup()) return payload
    const bits = bitsOf(new PayloadFields(payload).bytes() ?? Buffer.alloc(0))
    if (bits < groupBits.least || bits > groupBits.most)
      throw this.#misbehaved(
        `chose a group of ${String(bits)} bits for the key exchange, where ${String(groupBits.least)} to ${String(groupBits.most)} were asked for`,
      )
    return payload
  }

  #ofLogin(type: number, payload: Buffer): Buffer {
    this.#spend(type)
    if (this.#state.isUp()) return nothing
    const [method] = this.#state.attempts()
    if (type === message.USERAUTH_FAILURE && method === undefined)
      throw this.#misbehaved('refuses a login that was not tried')
    if (type === message.USERAUTH_ANSWER && method === 'keyboard-interactive') this.#question(payload)
    return payload
  }

  #question(payload: Buffer): void {
    this.#rounds += 1
    if (this.#rounds > mostRounds)
      throw this.#misbehaved(`asks question after question in one login, ${String(mostRounds)} times so far`)
    const fields = new PayloadFields(payload)
    for (const _ of ['name', 'instruction', 'language']) fields.bytes()
    const questions = fields.number() ?? 0
    if (questions > mostQuestions) throw this.#misbehaved(`asks ${String(questions)} questions at once`)
  }

  #ofConnection(type: number, payload: Buffer): Buffer {
    // Others than requests ssh2 would take for those of a channel.
    if (!this.#state.isUp() && type !== message.GLOBAL_REQUEST) {
      this.#spend(type)
      return nothing
    }
    const verdict = this.#channels.judge(type, payload)
    if (typeof verdict === 'object') throw this.#misbehaved(verdict.broken)
    if (verdict === 'carries') {
      this.#budget.earnPadding()
      return payload
    }
    if (type === message.CHANNEL_OPEN_CONFIRMATION && this.#channels.isAwaited(payload))
      this.#budget.earn(channelMessages)
    this.#spend(type)
    if (verdict === 'dropped') return nothing
    return type === message.GLOBAL_REQUEST ? unlessHostKeys(payload) : payload
  }

  #goodbye(payload: Buffer): void {
    const fields = new PayloadFields(payload)
    fields.number()
    this.#state.goodbye(fields.text() ?? '')
  }

  #spend(type: number): void {
    if (this.#budget.spend(type)) return
    throw this.#misbehaved(
      `sends one message after the other that nobody asked for, most of them ${nameOf(this.#budget.most)}`,
    )
  }

  #misbehaved(what: string): FailureError {
    return misbehaved(this.#state.place, what)
  }
}

/** Messages about a channel that a server may send without any data of it. */
const channelMessages = 30

const hostKeys = Buffer.from('hostkeys-00@openssh.com')

/** ssh2 would read each key twice and have the server prove it, for nobody (PROTOCOL of OpenSSH, 2.5). */
function unlessHostKeys(payload: Buffer): Buffer {
  const name = new PayloadFields(payload).bytes()
  if (name?.equals(hostKeys) !== true) return payload
  const other = Buffer.from(payload)
  other.write('HOSTKEYS', 5)
  return other
}

/** Of a number as it is sent (RFC 4251, 5, mpint). */
function bitsOf(number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0)
  if (first === -1) return 0
  return (number.length - first) * 8 - Math.clz32(number[first] ?? 0) + 24
}
