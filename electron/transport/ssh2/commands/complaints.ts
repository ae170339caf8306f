import { keptComplaints, withoutNoise } from '../../accepted-end'
import { readyMark } from './shell-loop'

/** What a shell on a host says on standard error, in which marks tell whose words they are. */
export class Complaints {
  #text = ''
  /** The first of it, to the mark that tells that the shell is ready. */
  #before = ''
  #isReady = false

  /** What was said before the shell was ready, by login files and by whatever complains of every program. */
  get before(): string {
    return this.#before
  }

  hear(part: Buffer): void {
    this.#text += part.toString('utf8')
    if (!this.#isReady) {
      const at = this.#text.indexOf(readyMark)
      this.#isReady = at !== -1
      this.#before = this.#isReady ? this.#text.slice(0, at) : this.#text.slice(-keptComplaints)
    }
    // Twice as much, so that what is cut off is longer than what is kept of a command's.
    this.#text = this.#text.slice(-2 * keptComplaints)
  }

  /** What was said since a mark, or as much of it as is kept. */
  since(mark: string): string {
    const at = this.#text.indexOf(mark)
    return this.#own(at === -1 ? this.#text : this.#text.slice(at + mark.length))
  }

  /** What was said between two marks; nothing as long as the second one has not come. */
  between(begin: string, end: string): string | undefined {
    const stop = this.#text.lastIndexOf(end)
    if (stop === -1) return undefined
    const at = this.#text.indexOf(begin)
    return this.#own(this.#text.slice(at === -1 ? 0 : at + begin.length, stop))
  }

  #own(text: string): string {
    return withoutNoise(text.slice(-keptComplaints), this.#before).trim()
  }
}
