import { FailureError } from '../../core/base/failure'
import { longestSilence, whenTooLate } from './begin-limit'
import { commandFailure } from '../command-failure'
import type { CommandLimits } from './command-limits'
import type { HostCommand } from '../transport'

/** A command that said nothing more; what would run next in its place may say nothing either. */
export class HangingCommand extends FailureError {}

/** How many times as long as others a command may say nothing that reads or removes much before it says anything (`HostCommand.silence`). */
const longSilence = 20

/** What a wait has to know of where its command runs. */
interface Surroundings {
  /** Milliseconds since the host said anything; a host that says nothing at all is judged by its connection. */
  readonly silence: () => number
  /** The command is not asked for more at the moment, or has not got all of its input. */
  readonly isHeldUp: () => boolean
}

/** How long a command is waited for: some time until it begins, and from then on from one word to the next. */
export class CommandWait {
  readonly #command: Pick<HostCommand, 'name' | 'silence' | 'elevated'>
  readonly #limits: CommandLimits
  readonly #where: Surroundings
  readonly #giveUp: (failure: HangingCommand) => void
  #stopWaiting: () => void
  #silent: NodeJS.Timeout | undefined
  #isOver = false

  /** `giveUp` is called once, where it was waited for in vain. */
  constructor(
    command: Pick<HostCommand, 'name' | 'silence' | 'elevated'>,
    limits: CommandLimits,
    where: Surroundings,
    giveUp: (failure: HangingCommand) => void,
  ) {
    this.#command = command
    this.#limits = limits
    this.#where = where
    this.#giveUp = giveUp
    this.#stopWaiting = whenTooLate(limits.beginWithin, where.silence, () => {
      this.#end(
        `the command did not begin within ${seconds(limits.beginWithin)}`,
        command.elevated === true ? sudoWaits : remedy,
      )
    })
  }

  /** It has begun, or said more. */
  heard(): void {
    if (this.#isOver) return
    if (this.#silent === undefined) {
      this.#stopWaiting()
      this.#silent = setTimeout(() => {
        this.#look()
      }, this.#patience)
    } else this.#silent.refresh()
  }

  stop(): void {
    this.#isOver = true
    this.#stopWaiting()
    clearTimeout(this.#silent)
  }

  get #patience(): number {
    return this.#limits.silentFor * (this.#command.silence === 'long' ? longSilence : 1)
  }

  #look(): void {
    const { silence, isHeldUp } = this.#where
    if (isHeldUp() || silence() >= longestSilence) this.#silent?.refresh()
    else this.#end(`the command said nothing more for ${seconds(this.#patience)}`)
  }

  #end(how: string, mend = remedy): void {
    this.stop()
    this.#giveUp(new HangingCommand(commandFailure(this.#command, how, '', mend).failure))
  }
}

const remedy =
  'Something on the host does not answer it, such as a file system or a tool that hangs: look for it there, then try it again.'
const sudoWaits =
  'sudo waits for something, such as a directory of users that does not answer: try "sudo -n true" there, and mend that.'

export function seconds(milliseconds: number): string {
  return `${String(milliseconds / 1000)} seconds`
}
