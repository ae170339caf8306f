import type { Duplex } from 'node:stream'
import { kexinitMessage, parseKexinit, type ServerAlgorithms } from './kexinit'

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
const mostText = 256 * 1024
/** RFC 4253, 6.1. */
const longestPacket = 35_000
const shortestPacket = 5
const disconnectMessage = 1
const skipped: ReadonlySet<number> = new Set([2, 3, 4])

/** Reads what a server said so far. */
export function parseHello(said: Buffer): Hello {
  let from = 0
  for (let lines = 0; ; lines += 1) {
    const end = said.indexOf(0x0a, from)
    const length = (end === -1 ? said.length : end) - from
    if (length > longestLine || lines > mostLines || from > mostText) return { state: 'not-ssh', said }
    if (end === -1) return isBinary(said) ? { state: 'not-ssh', said } : { state: 'silent', said }
    const line = said.toString('latin1', from, end).replace(/\r$/, '')
    from = end + 1
    if (!line.startsWith('SSH-')) continue
    if (/^SSH-(2\.0|1\.99)-[^ ]/.test(line)) return parsePackets(said.subarray(from), line)
    return /^SSH-1\./.test(line) ? { state: 'old-version', version: line } : { state: 'not-ssh', said }
  }
}

/** No text begins so: a TLS alert, telnet, or a record of a database. */
function isBinary(said: Buffer): boolean {
  return said.length > 0 && said.subarray(0, 8).some((byte) => byte < 0x09 || byte === 0x15 || byte === 0xff)
}

function parsePackets(bytes: Buffer, version: string): Hello {
  let rest = bytes
  for (;;) {
    if (rest.length < 6) return { state: 'greeted', version }
    const length = rest.readUInt32BE(0)
    const padding = rest.readUInt8(4)
    if (length < shortestPacket || length > longestPacket || padding + 1 >= length)
      return { state: 'broken', version, why: 'what follows its version is no SSH packet' }
    if (rest.length < 4 + length) return { state: 'greeted', version }
    const payload = rest.subarray(5, 4 + length - padding)
    rest = rest.subarray(4 + length)
    const type = payload[0] ?? 0
    if (skipped.has(type)) continue
    if (type === disconnectMessage) return { state: 'disconnected', version, why: reasonIn(payload) }
    if (type !== kexinitMessage)
      return { state: 'broken', version, why: `it begins with message ${String(type)}` }
    const algorithms = parseKexinit(payload)
    return algorithms === undefined
      ? { state: 'broken', version, why: 'its list of algorithms (SSH_MSG_KEXINIT) is broken' }
      : { state: 'complete', version, algorithms }
  }
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
  let said = Buffer.alloc(0)
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
    socket.unshift(said)
    listener.done(algorithms)
  }
  const read = (data: Buffer) => {
    said = Buffer.concat([said, data])
    const hello = parseHello(said)
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
    fail(parseHello(said), error instanceof Error ? error : undefined)
  }
  socket.on('data', read).on('end', end).on('close', end).on('error', end)
  if (socket.destroyed)
    queueMicrotask(() => {
      end(socket.errored ?? undefined)
    })
  return { hello: () => parseHello(said) }
}
