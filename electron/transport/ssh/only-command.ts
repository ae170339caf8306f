import type { ConnectionLog } from './connection-log'
import type { SessionChannel, SessionChannels } from './session-channels'

/** Does nothing, in every shell: what answers it in HTTP runs in its place. */
const idleLine = 'true'
/** An engine takes it for a broken request and says so (RFC 9112, 2.2); a shell that runs in the place of a command ends by it. */
const noRequest = 'exit\n'
/** How an answer in HTTP begins (RFC 9112, 4). */
const httpStart = 'HTTP/1.'
const answersWithin = 5_000

/**
 * Finds out whether a login may only run one command, whatever it asks for, and that one leads to an engine: `docker system dial-stdio` in the
 * line of a key in authorized_keys, or as ForceCommand in sshd_config.
 */
export class OnlyCommand {
  readonly #sessions: SessionChannels
  readonly #log: ConnectionLog
  #asked: Promise<boolean> | undefined
  #isKnown = false

  constructor(sessions: SessionChannels, log: ConnectionLog) {
    this.#sessions = sessions
    this.#log = log
  }

  /** It was found out that it leads to an engine. */
  get isKnown(): boolean {
    return this.#isKnown
  }

  /** Asks once, and takes whatever does not answer for none. */
  leadsToEngine(): Promise<boolean> {
    this.#asked ??= this.#ask().then((answer) => {
      this.#isKnown = answer
      if (answer) this.#log.add('This login may only run one command, which leads to an engine')
      return answer
    })
    return this.#asked
  }

  async #ask(): Promise<boolean> {
    const enough = AbortSignal.timeout(answersWithin)
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
