import { useRoom } from './given-room'
import type { KeptChannel } from './inside'
import { message } from './message-numbers'

/** How much more a server may send on a channel than it was given room for, in bytes; OpenSSH bears a tenth of a window too (channels.c). */
const bearable = 209_715
const largestWindow = 0xffff_ffff
/** A server that takes less at once, in bytes, has data cut into so many packets that making them holds everything up. */
const smallestPacket = 256
/** The one kind of extended data that there is (RFC 4254, 5.2). */
const standardError = 1
/** Channels that a server may open, for agents, X11 or ports that were never asked for. */
const mostOpened = 64

/** What a message about a channel comes to: `costs` counts against the server, `dropped` is not for ssh2. */
export type ChannelVerdict = 'carries' | 'costs' | 'dropped' | { readonly broken: string }

/** The rules of channels that ssh2 does not hold a server to (RFC 4254, 5). */
export class ChannelRules {
  readonly #channels: () => Readonly<Record<number, unknown>>
  #opened = 0

  /** `channels` by the number that this side gave; a function stands for one that is being opened. */
  constructor(channels: () => Readonly<Record<number, unknown>>) {
    this.#channels = channels
  }

  judge(type: number, payload: Buffer): ChannelVerdict {
    switch (type) {
      case message.CHANNEL_OPEN:
        this.#opened += 1
        return this.#opened > mostOpened
          ? { broken: 'opens one channel after the other, none of which was asked for' }
          : 'costs'
      case message.CHANNEL_DATA:
        return this.#data(payload, 9)
      case message.CHANNEL_EXTENDED_DATA:
        // ssh2 leaves out what is not said on standard error, which takes none of the room then.
        return payload.length >= 13 && payload.readUInt32BE(5) !== standardError
          ? 'costs'
          : this.#data(payload, 13)
      case message.CHANNEL_OPEN_CONFIRMATION:
        return payload.length >= 17 && payload.readUInt32BE(13) < smallestPacket
          ? { broken: `takes no more than ${String(payload.readUInt32BE(13))} bytes in a packet` }
          : 'costs'
      case message.CHANNEL_WINDOW_ADJUST:
        return this.#moreRoom(payload)
      default:
        return 'costs'
    }
  }

  /** Whether a message answers a request for a channel of this side. */
  isAwaited(payload: Buffer): boolean {
    return payload.length >= 5 && typeof this.#channels()[payload.readUInt32BE(1)] === 'function'
  }

  #data(payload: Buffer, from: number): ChannelVerdict {
    if (payload.length < from) return 'costs'
    const channel = this.#channel(payload)
    if (channel === undefined) return { broken: 'sends data on a channel that is not open' }
    const { incoming } = channel
    if (incoming.state !== 'open') return 'dropped'
    const length = payload.length - from
    if (useRoom(channel, length) < -bearable)
      return { broken: 'sends more on a channel than it was given room for' }
    // ssh2 loses what comes when the window is exactly used up.
    if (incoming.window === 0) incoming.window = -Number.MIN_VALUE
    return length === 0 ? 'costs' : 'carries'
  }

  #moreRoom(payload: Buffer): ChannelVerdict {
    const channel = this.#channel(payload)
    if (channel === undefined || payload.length < 9) return 'costs'
    return channel.outgoing.window + payload.readUInt32BE(5) > largestWindow
      ? { broken: 'gives more room on a channel than there can be' }
      : 'costs'
  }

  #channel(payload: Buffer): KeptChannel | undefined {
    const found = payload.length < 5 ? undefined : this.#channels()[payload.readUInt32BE(1)]
    return typeof found === 'object' && found !== null ? (found as KeptChannel) : undefined
  }
}
