import { randomUUID } from 'node:crypto'
import type { OperationOutput } from '../../contract/contract'
import type { LaminaEvent } from '../../contract/events'
import { failed, isFailure } from '../../core/base/failure'
import type { Log } from '../../core/logs/log'
import type { Prompt, PromptAnswer } from '../../core/hosts/prompt'
import type { Ask } from '../../session/host/host-session'
import { failureFacts } from '../logs/failure-facts'
import { secretsOfHost, type SecretStore } from '../../storage/secrets'
import { shownPrompt } from './shown-prompt'

type PendingPrompt = OperationOutput<'prompts.list'>[number]

interface Waiting {
  readonly pending: PendingPrompt
  readonly settle: (answer: PromptAnswer | undefined) => void
}

/** As many answers as `prompts.answer` takes. */
const mostFields = 32

/** Questions of hosts that wait for a person, whoever shows them. */
export class Prompts {
  readonly #emit: (event: LaminaEvent) => void
  readonly #secrets: SecretStore | undefined
  readonly #interactive: boolean
  readonly #log: Log
  readonly #waiting = new Map<string, Waiting>()

  constructor(
    emit: (event: LaminaEvent) => void,
    { interactive, secrets, log }: { interactive: boolean; secrets?: SecretStore | undefined; log: Log },
  ) {
    this.#emit = emit
    this.#interactive = interactive
    this.#secrets = secrets
    this.#log = log
  }

  /** Puts a host's questions to a person; nothing where nobody can be asked. */
  asker(hostId: string): Ask | undefined {
    if (!this.#interactive) return undefined
    return (prompt, signal) => this.#ask(hostId, prompt, signal)
  }

  /** The oldest first. */
  list(): PendingPrompt[] {
    return [...this.#waiting.values()].map(({ pending }) => pending)
  }

  /**
   * Gives a question its answer; nothing means that the person declines.
   * @throws FailureError `not-found`, `invalid-input` for another number of values than was asked for
   */
  answer(promptId: string, answer: PromptAnswer | undefined): void {
    const waiting = this.#waiting.get(promptId)
    if (waiting === undefined) {
      throw failed(
        'not-found',
        'This question was answered already, or nobody waits for its answer any more.',
      )
    }
    const expected = valuesExpected(waiting.pending.prompt)
    if (answer !== undefined && answer.values.length !== expected) {
      throw failed(
        'invalid-input',
        `This question takes ${String(expected)} values, and ${String(answer.values.length)} were given.`,
      )
    }
    waiting.settle(answer)
  }

  /** Declines all that is asked. */
  close(): void {
    for (const { settle } of [...this.#waiting.values()]) settle(undefined)
  }

  /** What is stored goes first and silently. What the server or the key refused once is forgotten. */
  async #ask(hostId: string, prompt: Prompt, signal: AbortSignal): Promise<PromptAnswer | undefined> {
    if (prompt.kind === 'keyboard-interactive' && prompt.fields.length > mostFields) return undefined
    const store = (await this.#secrets?.isSafe()) === true ? this.#secrets : undefined
    const secretId = store === undefined ? undefined : secretIdOf(hostId, prompt)
    if (store === undefined || secretId === undefined) return await this.#put(hostId, prompt, false, signal)
    const stored = isFirst(prompt) ? await this.#orNothing(store.get(secretId)) : undefined
    if (stored !== undefined) return { values: [stored] }
    if (!isFirst(prompt)) await this.#orNothing(store.remove(secretId))
    const answer = await this.#put(hostId, prompt, true, signal)
    const [value] = answer?.values ?? []
    if (answer?.remember === true && value !== undefined) await this.#orNothing(store.set(secretId, value))
    return answer
  }

  /** A store that cannot be read or written is no reason not to connect. */
  async #orNothing<Value>(work: Promise<Value>): Promise<Value | undefined> {
    try {
      return await work
    } catch (error) {
      if (!isFailure(error)) throw error
      this.#log.warning('secrets.failed', failureFacts(error.failure))
      return undefined
    }
  }

  #put(
    hostId: string,
    prompt: Prompt,
    canRemember: boolean,
    signal: AbortSignal,
  ): Promise<PromptAnswer | undefined> {
    if (signal.aborted) return Promise.resolve(undefined)
    const promptId = randomUUID()
    const pending = { promptId, hostId, prompt: shownPrompt(prompt), canRemember }
    return new Promise((resolve) => {
      const decline = () => {
        settle(undefined)
      }
      const settle = (answer: PromptAnswer | undefined) => {
        if (!this.#waiting.delete(promptId)) return
        signal.removeEventListener('abort', decline)
        this.#emit({ name: 'prompt.closed', payload: { promptId } })
        resolve(answer)
      }
      this.#waiting.set(promptId, { pending, settle })
      signal.addEventListener('abort', decline, { once: true })
      this.#emit({ name: 'prompt.asked', payload: pending })
    })
  }
}

function valuesExpected(prompt: PendingPrompt['prompt']): number {
  switch (prompt.kind) {
    case 'host-key':
      return 0
    case 'passphrase':
    case 'password':
      return 1
    case 'keyboard-interactive':
      return prompt.fields.length
  }
}

/** Only what stays the same may be remembered: not the answers to a server's own questions. */
function secretIdOf(hostId: string, prompt: Prompt): string | undefined {
  switch (prompt.kind) {
    case 'passphrase':
      return `${secretsOfHost(hostId)}passphrase ${prompt.keyFile}`
    case 'password':
      return `${secretsOfHost(hostId)}password ${prompt.user}@${prompt.host}`
    default:
      return undefined
  }
}

function isFirst(prompt: Prompt): boolean {
  return 'attempt' in prompt && prompt.attempt === 1
}
