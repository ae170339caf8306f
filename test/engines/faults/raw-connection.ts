import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Connection } from 'ssh2'

/** A client's connection to a server that sends what it likes, at any time and in any order. */
export interface RawConnection {
  readonly connection: Connection
  readonly socket: Socket
  /** Sends the payload of one packet, encrypted as everything else is at that time. */
  send(payload: Buffer): void
  /** Sends payloads until there are no more or the client is gone; gives how many were sent. */
  flood(payloads: Iterable<Buffer>): Promise<number>
}

interface Protocol {
  readonly _packetRW: {
    readonly write: {
      readonly allocStartKEX: number
      alloc(length: number, force: boolean): Buffer
      finalize(packet: Buffer, force: boolean): Buffer
    }
  }
  readonly _cipher: { encrypt(packet: Buffer): void }
}

export function rawConnection(connection: Connection): RawConnection {
  const { _protocol: protocol, _sock: socket } = connection as unknown as {
    readonly _protocol: Protocol
    readonly _sock: Socket
  }
  socket.on('error', () => undefined)
  const send = (payload: Buffer) => {
    const { write } = protocol._packetRW
    const packet = write.alloc(payload.length, true)
    packet.set(payload, write.allocStartKEX)
    protocol._cipher.encrypt(write.finalize(packet, true))
  }
  return {
    connection,
    socket,
    send,
    async flood(payloads) {
      let sent = 0
      for (const payload of payloads) {
        if (socket.destroyed || !socket.writable) break
        send(payload)
        sent += 1
        if (socket.writableNeedDrain) await drained(socket)
        // The client may be in this process.
        else if (sent % atOnce === 0) await nextTurn()
      }
      return sent
    },
  }
}

/** Settles when more can be written, or nothing any more. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
  })
}

/** A payload: a number below 256 is a byte, a text or bytes are a string of SSH, and `[number]` is 32 bits (RFC 4251, 5). */
export function payload(
  ...fields: readonly (number | string | Buffer | readonly [number] | boolean)[]
): Buffer {
  return Buffer.concat(
    fields.map((field) => {
      if (typeof field === 'number') return Buffer.from([field])
      if (typeof field === 'boolean') return Buffer.from([field ? 1 : 0])
      if (field instanceof Array) return number(field[0])
      const bytes = Buffer.from(field)
      return Buffer.concat([number(bytes.length), bytes])
    }),
  )
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Packets of a flood that are sent in one turn. */
const atOnce = 250

/** Payloads without an end. */
export function* endless<Value>(value: (index: number) => Value): Generator<Value> {
  for (let index = 0; ; index += 1) yield value(index)
}
