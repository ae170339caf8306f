import type { Client, ClientChannel } from 'ssh2'
import { addRoom, keepRoom } from '../guard/given-room'
import { firstWindow, LineWindow } from './line-window'
import { RoundTrips } from './round-trips'
import { type ChannelShare, SentBytes } from './sent-bytes'

/** What ssh2 keeps for itself. */
interface Protocol {
  session(id: number, window: number, packet: number): void
  openssh_directStreamLocal(id: number, window: number, packet: number, place: unknown): void
  channelWindowAdjust(id: number, bytes: number): void
}
interface ChannelInside {
  readonly incoming: { window: number; readonly state: string }
  readonly outgoing: { readonly id: number; readonly state: string }
}

/** Bytes that a server may send on a channel before it is known what the channel is for. */
const toldAtOpening = firstWindow / 2
/** The same on a line that carries much at once. */
const mostUnasked = 256 * 1024
/** What a channel may have under way at least, however many there are. */
const leastShare = 8 * 1024
/** Milliseconds between two measurements of what comes, at least. */
const measuredEvery = 20

/**
 * Shares one connection among its channels: no more is under way than a line carries in a fraction of a second, so that a small answer comes
 * soon after a large one has begun (decision 0021). ssh2 alone would take two million bytes at once on each channel.
 */
export class FairLine {
  readonly #protocol: Protocol
  readonly #trips: RoundTrips
  readonly #incoming = new LineWindow()
  readonly #sent: SentBytes
  /** Channels of which something came since the last measurement. */
  readonly #active = new Set<ClientChannel>()
  #sharers = 1
  /** Bytes since the last measurement, and when the first of them came. */
  #cameSince = 0
  #cameFrom = 0
  #isMeasuring = false
  #measuredAt = -Infinity

  /** @param client one that is logged in and has no channels yet */
  constructor(client: Client) {
    const protocol = (client as unknown as { readonly _protocol: Protocol })._protocol
    const [session, directStreamLocal] = [protocol.session, protocol.openssh_directStreamLocal]
    protocol.session = (id, _window, packet) => {
      session.call(protocol, id, toldAtOpening, packet)
    }
    protocol.openssh_directStreamLocal = (id, _window, packet, place) => {
      directStreamLocal.call(protocol, id, toldAtOpening, packet, place)
    }
    this.#protocol = protocol
    this.#trips = new RoundTrips(client)
    this.#sent = new SentBytes(this.#trips)
    // How long a round trip takes on an empty line is best known from the beginning.
    this.#trips.begin(() => undefined)
  }

  /** Resolves when the server has answered something that was sent now: the line carried all that was on it. False where it is gone. */
  roundTrip(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#trips.begin((waited) => {
        resolve(waited !== undefined)
      })
    })
  }

  /** Takes over how much the server may send on a channel that was just opened. */
  adopt(channel: ClientChannel): ChannelShare {
    const inside = channel as unknown as ChannelInside
    keepRoom(channel, toldAtOpening)
    let open = toldAtOpening
    const fill = (upTo: number) => {
      const more = upTo - open
      if (more < upTo / 2 || !mayHearMore(inside)) return
      open += more
      addRoom(channel, more)
      this.#protocol.channelWindowAdjust(inside.outgoing.id, more)
    }
    const read = ({ length }: Buffer) => {
      open -= length
      this.#came(channel, length)
      fill(Math.max(leastShare, Math.floor(this.#incoming.size / this.#sharers)))
    }
    channel.on('data', read)
    channel.stderr.on('data', read)
    channel.once('close', () => this.#active.delete(channel))
    fill(Math.min(this.#incoming.size, mostUnasked))
    return this.#sent.share()
  }

  #came(channel: ClientChannel, bytes: number): void {
    this.#active.add(channel)
    this.#sharers = Math.max(this.#sharers, this.#active.size)
    const now = performance.now()
    if (this.#cameSince === 0) this.#cameFrom = now
    this.#cameSince += bytes
    if (this.#isMeasuring || this.#cameSince < Math.min(this.#incoming.size, firstWindow) / 2) return
    if (now - this.#measuredAt < measuredEvery) return
    this.#measuredAt = now
    this.#isMeasuring = true
    this.#trips.begin((waited) => {
      this.#isMeasuring = false
      if (waited !== undefined) this.#incoming.measured(waited, this.#wasFull(performance.now() - now))
      this.#cameSince = 0
      this.#sharers = Math.max(1, this.#active.size)
      this.#active.clear()
    })
  }

  /**
   * Whether about as much came as may be under way. What a server sends at once on a long line comes at once too: part of it before the
   * question, the rest just after, and the next behind the answer.
   */
  #wasFull(roundTrip: number): boolean {
    const within = performance.now() - this.#cameFrom
    return this.#cameSince >= this.#incoming.size / 2 && within <= 2 * roundTrip + measuredEvery
  }
}

/** A server hears of no more room after the end (RFC 4254, section 5.3): Dropbear ends the whole connection for that. */
function mayHearMore({ incoming, outgoing }: ChannelInside): boolean {
  return incoming.state === 'open' && ['open', 'eof'].includes(outgoing.state)
}
