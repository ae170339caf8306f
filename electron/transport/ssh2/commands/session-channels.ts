import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientChannel } from 'ssh2'
import { failed, type FailureError } from '../../../core/base/failure'
import { keptComplaints } from '../../accepted-end'
import { Unanswered } from '../channels/unanswered'
import { ChannelStream, closeChannel } from '../channels/channel-stream'
import type { CommandLimits } from '../../limits/command-limits'
import type { ConnectionLog } from '../../remote/connection-log'
import { DropbearOrder } from './dropbear-order'
import { HostShells } from './host-shells'
import type { Link } from '../link/link'
import { HangingLogin, neverOpened } from '../login/login-failure'
import type { ExpectedAnswer, SessionChannel } from './session-channel'
import { sessionsInWords, Slots } from '../../remote/limited-slots'

/** sshd's `MaxSessions` is 10 unless told otherwise, and it counts sessions that are just about to end. */
const mostAtOnce = 8

/** A refused channel is asked for again after so many milliseconds each, before the refusal is believed. */
const patience = [20, 60, 150]

/** Session channels of one link, no more at once than the server allows. */
export class SessionChannels {
  /** Those that run commands, which are kept for further ones. */
  readonly shells: HostShells
  readonly slots = new Slots(mostAtOnce)
  readonly #link: Link
  readonly #log: ConnectionLog
  readonly #limits: CommandLimits
  /** Streams that are kept open for later, the longest kept first. */
  readonly #idle = new Set<ChannelStream>()
  readonly #order: DropbearOrder
  #toldLimit = mostAtOnce
  readonly #unanswered: Unanswered

  constructor(link: Link, log: ConnectionLog, limits: CommandLimits) {
    this.#link = link
    this.#log = log
    this.#limits = limits
    this.#order = new DropbearOrder(link)
    this.#unanswered = new Unanswered(limits, () => link.silence())
    this.shells = new HostShells(this, link, log, limits)
  }

  /**
   * Starts a command line when there is room for it. The room is free again when the server has closed the channel.
   * `owner` tells whoever looks at those who wait what the room is for. A server that let somebody wait for an answer in vain is not asked
   * again for a while.
   * @throws FailureError `connection-lost`, `command-failed`, `cancelled`
   */
  async start(line: string, signal: AbortSignal, owner?: unknown): Promise<SessionChannel> {
    for (;;) {
      const free = await this.#room(signal, owner)
      try {
        const channel = await this.#openPatiently(line, signal)
        channel.once('close', free)
        return this.#session(channel, free)
      } catch (error) {
        const others = this.slots.taken - 1
        this.#believe(error, others, signal, free)
      }
    }
  }

  async #room(signal: AbortSignal, owner: unknown): Promise<() => void> {
    // What is kept for later only gives way to what is wanted now.
    if (this.slots.isFull && !this.shells.giveUpIdle()) this.#idle.values().next().value?.destroy()
    try {
      const room = this.slots.take(signal, owner)
      this.shells.relieve()
      return await room
    } catch {
      throw cancelled()
    }
  }

  /** Works out what a refusal means; returns where waiting for others helps. */
  #believe(error: unknown, others: number, signal: AbortSignal, free: () => void): void {
    const loss = this.#link.loss()
    if (error instanceof HangingLogin && loss === undefined) {
      free()
      throw error
    }
    // What was given up, or was lost with the link, the server did not refuse.
    if (others > 0 && loss === undefined && !signal.aborted) this.#shrinkTo(others)
    free()
    if (loss !== undefined) throw loss
    if (signal.aborted) throw cancelled()
    if (others === 0) {
      throw failed(
        'command-failed',
        `The server runs no command: ${error instanceof Error ? error.message : String(error)}`,
        'Check MaxSessions and ForceCommand in its sshd_config, and that the account may log in.',
      )
    }
  }

  #shrinkTo(others: number): void {
    this.slots.shrinkTo(others)
    const { limit } = this.slots
    if (limit !== this.#toldLimit) this.#log.add(`The server allows ${sessionsInWords(limit)} at once`)
    this.#toldLimit = limit
    setTimeout(() => {
      this.slots.grow()
    }, this.#limits.retryAfter).unref()
  }

  /** sshd counts a session until its process is reaped, a little longer than its channel is open. */
  async #openPatiently(line: string, signal: AbortSignal): Promise<ClientChannel> {
    for (const ms of patience) {
      try {
        return await this.#open(line, signal)
      } catch (error) {
        if (this.#link.loss() !== undefined || signal.aborted || error instanceof HangingLogin) throw error
        await sleep(ms)
      }
    }
    return await this.#open(line, signal)
  }

  #open(line: string, signal: AbortSignal): Promise<ClientChannel> {
    const ask = (answered: (channel: ClientChannel) => void, refused: (error: Error) => void) => {
      const begun = this.#order.begins()
      try {
        this.#link.client.exec(line, (error, channel) => {
          begun()
          if (error === undefined) answered(channel)
          else refused(error)
        })
      } catch (error) {
        begun()
        throw error
      }
    }
    const dismiss = (channel: ClientChannel) => {
      void this.#dismiss(channel)
    }
    return this.#order.whenNothingEnds(signal, () =>
      this.#unanswered.asked(ask, { signal, dismiss, cancelled, never: neverOpened }),
    )
  }

  /** Closes a channel that came too late for whoever wanted it. */
  async #dismiss(channel: ClientChannel): Promise<void> {
    channel.on('error', () => undefined)
    await this.#order.ends(new Promise((resolve) => channel.once('close', resolve)))
    closeChannel(channel)
  }

  #session(channel: ClientChannel, free: () => void): SessionChannel {
    let complaints = ''
    let status: number | undefined
    let expected: ExpectedAnswer | undefined
    let failure: FailureError | undefined
    channel.on('data', () => {
      expected?.answered()
      expected = undefined
    })
    channel.stderr.on('data', (part: Buffer) => {
      complaints = (complaints + part.toString('utf8')).slice(-keptComplaints)
    })
    const closed = new Promise<void>((resolve) => {
      // ssh2 tells the status earlier, too, but then it may come before anybody can listen.
      channel.once('close', (code?: number | null) => {
        status = code ?? undefined
        resolve()
      })
    })
    const end = () => this.#order.ends(closed)
    // It has closed its output, and is about to exit.
    channel.once('end', end)
    const stream = new ChannelStream(channel, {
      line: this.#link.line,
      beforeClose: end,
      loss: () => this.#link.loss() ?? (failure ??= expected?.missing(complaints.trim())),
      idle: (kept, isIdle) => {
        if (!isIdle) this.#idle.delete(kept)
        else if (this.slots.hasWaiting) kept.destroy()
        else this.#idle.add(kept)
      },
    })
    stream.once('close', () => {
      this.#idle.delete(stream)
      // A server that does not close what is closed must not hold the room for ever.
      setTimeout(free, this.#limits.beginWithin).unref()
    })
    return {
      stream,
      complaints: () => complaints.trim(),
      exitStatus: () => status,
      close() {
        void end()
        channel.end()
        return closed
      },
      onComplaints: (hear) => channel.stderr.on('data', hear),
      expectAnswer: (answer) => {
        expected = answer
      },
    }
  }
}

function cancelled(): FailureError {
  return failed('cancelled', 'The command was cancelled before it began.')
}
