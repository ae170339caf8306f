import type { AnyAuthMethod, ParsedKey, Prompt as ServerPrompt } from 'ssh2'
import { displayName } from '../../core/display-name'
import { failed, FailureError } from '../../core/failure'
import type { PromptAnswer, Prompt } from '../../core/prompt'
import type { Ask } from '../transport'
import type { ConnectionLog } from './connection-log'
import { offeredKey, signedKey, type SignatureWanted } from './keys/deferred-key'
import type { HopSettings } from './hop-settings'
import { identitiesOf, type Identity } from './keys/identities'
import { LeftAside } from './keys/left-aside'
import type { KeptSecrets } from './kept-secrets'

const mostAttempts = 3

/** What a login needs of its surroundings. `ask` is absent where nobody can be asked. */
export interface LoginQuestions {
  readonly ask: Ask | undefined
  readonly signal: AbortSignal
  readonly log: ConnectionLog
  readonly secrets: KeptSecrets
}

/** The method to try next, or false where nothing is left. */
type NextMethod = AnyAuthMethod | false

/**
 * Logs in to one hop in OpenSSH's order: none, keys, keyboard-interactive, password, always following what the server still
 * accepts, so that servers which want two methods get both.
 */
export class Authentication {
  readonly #hop: HopSettings
  readonly #questions: LoginQuestions
  readonly #giveUp: () => void
  readonly #tried: string[] = []
  #identities: Identity[] | undefined
  #wanted:
    { readonly identity: Identity; readonly key: ParsedKey; readonly signature: SignatureWanted } | undefined
  #current = ''
  #keptPassword: string | undefined
  #unasked: FailureError | undefined
  #passwords = 0
  #dialogues = 0
  #wasAsked = true
  /** The keys that were not used; its failures and questions name them. */
  readonly leftAside: LeftAside
  /** Why the login cannot succeed. */
  failure: FailureError | undefined

  /** `giveUp` ends the connection in the middle of a server's question. */
  constructor(hop: HopSettings, questions: LoginQuestions, giveUp: () => void) {
    this.#hop = hop
    this.#questions = questions
    this.leftAside = new LeftAside(questions.log)
    this.#giveUp = giveUp
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
    if (this.#keptPassword !== undefined) this.#questions.secrets.keep(this.#passwordId, this.#keptPassword)
  }

  /** What was tried, for a failure's message. */
  summary(): string {
    return this.#tried.length === 0 ? 'Nothing could be tried.' : `Tried: ${this.#tried.join('; ')}.`
  }

  get #account(): string {
    return `${this.#hop.user}@${this.#hop.hostName}:${String(this.#hop.port)}`
  }

  get #passwordId(): string {
    return `password ${this.#account}`
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
    if (left.includes('publickey')) {
      const key = await this.#nextKey()
      if (key !== undefined) return key
    }
    // A server that asked nothing the last time has nothing to ask.
    if (left.includes('keyboard-interactive') && this.#wasAsked && this.#dialogues < mostAttempts)
      return this.#dialogue()
    if (left.includes('password') && this.#passwords < mostAttempts) return await this.#password()
    if (this.#unasked !== undefined) throw this.#unasked
    throw this.leftAside.told(
      failed(
        'authentication-failed',
        `${this.#account} did not let this user in. ${this.summary()} The server takes: ${left.join(', ')}.`,
        'Check the user name and which key the account expects (authorized_keys), or allow a password. The connection log shows each attempt.',
      ),
    )
  }

  #try(what: string, method: AnyAuthMethod): AnyAuthMethod {
    this.#current = what
    if (what !== 'none' && this.#tried.at(-1) !== what) this.#tried.push(what)
    this.#questions.log.add(`Trying ${what}`)
    return method
  }

  async #nextKey(): Promise<AnyAuthMethod | undefined> {
    const { log } = this.#questions
    this.#identities ??= [
      ...(await identitiesOf(this.#hop, log, this.leftAside, (file, works) =>
        this.#withPassphrase(file, works),
      )),
    ]
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

  async #signed(wanted: {
    identity: Identity
    key: ParsedKey
    signature: SignatureWanted
  }): Promise<AnyAuthMethod | undefined> {
    const { identity, key, signature } = wanted
    if (signature.hash === 'sha1' && !this.#hop.legacyAlgorithms) {
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
        this.#wasAsked = true
        this.#answers(name, instructions, prompts).then(finish, (error: unknown) => {
          this.failure = error instanceof FailureError ? error : failed('internal', String(error))
          // No answer at all: an empty one would count as a failed login.
          this.#giveUp()
        })
      },
    })
  }

  async #answers(name: string, instructions: string, prompts: readonly ServerPrompt[]): Promise<string[]> {
    const [only] = prompts
    // The usual single question for the account's password: what proved right may be said again.
    const isPassword = prompts.length === 1 && only?.echo !== true && /password/i.test(only?.prompt ?? '')
    const kept =
      isPassword && this.#dialogues === 1 ? this.#questions.secrets.get(this.#passwordId) : undefined
    const answered =
      kept === undefined ? await this.#askServersQuestions(name, instructions, prompts) : [kept]
    if (isPassword) this.#keptPassword = answered[0]
    return prompts.map((_, index) => answered[index] ?? '')
  }

  async #askServersQuestions(
    name: string,
    instructions: string,
    prompts: readonly ServerPrompt[],
  ): Promise<readonly string[]> {
    const answer = await this.#asked(
      {
        kind: 'keyboard-interactive',
        user: this.#hop.user,
        host: this.#hop.hostName,
        name: displayName(name),
        instructions: displayName(instructions),
        ...this.leftAside.forPrompt(),
        fields: prompts.map(({ prompt, echo }) => ({ text: displayName(prompt), echo: echo === true })),
      },
      `${this.#account} asks a question to log in, and nobody can be asked.`,
    )
    if (answer === undefined) throw this.#declined()
    return answer.values
  }

  async #password(): Promise<AnyAuthMethod> {
    this.#passwords += 1
    const { user, hostName } = this.#hop
    const { secrets } = this.#questions
    const kept = this.#passwords === 1 ? secrets.get(this.#passwordId) : undefined
    if (this.#passwords > 1) secrets.forget(this.#passwordId)
    const answer =
      kept === undefined
        ? await this.#asked(
            {
              kind: 'password',
              user,
              host: hostName,
              attempt: this.#passwords,
              ...this.leftAside.forPrompt(),
            },
            `${this.#account} wants a password, and nobody can be asked for it.`,
          )
        : { values: [kept] }
    if (answer === undefined) throw this.#declined()
    const password = answer.values[0] ?? ''
    this.#keptPassword = password
    return this.#try('password', { type: 'password', username: user, password })
  }

  #declined(): FailureError {
    return this.leftAside.told(failed('cancelled', `Logging in to ${this.#account} was declined.`))
  }

  /** Three attempts at a passphrase; a declined one leaves the key aside and goes on with the next method. */
  async #withPassphrase<Value>(
    keyFile: string,
    works: (passphrase: string) => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const { secrets, log } = this.#questions
    const id = `passphrase ${keyFile}`
    const kept = secrets.get(id)
    const opened = kept === undefined ? undefined : await works(kept)
    if (opened !== undefined) return opened
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      const answer = await this.#asked(
        { kind: 'passphrase', keyFile, attempt },
        `The key ${keyFile} is encrypted, and nobody can be asked for its passphrase.`,
      )
      if (answer === undefined) break
      const passphrase = answer.values[0] ?? ''
      // As with ssh, this means the next key.
      if (passphrase === '') break
      const value = await works(passphrase)
      if (value !== undefined) {
        secrets.keep(id, passphrase)
        return value
      }
      log.add(`key ${keyFile}: wrong passphrase`)
    }
    this.leftAside.add(keyFile, 'not-opened')
    return undefined
  }

  async #asked(prompt: Prompt, otherwise: string): Promise<PromptAnswer | undefined> {
    const { ask, signal } = this.#questions
    if (ask !== undefined) return await ask(prompt, signal)
    this.#unasked ??= this.leftAside.told(
      failed(
        'prompt-required',
        otherwise,
        'Connect in the window or on a terminal, or use a key that an agent holds.',
      ),
    )
    // Another key may do without a passphrase.
    if (prompt.kind === 'passphrase') return undefined
    throw this.#unasked
  }
}
