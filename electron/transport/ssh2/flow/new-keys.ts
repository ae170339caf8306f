import type { Client } from 'ssh2'

/** What ssh2 keeps for itself. */
interface Protocol {
  /** What it sent to begin a key exchange; what else is to be sent waits while it is there. */
  _kexinit: unknown
  readonly _packetRW: { readonly write: { readonly allocStart: number; readonly allocStartKEX: number } }
}

const waitsForNewKeys = Symbol('waits for new keys')

/**
 * Lets what is sent in the middle of a key exchange wait for its end. ssh2 takes one for ended when it has the server's half, and sends
 * packets without a header until the server says that it uses its new keys (kex.js, `completeHandshake`, which replaces the writer only then):
 * the server ends the connection for that.
 * @param client one that is logged in
 */
export function keepForNewKeys(client: Client): void {
  const { _protocol: protocol } = client as unknown as { readonly _protocol: Protocol }
  let begun = protocol._kexinit
  Object.defineProperty(protocol, '_kexinit', {
    get() {
      if (begun !== undefined) return begun
      const { allocStart, allocStartKEX } = protocol._packetRW.write
      // The writer of packets that are not compressed leaves room for a header, unless they are to wait.
      return allocStart < allocStartKEX ? waitsForNewKeys : undefined
    },
    set(value: unknown) {
      begun = value
    },
  })
}
