import type { AnyAuthMethod, ParsedKey } from 'ssh2'
import { failed, FailureError } from '../../../core/base/failure'
import type { HopSettings, LoginMethod } from '../../ssh-config/hop-settings'
import { signsWithSha1 } from '../algorithms/accepted-keys'
import { offeredKey, signedKey, type SignatureWanted } from '../keys/deferred-key'
import { identitiesOf, type Identity, type OpenWithPassphrase } from '../keys/identities'
import { LeftAside } from '../keys/left-aside'
import { LoginAnswers, type LoginQuestions } from './login-answers'
import { noMethodLeft } from './login-refusals'
import { MethodOrder } from './method-order'
import { mostWords, quoted, shownWords } from '../hello/server-words'

/** The method to try next, or false where nothing is left. */
type NextMethod = AnyAuthMethod | false

/**
 * Logs in to one hop: none, then the methods of `LoginSettings` in their order, always following what the server still accepts, so that
 * servers which want two methods get both.
 */
export class Authentication {
  readonly #hop: HopSettings
  readonly #questions: LoginQuestions
  readonly #giveUp: () => void
  readonly #tried: string[] = []
  readonly #order: MethodOrder
  readonly #answers: LoginAnswers
  #identities: Identity[] | undefined
  #wanted:
    { readonly identity: Identity; readonly key: ParsedKey; readonly signature: SignatureWanted } | undefined
  #current = ''
  #passwords = 0
  #dialogues = 0
  #wasAsked = true
  #said = ''
  /** The keys that were not used; its failures and questions name them. */
  readonly leftAside: LeftAside
  /** Why the login cannot succeed. */
  failure: FailureError | undefined

  /** `giveUp` ends the connection in the middle of a server's question. */
  constructor(hop: HopSettings, questions: LoginQuestions, giveUp: () => void) {
    this.#hop = hop
    this.#questions = questions
    this.#giveUp = giveUp
    this.#order = new MethodOrder(hop.login.methods)
    this.leftAside = new LeftAside(questions.log)
    this.#answers = new LoginAnswers(hop, questions, this.leftAside)
  }

  /** For ssh2: what to try after an attempt failed; `left` is null before the first. Never throws. */
  async next(left: readonly string[] | null, partialSuccess: boolean | null): Promise<NextMethod> {
    try {
      return await this.#next(left, partialSuccess === true)
    } catch (error) {
      this.failure =
        error instanceof FailureError
          ? error
          : failed('internal', `The login failed in a way that was not expected: ${String(error)}`)
      return false
    }
  }

  /** To be called when the server let us in: what was entered has proved right. */
  succeeded(): void {
    this.#questions.log.add(`${this.#current}: accepted`)
    this.#answers.succeeded()
  }

  /** What was tried, for a failure's message. */
  summary(): string {
    return this.#tried.length === 0 ? 'Nothing could be tried.' : `Tried: ${this.#tried.join('; ')}.`
  }

  /** A banner or another text for people that the server sent. */
  heard(text: string): void {
    if (!this.#said.includes(text)) this.#said = `${this.#said}\n${text}`.slice(0, mostWords)
  }

  /** What the server said since the first method was begun, as one line that is safe to show; empty where it said nothing. */
  get said(): string {
    return shownWords(this.#said)
  }

  /** The same as a sentence of a failure. */
  get quotation(): string {
    return quoted(this.said)
  }

  /** What is being tried; empty before the first. */
  get current(): string {
    return this.#current
  }

  get account(): string {
    return `${this.#hop.user}@${this.#hop.hostName}:${String(this.#hop.port)}`
  }

  async #next(left: readonly string[] | null, partial: boolean): Promise<NextMethod> {
    const { user } = this.#hop
    if (left === null) return this.#try('none', { type: 'none', username: user })
    const wanted = this.#wanted
    if (wanted !== undefined) {
      this.#wanted = undefined
      const signed = await this.#signed(wanted)
      if (signed !== undefined) return signed
    } else
      this.#questions.log.add(
        `${this.#current}: ${partial ? 'accepted, more is wanted' : 'refused'}; the server takes ${left.join(', ')}`,
      )
    for (;;) {
      const method = this.#order.current(left)
      if (method === undefined) break
      const attempt = await this.#attempt(method)
      if (attempt !== undefined) return attempt
      this.#order.finish(method)
    }
    if (this.#answers.unasked !== undefined) throw this.#answers.unasked
    const failure = noMethodLeft(this.account, this.#hop.login, left, {
      summary: this.summary(),
      said: this.#tried.length === 0 ? '' : this.said,
    })
    throw this.leftAside.told(failure)
  }

  /** The next attempt by a method, undefined where it has none any more. */
  async #attempt(method: LoginMethod): Promise<AnyAuthMethod | undefined> {
    const { mostPrompts } = this.#hop.login
    switch (method) {
      case 'publickey':
        return await this.#nextKey()
      case 'keyboard-interactive':
        // A server that asked nothing the last time has nothing to ask.
        return this.#wasAsked && this.#dialogues < mostPrompts ? this.#dialogue() : undefined
      case 'password':
        return this.#passwords < mostPrompts ? await this.#password() : undefined
    }
  }

  #try(what: string, method: AnyAuthMethod): AnyAuthMethod {
    // What is said to everybody before the first method, such as who owns the machine, is no reason.
    if (this.#current === 'none') this.#said = ''
    this.#current = what
    if (what !== 'none' && this.#tried.at(-1) !== what) this.#tried.push(what)
    this.#questions.log.add(`Trying ${what}`)
    return method
  }

  async #nextKey(): Promise<AnyAuthMethod | undefined> {
    const { log } = this.#questions
    this.#identities ??= [...(await identitiesOf(this.#hop, log, this.leftAside, this.#withPassphrase))]
    for (;;) {
      const identity = this.#identities.shift()
      if (identity === undefined) return undefined
      const publicKey = await this.#publicKeyOf(identity)
      if (publicKey === undefined) continue
      const key = offeredKey(publicKey, (signature) => {
        this.#wanted = { identity, key: publicKey, signature }
      })
      return this.#try(`key ${identity.label}`, { type: 'publickey', username: this.#hop.user, key })
    }
  }

  /** A key that cannot be opened for whatever reason is left aside, as one that cannot sign is. */
  async #publicKeyOf(identity: Identity): Promise<ParsedKey | undefined> {
    try {
      return await identity.publicKey()
    } catch (error) {
      this.leftAside.addFailed(identity, 'cannot be opened', error)
      return undefined
    }
  }

  readonly #withPassphrase: OpenWithPassphrase = (keyFile, works) => {
    if (!this.#hop.login.batchMode) return this.#answers.withPassphrase(keyFile, works)
    this.#tried.push(`key ${keyFile} (encrypted, and BatchMode yes lets nobody be asked for its passphrase)`)
    return Promise.resolve(undefined)
  }

  async #signed(wanted: {
    identity: Identity
    key: ParsedKey
    signature: SignatureWanted
  }): Promise<AnyAuthMethod | undefined> {
    const { identity, key, signature } = wanted
    if (signature.hash === 'sha1' && !signsWithSha1(this.#hop)) {
      this.leftAside.add(identity.key, 'sha1-only')
      return undefined
    }
    try {
      const made = await identity.sign(signature.data, signature.hash)
      if (made === undefined) return undefined
      const signer = signedKey(key, signature, made)
      return { type: 'publickey', username: this.#hop.user, key: signer }
    } catch (error) {
      this.leftAside.addFailed(identity, 'cannot sign', error)
      return undefined
    }
  }

  #dialogue(): AnyAuthMethod {
    this.#dialogues += 1
    this.#wasAsked = false
    const { user } = this.#hop
    return this.#try('keyboard-interactive', {
      type: 'keyboard-interactive',
      username: user,
      prompt: (name, instructions, _language, prompts, finish) => {
        const question = { attempt: this.#dialogues, isFirst: !this.#wasAsked }
        this.#wasAsked = true
        const answers = this.#answers.dialogue(question, { name, instructions }, prompts)
        const decline = (error: unknown) => {
          this.failure = error instanceof FailureError ? error : failed('internal', String(error))
          // No answer at all: an empty one would count as a failed login.
          this.#giveUp()
        }
        // An answer cannot be handed on when the connection is gone, whose own reason counts then.
        answers.then(finish, decline).catch(() => {
          this.#giveUp()
        })
      },
    })
  }

  async #password(): Promise<AnyAuthMethod | undefined> {
    this.#passwords += 1
    const password = await this.#answers.password(this.#passwords)
    if (password === undefined) return undefined
    return this.#try('password', { type: 'password', username: this.#hop.user, password })
  }
}
