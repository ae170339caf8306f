import { randomBytes } from 'node:crypto'
import { inCommandEnvironment } from '../command-environment'

/**
 * The one command line that sshd gets. The login shell reads it, which may be any shell: so there is nothing in it that
 * bash, dash, fish and csh would read differently. What is to be run comes on standard input: two marks, the lengths of
 * script and input in bytes, the script, the input.
 *
 * - `dd` reads byte by byte and so takes nothing that belongs to the input.
 * - Output between the marks is the script's; what login scripts print before is not. Standard error has the first mark, too.
 * - When the input is read, `cat` waits for the end of standard input: that comes when the channel is closed, by this side or
 *   with the connection, and then the whole process group ends, whether it writes anything or not.
 */
export const frameScript = [
  'IFS= read -r b; IFS= read -r e; IFS= read -r n; IFS= read -r m; s=$(dd bs=1 count="$n" 2>/dev/null);',
  'printf %s "$b" >&2; printf %s "$b"; exec 3<&0;',
  '{ head -c "$m" <&3; exec >&-; cat <&3 >/dev/null; kill -9 0; } |',
  '{ /bin/sh -c "$s" 3<&-; printf "%s%s;" "$e" "$?"; }',
].join(' ')

export const commandLine = `exec /bin/sh -c '${inCommandEnvironment}' '${frameScript}'`
/** What sudo says is understood in English. */
export const elevatedCommandLine = `exec env LC_ALL=C sudo -n /bin/sh -c '${inCommandEnvironment}' '${frameScript}'`

/** A command packed for standard input, and the marks its output is found by. */
export interface PackedCommand {
  readonly packed: Buffer
  readonly begin: string
  readonly end: string
}

/** Packs a script and its input. */
export function packCommand(script: string, input: Buffer): PackedCommand {
  const begin = `<${randomBytes(12).toString('hex')}>`
  const end = `<${randomBytes(12).toString('hex')}:`
  const text = Buffer.from(script, 'utf8')
  const head = `${begin}\n${end}\n${String(text.length)}\n${String(input.length)}\n`
  return { packed: Buffer.concat([Buffer.from(head), text, input]), begin, end }
}

/** What a command complained of, without what login files and sudo complained of before it; all where the mark was cut off. */
export function saidSince(begin: string, complaints: string): string {
  const at = complaints.indexOf(begin)
  return at === -1 ? complaints : complaints.slice(at + begin.length).trim()
}

/** What login scripts may print before a command begins, in bytes. */
const mostNoise = 1024 * 1024
/** Bytes of it that are kept, from their end. */
const keptNoise = 2000
const longestStatus = 4

/** Finds a command's output between its marks while it comes, without holding more than a mark's length back. */
export class FrameReader {
  readonly #begin: Buffer
  readonly #end: Buffer
  #state: 'noise' | 'output' | 'status' | 'done' = 'noise'
  /** Bytes that may be the beginning of a mark. */
  #held: Buffer = Buffer.alloc(0)
  #noise = 0
  #noiseTail: Buffer = Buffer.alloc(0)
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

  /** The end of what came before the output: of a login file, or of what ran in the place of the command. */
  get noise(): string {
    const held = this.hasBegun ? [] : [this.#held]
    return Buffer.concat([this.#noiseTail, ...held]).toString('utf8')
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
      else this.#addNoise(bytes)
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

  #addNoise(bytes: Buffer): void {
    this.#noise += bytes.length
    this.#noiseTail = Buffer.concat([this.#noiseTail, bytes.subarray(-keptNoise)]).subarray(-keptNoise)
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
