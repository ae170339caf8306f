import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'

/** A channel as ssh2 keeps it: its side of the flow control (RFC 4254, 5.2). */
export interface KeptChannel {
  readonly incoming: { window: number; readonly state: string }
  readonly outgoing: { readonly window: number }
}

/** Gives the payload of each packet that came, before anything is done with it. */
interface PacketReader {
  read(payload: Buffer): Buffer
  cleanup(): void
}

/** What reads a server's bytes in ssh2 1.17. It has no settings for any of this. */
export interface Protocol {
  parse: (chunk: Buffer, from: number, to: number) => void
  /** Reads on from a place in a chunk, and tells where it stopped; undefined where the chunk is used up. */
  readonly _parse: (chunk: Buffer, from: number, to: number) => number | undefined
  /** Hears each payload outside of key exchanges; with `false` no more is read of the chunk for now. */
  _onPayload: (payload: Buffer) => unknown
  /** Undefined when it has taken itself apart after an error. */
  readonly _destruct: unknown
  readonly _packetRW: { read: PacketReader }
  /** Methods of login that were begun and are not answered. */
  readonly _authsQueue: readonly string[]
  readonly _kex?: { readonly type?: string; readonly _step?: number }
  channelData: (channel: number, data: Buffer) => void
}

interface Inside {
  readonly _protocol: Protocol
  readonly _chanMgr: {
    /** By the number that this side gave; a function stands for a channel that is still being opened. */
    readonly _channels: Readonly<Record<number, unknown>>
  }
}

/** To be asked for when the connection is being made: only then it is there. */
export function insideOf(client: Client): Inside {
  return client as unknown as Inside
}

/** Sees each payload before ssh2 does; what it gives is what ssh2 gets. Each key exchange makes a reader of its own. */
export function watchPayloads(protocol: Protocol, see: (payload: Buffer) => Buffer): void {
  let inner = protocol._packetRW.read
  const outer: PacketReader = {
    read: (payload) => see(inner.read(payload)),
    cleanup: () => {
      inner.cleanup()
    },
  }
  Object.defineProperty(protocol._packetRW, 'read', {
    get: () => outer,
    set: (next: PacketReader) => {
      inner = next
    },
  })
}

/** Bytes that wait for a line before more is written to it. */
const mostWaiting = 1024 * 1024

/** Calls back when the line below a channel has taken most of what was written; at once where it has, and never when it is gone before. */
export function whenTaken(channel: object, taken: () => void): void {
  const { _client: client } = channel as { readonly _client?: { readonly _sock?: Duplex } }
  const line = client?._sock
  if (line === undefined || line.writableLength < mostWaiting) taken()
  else line.once('drain', taken)
}
