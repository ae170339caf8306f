import type { CommandLimits } from './command-limits'
import { HangingCommand } from './command-wait'
import type { HostCommand } from '../transport'

/**
 * Commands of a host that hung a while ago, by what they do. What hangs once hangs for all who ask, and each would wait as long and leave a
 * process there that nobody can end: so others of the same kind fail at once with the same words, until it is time to try one again.
 */
export class HangingCommands {
  readonly #retryAfter: number
  readonly #now: () => number
  readonly #hung = new Map<string, { readonly failure: HangingCommand; readonly since: number }>()

  constructor({ retryAfter }: Pick<CommandLimits, 'retryAfter'>, now = () => performance.now()) {
    this.#retryAfter = retryAfter
    this.#now = now
  }

  /** The output of a command, which is run where none of its kind hung lately. @throws FailureError what `run` throws */
  async *watched(command: HostCommand, run: () => AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const kind = `${command.elevated === true ? 'root' : 'user'} ${command.name}`
    const known = this.#hung.get(kind)
    if (known !== undefined && this.#now() - known.since < this.#retryAfter) throw known.failure
    this.#hung.delete(kind)
    try {
      yield* run()
    } catch (error) {
      if (error instanceof HangingCommand) this.#hung.set(kind, { failure: error, since: this.#now() })
      throw error
    }
  }
}
