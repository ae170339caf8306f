import type { Duplex } from 'node:stream'
import { readServerHello, type HelloListener, type HelloReader } from './server-hello'

/** How Lamina names itself to servers (RFC 4253, 4.2). */
export const software = 'Lamina'
const greeting = Buffer.from(`SSH-2.0-${software}\r\n`)

/** A server that has not said by then which algorithms it has waits for those of this side. */
const algorithmsWithin = 5_000

/** What carries a connection. */
export type HopSocket = Duplex & {
  /** What became of it, where that is more than its end tells: half a sentence. */
  account?(): string | undefined
}

/** Greets a server and learns what it offers, before ssh2 offers anything. */
export function greet(socket: HopSocket, listener: HelloListener): HelloReader {
  const reader = readServerHello(socket, listener, algorithmsWithin)
  socket.write(greeting)
  return reader
}

/** To be called before ssh2 gets a socket on which the server was greeted already: ssh2 would greet again. */
export function keepFromGreeting(socket: HopSocket): void {
  const write = socket.write.bind(socket)
  socket.write = ((chunk: Buffer, ...more: []) => {
    Reflect.deleteProperty(socket, 'write')
    return greeting.equals(chunk) || write(chunk, ...more)
  }) as Duplex['write']
}
