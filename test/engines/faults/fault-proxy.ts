import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withoutVersion } from '../engine/recording-proxy'

/** What an engine answered, as bytes. */
export interface WholeAnswer {
  readonly status: number
  /** The status line and the fields, with the empty line behind them; the body is told by its length. */
  readonly head: Buffer
  readonly body: Buffer
}

/** One request that something goes wrong with. */
export interface FaultyRequest {
  /** The asker's connection. */
  readonly socket: Socket
  readonly answer: ServerResponse
  /** Passes the request on and gives all of the engine's answer; nothing where it is an answer without an end, such as events. */
  pass(): Promise<WholeAnswer>
  /** Passes the request on, and the answer back as it comes. */
  through(): void
}

/** What goes wrong with a request. */
export type Fault = (faulty: FaultyRequest, proxy: FaultProxy) => void | Promise<void>

/** Which request goes wrong: the how-manieth of its kind since the last `arm`, beginning with 0. */
export interface Target {
  /** As `kindOfRequest` has it. */
  readonly kind: string
  readonly nth: number
}

/** A socket in front of an engine's where single requests go wrong at the level of bytes. */
export interface FaultProxy {
  readonly socketPath: string
  readonly dockerHost: string
  /** Kinds of requests since the last `arm`, in the order in which they came. */
  readonly kinds: readonly string[]
  /** Whether the armed fault has happened. */
  readonly wasHit: boolean
  /** Requests that came and whose answers have neither ended nor been given up. */
  readonly unanswered: readonly string[]
  /** Connections that are open. */
  readonly connections: number
  /** Counts anew; what happens to one request from now on, or nothing. */
  arm(target?: Target, fault?: Fault): void
  /** Closes every connection and, for some further ones, each as it comes. */
  hangUp(further?: number): void
  /** Cuts every request of a kind until the next `arm`. */
  cut(kind: string): void
  close(): Promise<void>
}

/** A request without what differs each time: `GET /containers/ID/json`. */
export function kindOfRequest(method = '', url = ''): string {
  const path = withoutVersion(url)
    .replace(/\?.*$/, '')
    .replace(/\b(?:sha256(?::|%3A))?[0-9a-f]{64}\b/g, 'ID')
  return `${method} ${path}`
}

export async function faultProxy(engineSocket: string): Promise<FaultProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-faults-'))
  const own = join(folder, 'docker.sock')
  const sockets = new Set<Socket>()
  const unanswered = new Set<string>()
  let kinds: string[] = []
  let armed: { target: Target; fault: Fault } | undefined
  let wasHit = false
  let number = 0
  let hangUps = 0
  let cutKind: string | undefined
  const server = createServer((asked, answer) => {
    const kind = kindOfRequest(asked.method, asked.url)
    const nth = kinds.filter((one) => one === kind).length
    kinds.push(kind)
    answer.on('error', () => undefined)
    const mine = `${String((number += 1))} ${kind}`
    unanswered.add(mine)
    for (const end of ['finish', 'close']) answer.on(end, () => unanswered.delete(mine))
    // An answer that waits behind a faulty one over the same connection is not told of its end.
    const gone = () => unanswered.delete(mine)
    asked.socket.once('close', gone)
    answer.on('finish', () => asked.socket.off('close', gone))
    if (kind === cutKind) {
      asked.socket.destroy()
      return
    }
    if (armed?.target.kind === kind && armed.target.nth === nth) {
      const { fault } = armed
      wasHit = true
      const body = bytesOf(asked)
      const faulty: FaultyRequest = {
        socket: asked.socket,
        answer,
        pass: async () => await whole(engineSocket, asked, await body),
        through: () => void body.then((bytes) => passThrough(engineSocket, asked, answer, bytes)),
      }
      void Promise.resolve(fault(faulty, proxy)).catch(() => asked.socket.destroy())
    } else passThrough(engineSocket, asked, answer)
  })
  server.keepAliveTimeout = 0
  server.on('connection', (socket) => {
    if (hangUps > 0) {
      hangUps -= 1
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  const proxy: FaultProxy = {
    socketPath: own,
    dockerHost: `unix://${own}`,
    get kinds() {
      return kinds
    },
    get wasHit() {
      return wasHit
    },
    get unanswered() {
      return [...unanswered]
    },
    get connections() {
      return sockets.size
    },
    arm(target, fault) {
      kinds = []
      wasHit = false
      hangUps = 0
      cutKind = undefined
      armed = target === undefined || fault === undefined ? undefined : { target, fault }
    },
    hangUp(further = 0) {
      hangUps = further
      for (const socket of sockets) socket.destroy()
    },
    cut(kind) {
      cutKind = kind
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
  await new Promise<void>((resolve) => server.listen(own, resolve))
  return proxy
}

function passThrough(
  engineSocket: string,
  asked: IncomingMessage,
  answer: ServerResponse,
  body?: Buffer,
): void {
  const { url: path, method, headers } = asked
  const onward = request({ socketPath: engineSocket, path, method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    // An event stream says nothing for a long time, and its asker waits for the answer to begin.
    answer.flushHeaders()
    response.pipe(answer)
    response.on('error', () => answer.destroy())
  })
  onward.on('error', () => answer.destroy())
  answer.on('close', () => onward.destroy())
  if (body === undefined) asked.pipe(onward)
  else onward.end(body)
}

/** All of a request's body, or what came of it before its asker went away. */
function bytesOf(asked: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    asked.on('data', (part: Buffer) => parts.push(part))
    asked.on('error', () => undefined)
    for (const last of ['end', 'close'])
      asked.on(last, () => {
        resolve(Buffer.concat(parts))
      })
  })
}

/** Milliseconds after which what has come of an answer counts as all of it: events have no end. */
const untilWhole = 300

function whole(engineSocket: string, asked: IncomingMessage, sent: Buffer): Promise<WholeAnswer> {
  const { url: path, method, headers } = asked
  return new Promise((resolve, reject) => {
    const onward = request({ socketPath: engineSocket, path, method, headers }, (response) => {
      const parts: Buffer[] = []
      const done = () => {
        const body = Buffer.concat(parts)
        resolve({ status: response.statusCode ?? 0, head: headOf(response, body.length), body })
        onward.destroy()
      }
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', () => undefined)
      response.on('end', done)
      if (/\/events\?/.test(path ?? '')) setTimeout(done, untilWhole)
    })
    onward.on('error', reject)
    onward.end(sent)
  })
}

function headOf(response: IncomingMessage, length: number): Buffer {
  const lines = [`HTTP/1.1 ${String(response.statusCode)} ${response.statusMessage ?? ''}`]
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    const name = response.rawHeaders[at] ?? ''
    if (!/^(?:transfer-encoding|content-length|connection)$/i.test(name))
      lines.push(`${name}: ${response.rawHeaders[at + 1] ?? ''}`)
  }
  lines.push(`Content-Length: ${String(length)}`, '', '')
  return Buffer.from(lines.join('\r\n'), 'latin1')
}
