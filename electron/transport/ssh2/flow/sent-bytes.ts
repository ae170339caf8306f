import { LineWindow } from './line-window'
import type { RoundTrips } from './round-trips'

/** A channel's part of the line. */
export interface ChannelShare {
  /** Calls back when so many bytes may be sent, in the order in which channels ask. */
  whenRoom(bytes: number, send: () => void): void
}

/** Requests and short commands go whatever else does. */
const small = 4 * 1024
/** Milliseconds after which a server is taken for one that answers nothing, which is against the protocol. */
const answersWithin = 10_000

interface Waiting {
  readonly bytes: number
  readonly send: () => void
}

/**
 * Holds back what is sent while much of it has not arrived. What a server says of its own windows tells little: some take millions of bytes
 * before they say anything. That something has arrived is known from an answer to what was sent behind it.
 */
export class SentBytes {
  readonly #trips: Pick<RoundTrips, 'begin'>
  readonly #window = new LineWindow()
  readonly #waiting: Waiting[] = []
  #sent = 0
  #arrived = 0
  /** Up to where it was asked whether it has arrived. */
  #askedAt = 0

  constructor(trips: Pick<RoundTrips, 'begin'>) {
    this.#trips = trips
  }

  share(): ChannelShare {
    return {
      whenRoom: (bytes, send) => {
        if (bytes > small) {
          this.#waiting.push({ bytes, send })
          this.#goOn()
        } else {
          this.#sent += bytes
          send()
        }
      },
    }
  }

  get #underWay(): number {
    return this.#sent - this.#arrived
  }

  #goOn(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#underWay > 0 && this.#underWay + next.bytes > this.#window.size) break
      this.#waiting.shift()
      this.#sent += next.bytes
      next.send()
      // Several answers are under way at once, so that the line does not run empty meanwhile.
      if (this.#sent - this.#askedAt >= this.#window.size / 4) this.#ask()
    }
    if (this.#waiting.length > 0 && this.#askedAt <= this.#arrived) this.#ask()
  }

  #ask(): void {
    const upTo = this.#sent
    this.#askedAt = upTo
    const arrived = () => {
      clearTimeout(limit)
      if (upTo <= this.#arrived) return
      this.#arrived = upTo
      this.#goOn()
    }
    const limit = setTimeout(arrived, answersWithin)
    this.#trips.begin((waited) => {
      if (waited !== undefined) this.#window.measured(waited, this.#waiting.length > 0)
      arrived()
    })
  }
}
