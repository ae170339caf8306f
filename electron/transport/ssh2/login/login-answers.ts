import type { Prompt as ServerPrompt } from 'ssh2'
import { displayName } from '../../../core/base/display-name'
import { failed, type FailureError } from '../../../core/base/failure'
import type { PromptAnswer, Prompt } from '../../../core/hosts/prompt'
import type { Ask } from '../../transport'
import type { ConnectionLog } from '../../remote/connection-log'
import type { HopSettings } from '../../ssh-config/hop-settings'
import type { KeptSecrets } from '../../remote/kept-secrets'
import type { LeftAside } from '../keys/left-aside'

/** What a login needs of its surroundings. `ask` is absent where nobody can be asked. */
export interface LoginQuestions {
  readonly ask: Ask | undefined
  readonly signal: AbortSignal
  readonly log: ConnectionLog
  readonly secrets: KeptSecrets
}

/** The secrets of one login: those that proved right before, and those that a person enters. */
export class LoginAnswers {
  readonly #hop: HopSettings
  readonly #questions: LoginQuestions
  readonly #leftAside: LeftAside
  #keptPassword: string | undefined
  /** What a person would have had to be asked first, where there is nobody. */
  unasked: FailureError | undefined

  constructor(hop: HopSettings, questions: LoginQuestions, leftAside: LeftAside) {
    this.#hop = hop
    this.#questions = questions
    this.#leftAside = leftAside
  }

  get #account(): string {
    return `${this.#hop.user}@${this.#hop.hostName}:${String(this.#hop.port)}`
  }

  get #passwordId(): string {
    return `password ${this.#account}`
  }

  /** To be called when the server let us in: the password that was said last has proved right. */
  succeeded(): void {
    if (this.#keptPassword !== undefined) this.#questions.secrets.keep(this.#passwordId, this.#keptPassword)
  }

  /**
   * A password, undefined where there is nobody to ask: another method may do without. The one that proved right before is not asked for
   * again at the first attempt.
   * @throws FailureError `cancelled`
   */
  async password(attempt: number): Promise<string | undefined> {
    const { user, hostName } = this.#hop
    const kept = this.#kept(attempt)
    if (attempt > 1) this.#questions.secrets.forget(this.#passwordId)
    const answered =
      kept === undefined
        ? await this.#answered(
            { kind: 'password', user, host: hostName, attempt, ...this.#leftAside.forPrompt() },
            `${this.#account} wants a password, and nobody can be asked for it.`,
          )
        : [kept]
    this.#keptPassword = answered && (answered[0] ?? '')
    return this.#keptPassword
  }

  #kept(attempt: number): string | undefined {
    return attempt === 1 ? this.#questions.secrets.get(this.#passwordId) : undefined
  }

  /**
   * Answers to questions of the server's own; the usual single one for the account's password is one for what proved right before.
   * @throws FailureError `cancelled`, `prompt-required`
   */
  async dialogue(
    { attempt, isFirst }: { readonly attempt: number; readonly isFirst: boolean },
    { name, instructions }: { readonly name: string; readonly instructions: string },
    prompts: readonly ServerPrompt[],
  ): Promise<string[]> {
    const [only] = prompts
    const text = prompts.length === 1 && only?.echo !== true ? (only?.prompt ?? '') : ''
    const isPassword = /password/i.test(text) && !/one[- ]?time|otp/i.test(text)
    // One that has to be another from now on is asked for in the same words, some questions later.
    const kept = isPassword && isFirst ? this.#kept(attempt) : undefined
    const answered =
      kept === undefined
        ? await this.#answered(
            {
              kind: 'keyboard-interactive',
              user: this.#hop.user,
              host: this.#hop.hostName,
              name: displayName(name),
              ...this.#leftAside.forPrompt(),
              ...questionsIn(instructions, prompts),
            },
            `${this.#account} asks a question to log in, and nobody can be asked.`,
          )
        : [kept]
    if (answered === undefined) throw this.unasked ?? failed('prompt-required', 'Nobody can be asked.')
    if (isPassword) this.#keptPassword = answered[0]
    return prompts.map((_, index) => answered[index] ?? '')
  }

  /** Some attempts at a passphrase; after a declined or an empty one the key is left aside. */
  async withPassphrase<Value>(
    keyFile: string,
    works: (passphrase: string) => Promise<Value | undefined>,
  ): Promise<Value | undefined> {
    const { secrets, log } = this.#questions
    const id = `passphrase ${keyFile}`
    const kept = secrets.get(id)
    const opened = kept === undefined ? undefined : await works(kept)
    if (opened !== undefined) return opened
    for (let attempt = 1; attempt <= this.#hop.login.mostPrompts; attempt += 1) {
      const answer = await this.#asked(
        { kind: 'passphrase', keyFile, attempt },
        `The key ${keyFile} is encrypted, and nobody can be asked for its passphrase.`,
      )
      const passphrase = answer?.values[0] ?? ''
      if (passphrase === '') break
      const value = await works(passphrase)
      if (value !== undefined) {
        secrets.keep(id, passphrase)
        return value
      }
      log.add(`key ${keyFile}: wrong passphrase`)
    }
    this.#leftAside.add(keyFile, 'not-opened')
    return undefined
  }

  /** @throws FailureError `cancelled` where a person declines */
  async #answered(prompt: Prompt, otherwise: string): Promise<readonly string[] | undefined> {
    const answer = await this.#asked(prompt, otherwise)
    if (answer === undefined && this.#questions.ask !== undefined)
      throw this.#leftAside.told(failed('cancelled', `Logging in to ${this.#account} was declined.`))
    return answer?.values
  }

  async #asked(prompt: Prompt, otherwise: string): Promise<PromptAnswer | undefined> {
    const { ask, signal } = this.#questions
    if (ask !== undefined) return await ask(prompt, signal)
    this.unasked ??= this.#leftAside.told(
      failed(
        'prompt-required',
        otherwise,
        'Connect in the window or on a terminal, or use a key that an agent holds.',
      ),
    )
    return undefined
  }
}

/** A question of several lines, as PAM has them, is asked by its last one; those before stand above it. */
function questionsIn(instructions: string, prompts: readonly ServerPrompt[]) {
  const above = linesOf(instructions)
  const fields = prompts.map(({ prompt, echo }) => {
    const lines = linesOf(prompt)
    const text = lines.pop() ?? ''
    above.push(...lines)
    return { text, echo: echo === true }
  })
  return { instructions: above.join('\n'), fields }
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(displayName)
}
