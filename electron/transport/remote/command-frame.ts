import { randomBytes } from 'node:crypto'

/** A command packed for standard input, and the marks its output is found by. */
export interface PackedCommand {
  readonly packed: Buffer
  readonly begin: string
  readonly end: string
}

/** Packs a script and its input as the shell on the host takes them (shell-loop.ts). */
export function packCommand(script: string, input: Buffer): PackedCommand {
  const begin = `<${randomBytes(12).toString('hex')}>`
  const end = `<${randomBytes(12).toString('hex')}:`
  const text = Buffer.from(script, 'utf8')
  const head = `${begin}\n${end}\n${String(text.length)}\n${String(input.length)}\n`
  return { packed: Buffer.concat([Buffer.from(head), text, input]), begin, end }
}

/** What login scripts may print before a command begins, in bytes. */
const mostNoise = 1024 * 1024
const longestStatus = 4

/** Finds a command's output between its marks while it comes, without holding more than a mark's length back. */
export class FrameReader {
  readonly #begin: Buffer
  readonly #end: Buffer
  #state: 'noise' | 'output' | 'status' | 'done' = 'noise'
  /** Bytes that may be the beginning of a mark. */
  #held: Buffer = Buffer.alloc(0)
  #noise = 0
  #status = ''

  constructor({ begin, end }: { readonly begin: string; readonly end: string }) {
    this.#begin = Buffer.from(begin)
    this.#end = Buffer.from(end)
  }

  /** Exit status of the command, once its end mark has come. */
  get status(): number | undefined {
    return this.#state === 'done' ? Number(this.#status) : undefined
  }

  get hasBegun(): boolean {
    return this.#state !== 'noise'
  }

  /** Takes what came and gives the parts of it that are output. @throws RangeError for too much noise or a bad status */
  push(chunk: Buffer): Buffer[] {
    const output: Buffer[] = []
    let rest: Buffer | undefined = chunk
    while (rest !== undefined && rest.length > 0 && this.#state !== 'done') {
      if (this.#state === 'status') rest = this.#readStatus(rest)
      else rest = this.#readUntil(rest, this.#state === 'noise' ? this.#begin : this.#end, output)
    }
    return output
  }

  /** Passes on what comes before the mark; gives what comes after it, if it is there. */
  #readUntil(chunk: Buffer, mark: Buffer, output: Buffer[]): Buffer | undefined {
    const pass = (bytes: Buffer) => {
      if (bytes.length === 0) return
      if (this.#state === 'output') output.push(bytes)
      else this.#countNoise(bytes.length)
    }
    const held = this.#held
    // The mark may lie across the border between what was held back and this chunk.
    const border = Buffer.concat([held, chunk.subarray(0, mark.length - 1)])
    const across = held.length === 0 ? -1 : border.indexOf(mark)
    if (across !== -1) {
      pass(border.subarray(0, across))
      return this.#markFound(chunk.subarray(across + mark.length - held.length))
    }
    const within = chunk.indexOf(mark)
    if (within !== -1) {
      pass(held)
      pass(chunk.subarray(0, within))
      return this.#markFound(chunk.subarray(within + mark.length))
    }
    const kept = mark.length - 1
    if (held.length + chunk.length <= kept) this.#held = Buffer.concat([held, chunk])
    else if (chunk.length >= kept) {
      pass(held)
      pass(chunk.subarray(0, chunk.length - kept))
      this.#held = Buffer.from(chunk.subarray(chunk.length - kept))
    } else {
      const all = Buffer.concat([held, chunk])
      pass(all.subarray(0, all.length - kept))
      this.#held = all.subarray(all.length - kept)
    }
    return undefined
  }

  #markFound(rest: Buffer): Buffer {
    this.#held = Buffer.alloc(0)
    this.#state = this.#state === 'noise' ? 'output' : 'status'
    return rest
  }

  #countNoise(bytes: number): void {
    this.#noise += bytes
    if (this.#noise > mostNoise) throw new RangeError('the login shell prints more than any login shell does')
  }

  #readStatus(chunk: Buffer): Buffer | undefined {
    const stop = chunk.indexOf(';')
    this.#status += chunk.toString('latin1', 0, stop === -1 ? chunk.length : stop)
    if (this.#status.length > longestStatus || !/^\d*$/.test(this.#status))
      throw new RangeError('the end mark is broken')
    if (stop !== -1) this.#state = 'done'
    return undefined
  }
}
