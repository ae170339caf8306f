import { codeOf, whyBroken } from '../core/base/broken-stream'
import { jsonPieces } from './json-pieces'

/** Standard output, whose reader may go away (`lamina batch | head -1`) and whose disk may be full. */
export class Answers {
  readonly #output: NodeJS.WritableStream
  readonly #complaints: NodeJS.WritableStream

  /** `complaints` is standard error. */
  constructor(output: NodeJS.WritableStream, complaints: NodeJS.WritableStream) {
    this.#output = output
    this.#complaints = complaints
    // Whoever writes hears of it; an event that nobody listens to would end the process with everything left open.
    for (const stream of [output, complaints]) stream.on('error', () => undefined)
  }

  /** Says whether all of a line of JSON arrived. */
  async writeJson(value: unknown): Promise<boolean> {
    for (const piece of jsonPieces(value)) if (!(await this.write(piece))) return false
    return await this.write('\n')
  }

  /** Says whether a text arrived. Each one is waited for: the reader of a pipe may be slow, and nothing is lost at the end so. */
  write(text: string): Promise<boolean> {
    return new Promise((resolve) => {
      this.#output.write(text, (error) => {
        // Who reads no further knows, and needs no word about it.
        if (error && codeOf(error) !== 'EPIPE')
          this.#complaints.write(`lamina: the answer could not be written: ${whyBroken(error)}\n`)
        resolve(!error)
      })
    })
  }
}
