import type { Duplex } from 'node:stream'
import { GrowingBytes } from './growing-bytes'
import { kexinitMessage, parseKexinit, type ServerAlgorithms } from '../algorithms/kexinit'

/** What a server said so far, from its first byte on (RFC 4253, 4.2 and 7.1). */
export type Hello =
  /** Lines that are not its version; `said` is what came in all. */
  | { readonly state: 'silent'; readonly said: Buffer }
  | { readonly state: 'not-ssh'; readonly said: Buffer }
  | { readonly state: 'old-version'; readonly version: string }
  /** It named its version; its algorithms are still to come. */
  | { readonly state: 'greeted'; readonly version: string }
  | { readonly state: 'complete'; readonly version: string; readonly algorithms: ServerAlgorithms }
  | { readonly state: 'broken'; readonly version: string; readonly why: string }
  /** SSH_MSG_DISCONNECT in place of its algorithms. */
  | { readonly state: 'disconnected'; readonly version: string; readonly why: string }

/** As OpenSSH (sshd's own limit of lines before the version, and of one line). */
const mostLines = 1024
const longestLine = 8192
/** Bytes of lines, and of packets that say nothing. */
const mostText = 256 * 1024
/** RFC 4253, 6.1. */
const longestPacket = 35_000
const shortestPacket = 5
const disconnectMessage = 1
const skipped: ReadonlySet<number> = new Set([2, 3, 4])

/** Reads what a server says, each byte once, in however many parts it comes. */
class HelloParser {
  readonly #bytes = new GrowingBytes()
  /** Where the line or the packet begins that is not whole. */
  #from = 0
  /** How far the line was looked through for its end. */
  #looked = 0
  #lines = 0
  #version: string | undefined
  #packetsFrom = 0
  #end: Hello | undefined

  get said(): Buffer {
    return this.#bytes.all
  }

  /** What was said so far. */
  get hello(): Hello {
    if (this.#end !== undefined) return this.#end
    const { said } = this
    if (this.#version !== undefined) return { state: 'greeted', version: this.#version }
    return isBinary(said) ? { state: 'not-ssh', said } : { state: 'silent', said }
  }

  add(data: Buffer): void {
    this.#bytes.add(data)
    if (this.#version === undefined) this.#end ??= this.#readLines()
    if (this.#version !== undefined) this.#end ??= this.#readPackets(this.#version)
  }

  #readLines(): Hello | undefined {
    const { said } = this
    for (;;) {
      const end = said.indexOf(0x0a, this.#looked)
      this.#looked = end === -1 ? said.length : end + 1
      const length = (end === -1 ? said.length : end) - this.#from
      if (length > longestLine || this.#lines > mostLines || this.#from > mostText)
        return { state: 'not-ssh', said }
      if (end === -1) return undefined
      const line = said.toString('latin1', this.#from, end).replace(/\r$/, '')
      this.#from = end + 1
      this.#lines += 1
      if (!line.startsWith('SSH-')) continue
      if (!/^SSH-(2\.0|1\.99)-[^ ]/.test(line))
        return /^SSH-1\./.test(line) ? { state: 'old-version', version: line } : { state: 'not-ssh', said }
      this.#version = line
      this.#packetsFrom = this.#from
      return undefined
    }
  }

  #readPackets(version: string): Hello | undefined {
    const broken = (why: string): Hello => ({ state: 'broken', version, why })
    for (;;) {
      const rest = this.said.subarray(this.#from)
      if (this.#from - this.#packetsFrom > mostText) return broken('it says much and names no algorithms')
      if (rest.length < 6) return undefined
      const length = rest.readUInt32BE(0)
      const padding = rest.readUInt8(4)
      if (length < shortestPacket || length > longestPacket || padding + 1 >= length)
        return broken('what follows its version is no SSH packet')
      if (rest.length < 4 + length) return undefined
      const payload = rest.subarray(5, 4 + length - padding)
      this.#from += 4 + length
      const type = payload[0] ?? 0
      if (skipped.has(type)) continue
      if (type === disconnectMessage) return { state: 'disconnected', version, why: reasonIn(payload) }
      if (type !== kexinitMessage) return broken(`it begins with message ${String(type)}`)
      const algorithms = parseKexinit(payload)
      return algorithms === undefined
        ? broken('its list of algorithms (SSH_MSG_KEXINIT) is broken')
        : { state: 'complete', version, algorithms }
    }
  }
}

/** Reads what a server said so far. */
export function parseHello(said: Buffer): Hello {
  const parser = new HelloParser()
  parser.add(said)
  return parser.hello
}

/** No text begins so: a TLS alert, telnet, or a record of a database. */
function isBinary(said: Buffer): boolean {
  return said.length > 0 && said.subarray(0, 8).some((byte) => byte < 0x09 || byte === 0x15 || byte === 0xff)
}

/** RFC 4253, 11.1: a number, then words. */
function reasonIn(payload: Buffer): string {
  if (payload.length < 9) return ''
  return payload.toString('utf8', 9, Math.min(payload.length, 9 + payload.readUInt32BE(5)))
}

export interface HelloListener {
  /** The server named its version. */
  greeted(version: string): void
  /**
   * Enough is known to go on: all that was read is in the socket again, which is paused. `algorithms` is undefined for a server
   * that waits for the client's first.
   */
  done(algorithms: ServerAlgorithms | undefined): void
  /** The server cannot be talked to, or the connection ended; `error` is the socket's, if there was one. */
  failed(hello: Hello, error: Error | undefined): void
}

/** A reading that is under way. */
export interface HelloReader {
  /** What was said so far. */
  hello(): Hello
}

/**
 * Reads what a server says of itself before anything is answered but the client's own version, so that what is offered can be
 * chosen by it. Exactly one of `done` and `failed` is called; a socket that is destroyed counts as failed.
 * @param patience milliseconds between the version and the algorithms; some servers wait for the client's
 */
export function readServerHello(socket: Duplex, listener: HelloListener, patience: number): HelloReader {
  const parser = new HelloParser()
  let greeted = false
  let timer: NodeJS.Timeout | undefined
  const stop = () => {
    clearTimeout(timer)
    socket.off('data', read).off('end', end).off('close', end).off('error', end)
  }
  const fail = (hello: Hello, error?: Error) => {
    stop()
    listener.failed(hello, error)
  }
  const goOn = (algorithms: ServerAlgorithms | undefined) => {
    stop()
    socket.pause()
    socket.unshift(parser.said)
    listener.done(algorithms)
  }
  const read = (data: Buffer) => {
    parser.add(data)
    const { hello } = parser
    if (!greeted && 'version' in hello) {
      greeted = true
      listener.greeted(hello.version)
      timer = setTimeout(() => {
        goOn(undefined)
      }, patience)
    }
    if (hello.state === 'complete') goOn(hello.algorithms)
    else if (hello.state !== 'greeted' && hello.state !== 'silent') fail(hello)
  }
  const end = (error?: Error) => {
    fail(parser.hello, error instanceof Error ? error : undefined)
  }
  socket.on('data', read).on('end', end).on('close', end).on('error', end)
  if (socket.destroyed)
    queueMicrotask(() => {
      end(socket.errored ?? undefined)
    })
  return { hello: () => parser.hello }
}
