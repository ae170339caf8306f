/**
 * How many messages that carry nothing a server may send: so many at once, and more with time and with what they belong to. What a sound
 * server sends of them stays far below.
 */
export class MessageBudget {
  readonly #now: () => number
  readonly #spent = new Map<number, number>()
  #left = atOnce
  #filledAt: number

  /** `now` in milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#filledAt = now()
  }

  /** What was sent, or was answered, lets the server send something about it. */
  earn(messages: number): void {
    this.#left = Math.min(mostEarned, this.#left + messages)
  }

  /** Data that came lets the server send padding beside it (SSH_MSG_IGNORE). */
  earnPadding(): void {
    if (this.#left < atOnce) this.#left += 1
  }

  /** Counts a message by its number in the protocol; says whether it was still within bounds. */
  spend(type: number, cost = 1): boolean {
    this.#spent.set(type, (this.#spent.get(type) ?? 0) + 1)
    this.#left -= cost
    if (this.#left >= 0) return true
    const now = this.#now()
    const more = ((now - this.#filledAt) * perSecond) / 1000
    this.#filledAt = now
    this.#left = Math.min(atOnce, this.#left + more)
    return this.#left >= 0
  }

  /** The number of the message that came most often. */
  get most(): number {
    const [first] = [...this.#spent].sort(([, one], [, other]) => other - one)
    return first?.[0] ?? 0
  }
}

const atOnce = 2000
const perSecond = 50
const mostEarned = 20_000
