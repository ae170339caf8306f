import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Where a line listens or leads to: a port on loopback, or a Unix socket's path. */
export type LineEnd = { readonly port: number } | { readonly path: string }

/** How much a line carries in one direction. */
export interface Carried {
  /** Bytes a second, for all connections together; may be changed at any time. */
  bytesPerSecond: number
  /** Bytes that came out at the other side so far. */
  bytes: number
}

/** A line of one speed for all that goes through it, as a modem's: what comes first goes first, whosever it is. */
export interface SlowLine {
  /** Its own port; 0 where it listens on a socket. */
  readonly port: number
  readonly toClient: Carried
  readonly toTarget: Carried
  /** Connections that stand. */
  connections(): number
  /** Breaks all connections. */
  cut(): void
  close(): Promise<void>
}

/** Bytes that wait at the narrow place; what is more waits with who sends it. */
const mostWaiting = 32 * 1024
/** Bytes that go at once, so that few milliseconds lie between them also on a slow line. */
const atOnce = 1460

/** Puts a line in front of something that listens. `listen` is a path; a free port where it is left out. */
export async function slowLine(target: LineEnd, bytesPerSecond: number, listen?: string): Promise<SlowLine> {
  const sockets = new Set<Socket>()
  const down = new Direction(bytesPerSecond)
  const up = new Direction(bytesPerSecond)
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const onward = connect('path' in target ? target : { ...target, host: '127.0.0.1' })
    onward.allowHalfOpen = true
    for (const socket of [client, onward]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        onward.destroy()
      })
    }
    up.carry(client, onward)
    down.carry(onward, client)
  })
  server.listen(listen === undefined ? { port: 0, host: '127.0.0.1' } : { path: listen })
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: listen === undefined ? (server.address() as AddressInfo).port : 0,
    toClient: down,
    toTarget: up,
    connections: () => sockets.size / 2,
    cut,
    async close() {
      cut()
      down.close()
      up.close()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Piece {
  readonly data: Buffer
  readonly to: Socket
}

class Direction implements Carried {
  bytes = 0
  bytesPerSecond: number
  readonly #waiting: Piece[] = []
  readonly #sources = new Set<Socket>()
  #waitingBytes = 0
  #timer: NodeJS.Timeout | undefined
  /** Bytes that may go now, below zero after a piece that was larger. */
  #credit = 0
  #lookedAt = performance.now()

  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond
  }

  carry(from: Socket, to: Socket): void {
    this.#sources.add(from)
    from.once('close', () => this.#sources.delete(from))
    from.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += atOnce) {
        this.#waiting.push({ data: chunk.subarray(at, at + atOnce), to })
      }
      this.#waitingBytes += chunk.length
      // Not the others: whoever says little would never have a turn to say it.
      if (this.#waitingBytes > mostWaiting) from.pause()
      this.#go()
    })
    from.once('end', () => {
      // An empty piece is an end, which comes after what was said before.
      this.#waiting.push({ data: Buffer.alloc(0), to })
      this.#go()
    })
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #go(): void {
    if (this.#timer !== undefined) return
    const now = performance.now()
    this.#credit = Math.min(this.#credit + ((now - this.#lookedAt) * this.bytesPerSecond) / 1000, atOnce)
    this.#lookedAt = now
    for (let next = this.#waiting[0]; next !== undefined && this.#credit > 0; next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#credit -= next.data.length
      this.#waitingBytes -= next.data.length
      this.bytes += next.data.length
      if (next.to.destroyed) continue
      if (next.data.length === 0) next.to.end()
      else next.to.write(next.data)
    }
    if (this.#waitingBytes <= mostWaiting / 2) for (const source of this.#sources) source.resume()
    if (this.#waiting.length === 0) return
    const until = Math.max(1, (-this.#credit / this.bytesPerSecond) * 1000)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#go()
    }, until)
  }
}
