import { runsOneCommand, type HostCommand } from '../../transport'
import type { CommandLimits } from '../../limits/command-limits'
import { runCommand } from './commands'
import type { ConnectionLog } from '../../remote/connection-log'
import type { SessionChannel } from './session-channel'
import type { SessionChannels } from './session-channels'

/** Does nothing, in every shell: what answers it in HTTP runs in its place. */
const idleLine = 'true'
/** An engine takes it for a broken request and says so (RFC 9112, 2.2); a shell that runs in the place of a command ends by it. */
const noRequest = 'exit\n'
/** How an answer in HTTP begins (RFC 9112, 4). */
const httpStart = 'HTTP/1.'
/** Milliseconds, unless commands are to begin sooner. */
const answersWithin = 5_000
/** A command that says nothing for so many milliseconds, the first one over a link, may not run at all. */
const doubtAfter = 1_000

/**
 * Commands of a login that may only run one, whatever it asks for, which leads to an engine: `docker system dial-stdio` in the line of a key
 * in authorized_keys, or as ForceCommand in sshd_config. That waits for what it is asked and says nothing, so it has to be found out.
 */
export class OnlyCommand {
  readonly #sessions: SessionChannels
  readonly #log: ConnectionLog
  readonly #answersWithin: number
  readonly #found = new AbortController()
  #asked: Promise<boolean> | undefined
  /** Some command has run. */
  #runsOthers = false

  constructor(sessions: SessionChannels, log: ConnectionLog, { beginWithin }: CommandLimits) {
    this.#sessions = sessions
    this.#log = log
    this.#answersWithin = Math.min(answersWithin, beginWithin)
  }

  /** Runs a command as `Transport.run`; one that is under way ends when it is found out that it cannot run. */
  async *run(command: HostCommand, signal: AbortSignal): AsyncGenerator<Buffer> {
    if (this.#runsOthers) {
      yield* runCommand(this.#sessions, command, signal)
      return
    }
    const found = this.#found.signal
    if (found.aborted) throw runsOneCommand()
    const doubt = setTimeout(() => void this.leadsToEngine(), doubtAfter)
    try {
      for await (const part of runCommand(this.#sessions, command, AbortSignal.any([signal, found]))) {
        clearTimeout(doubt)
        this.#runsOthers = true
        yield part
      }
      this.#runsOthers = true
    } catch (error) {
      if (found.aborted && !signal.aborted) throw runsOneCommand()
      throw error
    } finally {
      clearTimeout(doubt)
    }
  }

  /** Whether it is so; asked once, and what does not answer is taken for none. */
  leadsToEngine(): Promise<boolean> {
    this.#asked ??= this.#ask().then((answer) => {
      if (!answer) return false
      this.#log.add('This login may only run one command, which leads to an engine')
      this.#found.abort()
      return true
    })
    return this.#asked
  }

  async #ask(): Promise<boolean> {
    if (this.#runsOthers) return false
    const enough = AbortSignal.timeout(this.#answersWithin)
    let session: SessionChannel
    try {
      session = await this.#sessions.start(idleLine, enough)
    } catch {
      return false
    }
    const { stream } = session
    const giveUp = () => {
      stream.destroy()
    }
    enough.addEventListener('abort', giveUp, { once: true })
    let said = ''
    try {
      if (enough.aborted) return false
      stream.write(noRequest)
      for await (const part of stream) {
        said += (part as Buffer).toString('latin1')
        if (said.length >= httpStart.length || !httpStart.startsWith(said)) return said.startsWith(httpStart)
      }
    } catch {
      // A channel that breaks says nothing of what would have run.
    } finally {
      enough.removeEventListener('abort', giveUp)
      stream.destroy()
    }
    return false
  }
}
