import { messageLimits, type MessageSize } from './message-limits'

/** Calls of the page that may be under way at once. */
export const mostCallsAtOnce = 256

/** How often the limits of one call all that are under way may hold together. */
const mostAtOnce = 2

interface UnderWay {
  readonly id: unknown
  readonly size: MessageSize
  isCancelled: boolean
}

/** What the page has asked for and awaits. Ids are the page's own, and may be anything. */
export class CallsUnderWay {
  readonly #calls = new Set<UnderWay>()

  /** Begins a call and gives what ends it, or the sentence that says why there is no room for it. */
  begin(id: unknown, size: MessageSize): (() => void) | string {
    if (this.#calls.size >= mostCallsAtOnce)
      return `More than ${String(mostCallsAtOnce)} calls are under way at once.`
    const hold = (part: keyof MessageSize) =>
      [...this.#calls].reduce((sum, call) => sum + call.size[part], size[part])
    for (const part of ['characters', 'values'] as const)
      if (hold(part) > mostAtOnce * messageLimits[part])
        return `Calls that are under way at once hold more than ${String(mostAtOnce * messageLimits[part])} ${part}.`
    const call = { id, size, isCancelled: false }
    this.#calls.add(call)
    return () => void this.#calls.delete(call)
  }

  /** Whether something of that id is under way that was not cancelled before. */
  cancel(id: unknown): boolean {
    const calls = [...this.#calls].filter((call) => call.id === id && !call.isCancelled)
    for (const call of calls) call.isCancelled = true
    return calls.length > 0
  }
}
