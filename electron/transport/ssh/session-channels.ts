import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientChannel } from 'ssh2'
import { failed, type FailureError } from '../../core/failure'
import { keptComplaints } from '../accepted-end'
import { ChannelStream } from './channel-stream'
import type { ConnectionLog } from './connection-log'
import type { Link } from './link'
import { Slots } from './slots'

/** sshd's `MaxSessions` is 10 unless told otherwise, and it counts sessions that are just about to end. */
const mostAtOnce = 8

/** Characters of a command's answer that are kept, from its beginning. */
const keptWords = 300

/** A refused channel is asked for again after so many milliseconds each, before the refusal is believed. */
const patience = [20, 60, 150]

/** A channel with a command on it. */
export interface SessionChannel {
  readonly stream: ChannelStream
  /** Tail of standard error so far. */
  complaints(): string
  /** Beginning of standard output so far. */
  said(): string
  /** From now on the command is to say something before it ends; one that says nothing fails its stream. */
  expectAnswer(expected: ExpectedAnswer): void
  /** Has sshd kill the command, as far as the account may. */
  kill(): void
}

export interface ExpectedAnswer {
  answered(): void
  /** What a command failed of that ended without a word on standard output. */
  missing(complaints: string): FailureError
}

/** Session channels of one link, no more at once than the server allows. */
export class SessionChannels {
  readonly #link: Link
  readonly #log: ConnectionLog
  readonly #slots = new Slots(mostAtOnce)
  /** Streams that are kept open for later, the longest kept first. */
  readonly #idle = new Set<ChannelStream>()

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
      const free = await this.#room(signal)
      try {
        const channel = await this.#openPatiently(line, signal)
        channel.once('close', free)
        return this.#session(channel)
      } catch (error) {
        const others = this.#slots.taken - 1
        this.#believe(error, others, signal, free)
      }
    }
  }

  async #room(signal: AbortSignal): Promise<() => void> {
    // A stream that is kept for later only gives way to one that is wanted now.
    if (this.#slots.isFull) this.#idle.values().next().value?.destroy()
    try {
      return await this.#slots.take(signal)
    } catch {
      throw cancelled()
    }
  }

  /** Works out what a refusal means; returns where waiting for others helps. */
  #believe(error: unknown, others: number, signal: AbortSignal, free: () => void): void {
    if (others > 0) this.#slots.shrinkTo(others)
    free()
    const loss = this.#link.loss()
    if (loss !== undefined) throw loss
    if (signal.aborted) throw cancelled()
    if (others === 0) {
      throw failed(
        'command-failed',
        `The server runs no command: ${error instanceof Error ? error.message : String(error)}`,
        'Check MaxSessions and ForceCommand in its sshd_config, and that the account may log in.',
      )
    }
    this.#log.add(`The server allows ${String(others)} sessions at once`)
  }

  /** sshd counts a session until its process is reaped, a little longer than its channel is open. */
  async #openPatiently(line: string, signal: AbortSignal): Promise<ClientChannel> {
    for (const ms of patience) {
      try {
        return await this.#open(line, signal)
      } catch (error) {
        if (this.#link.loss() !== undefined || signal.aborted) throw error
        await sleep(ms)
      }
    }
    return await this.#open(line, signal)
  }

  #open(line: string, signal: AbortSignal): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      const cancel = () => {
        reject(cancelled())
      }
      signal.addEventListener('abort', cancel, { once: true })
      try {
        this.#link.client.exec(line, (error, channel) => {
          signal.removeEventListener('abort', cancel)
          if (error !== undefined) reject(error)
          else if (signal.aborted) dismiss(channel)
          else resolve(channel)
        })
      } catch (error) {
        signal.removeEventListener('abort', cancel)
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  }

  #session(channel: ClientChannel): SessionChannel {
    let complaints = ''
    let expected: ExpectedAnswer | undefined
    let failure: FailureError | undefined
    let said = ''
    channel.on('data', (part: Buffer) => {
      expected?.answered()
      expected = undefined
      if (said.length < keptWords) said += part.toString('utf8', 0, keptWords)
    })
    channel.stderr.on('data', (part: Buffer) => {
      complaints = (complaints + part.toString('utf8')).slice(-keptComplaints)
    })
    const stream = new ChannelStream(channel, {
      loss: () => this.#link.loss() ?? (failure ??= expected?.missing(complaints.trim())),
      idle: (kept, isIdle) => {
        if (!isIdle) this.#idle.delete(kept)
        else if (this.#slots.hasWaiting) kept.destroy()
        else this.#idle.add(kept)
      },
    })
    stream.once('close', () => this.#idle.delete(stream))
    return {
      stream,
      complaints: () => complaints.trim(),
      said: () => said.slice(0, keptWords).trim(),
      expectAnswer: (answer) => {
        expected = answer
      },
      kill: () => {
        channel.signal('KILL')
      },
    }
  }
}

/** Closes a channel that came too late for whoever wanted it. */
function dismiss(channel: ClientChannel): void {
  channel.on('error', () => undefined)
  channel.stderr.resume()
  channel.resume()
  channel.signal('KILL')
  channel.close()
}

function cancelled(): FailureError {
  return failed('cancelled', 'The command was cancelled before it began.')
}
