import { setTimeout as sleep } from 'node:timers/promises'
import type { Link } from '../link/link'

/** Milliseconds that a beginning waits for ends, and an end for beginnings, which may never be answered. */
const mostWait = 3_000

/**
 * Keeps the beginnings and the ends of commands apart where the server is a Dropbear. It takes a session channel on which nothing was started
 * yet for ended when the command of another channel ends just then, and ends the connection as soon as what is started there after all says
 * anything (svr-chansession.c, `sesscheckclose`; common-channel.c, `check_close`; met with 2022.83). Commands that end without being asked to
 * can still meet a beginning.
 */
export class DropbearOrder {
  readonly #link: Pick<Link, 'client'>
  /** Channels that were asked for, until their command was begun. */
  readonly #beginnings = new Set<Promise<unknown>>()
  /** Channels that are about to end, until the server has closed them, which it does when the command was reaped. */
  readonly #ends = new Set<Promise<unknown>>()

  constructor(link: Pick<Link, 'client'>) {
    this.#link = link
  }

  /** Begins when nothing ends. @throws AbortError */
  async whenNothingEnds<Value>(signal: AbortSignal, begin: () => Promise<Value>): Promise<Value> {
    if (this.#ends.size > 0) {
      let isLate = false
      const late = sleep(mostWait, undefined, { ref: false, signal }).then(() => {
        isLate = true
      })
      // Others may begin to end meanwhile. Nothing may come between the last look and the beginning.
      while (this.#ends.size > 0 && !isLate) await Promise.race([late, ...this.#ends])
    }
    return await begin()
  }

  /** Something begins, until what this gives is called. */
  begins(): () => void {
    let begun: () => void = () => undefined
    const beginning = new Promise<void>((resolve) => {
      begun = resolve
    })
    this.#beginnings.add(beginning)
    void beginning.then(() => this.#beginnings.delete(beginning))
    return begun
  }

  /** Something ends until `closed` settles, which never rejects. Gives what has to be waited for before it is ended, if anything. */
  ends(closed: Promise<unknown>): Promise<unknown> | undefined {
    if (!this.#isDropbear) return undefined
    const end = withinLimit(closed)
    this.#ends.add(end)
    void end.then(() => this.#ends.delete(end))
    return this.#beginnings.size === 0 ? undefined : withinLimit(Promise.all(this.#beginnings))
  }

  /** By the name that the server gave in its greeting. */
  get #isDropbear(): boolean {
    const { _remoteVer: software = '' } = this.#link.client as unknown as { readonly _remoteVer?: string }
    return /^dropbear/i.test(software)
  }
}

function withinLimit(settled: Promise<unknown>): Promise<unknown> {
  return Promise.race([settled, sleep(mostWait, undefined, { ref: false })])
}
