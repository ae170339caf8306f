/** Bytes that may be under way at first: what a modem carries in half a second. */
export const firstWindow = 64 * 1024
const least = 16 * 1024
const most = 2 * 1024 * 1024

/** Milliseconds that bytes are to wait in a line's queues: a person hardly notices, and what carries much stays full. */
const aimedWait = 200
/** Milliseconds from which on they wait too long. */
const longestWait = 300

/**
 * How many bytes may be under way in one direction of a line, so that what is sent behind them comes soon. It follows from how much longer a
 * round trip takes than on an empty line, so that neither the line's speed nor its length has to be known.
 */
export class LineWindow {
  #size = firstWindow

  /** In bytes. */
  get size(): number {
    return this.#size
  }

  /**
   * @param waited milliseconds by which a round trip took longer than on an empty line
   * @param wasFull whether more would have been sent meanwhile had there been room
   */
  measured(waited: number, wasFull: boolean): void {
    if (waited > longestWait) {
      // A single one may be late for another reason, such as a machine that is busy.
      const part = Math.max(aimedWait / waited, 0.5)
      this.#size = Math.max(least, Math.floor(this.#size * part))
    } else if (wasFull && waited < aimedWait / 2) this.#size = Math.min(most, this.#size * 2)
  }
}
