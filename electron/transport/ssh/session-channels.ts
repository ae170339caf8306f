import type { ClientChannel } from 'ssh2'
import { failed } from '../../core/failure'
import { ChannelStream } from './channel-stream'
import type { ConnectionLog } from './connection-log'
import type { Link } from './link'
import { Slots } from './slots'

/** sshd's `MaxSessions` is 10 unless told otherwise; some are left for streams by dial-stdio. */
const mostAtOnce = 8

/** A channel with a command on it. */
export interface SessionChannel {
  readonly stream: ChannelStream
  /** Tail of standard error so far. */
  complaints(): string
}

const keptComplaints = 2000

/** Session channels of one link, no more at once than the server allows. */
export class SessionChannels {
  readonly #link: Link
  readonly #log: ConnectionLog
  readonly #slots = new Slots(mostAtOnce)

  constructor(link: Link, log: ConnectionLog) {
    this.#link = link
    this.#log = log
  }

  /**
   * Starts a command line when there is room for it. The room is free again when the server has closed the channel.
   * @throws FailureError `connection-lost`, `command-failed`, `cancelled`
   */
  async start(line: string, signal: AbortSignal): Promise<SessionChannel> {
    for (;;) {
      const free = await this.#slots.take(signal).catch(() => {
        throw failed('cancelled', 'The command was cancelled before it began.')
      })
      try {
        const channel = await this.#open(line)
        channel.once('close', free)
        return this.#session(channel)
      } catch (error) {
        const others = this.#slots.taken - 1
        free()
        const loss = this.#link.loss()
        if (loss !== undefined) throw loss
        if (others === 0) {
          throw failed(
            'command-failed',
            `The server runs no command: ${error instanceof Error ? error.message : String(error)}`,
            'Check MaxSessions and ForceCommand in its sshd_config, and that the account may log in.',
          )
        }
        this.#log.add(`The server allows ${String(others)} sessions at once`)
        this.#slots.shrinkTo(others)
      }
    }
  }

  #open(line: string): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      try {
        this.#link.client.exec(line, (error, channel) => {
          if (error === undefined) resolve(channel)
          else reject(error)
        })
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  }

  #session(channel: ClientChannel): SessionChannel {
    let complaints = ''
    channel.stderr.on('data', (part: Buffer) => {
      complaints = (complaints + part.toString('utf8')).slice(-keptComplaints)
    })
    const stream = new ChannelStream(channel, () => this.#link.loss())
    return { stream, complaints: () => complaints.trim() }
  }
}
