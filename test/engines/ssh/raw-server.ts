import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

/** A server that speaks no more of any protocol than its test wants. */
export interface RawServer {
  readonly port: number
  close(): Promise<void>
}

/** Starts a server on loopback; `meet` has each connection from its first moment on. */
export async function startRawServer(meet: (socket: Socket) => void): Promise<RawServer> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    meet(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}

/** The packet of RFC 4253, 6, before any encryption. */
export function sshPacket(payload: Buffer): Buffer {
  const padding = 16 - ((payload.length + 5) % 8)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(payload.length + padding + 1)
  head.writeUInt8(padding, 4)
  return Buffer.concat([head, payload, Buffer.alloc(padding)])
}

/** The payload of an SSH_MSG_KEXINIT with these ten lists (RFC 4253, 7.1). */
export function kexinit(...lists: readonly string[]): Buffer {
  const parts = lists.map((list) => {
    const part = Buffer.alloc(4 + list.length)
    part.writeUInt32BE(list.length)
    part.write(list, 4, 'latin1')
    return part
  })
  return Buffer.concat([Buffer.from([20]), Buffer.alloc(16), ...parts, Buffer.alloc(5)])
}

/** Ten lists with which every client of the day can agree. */
export const agreeableLists = [
  'curve25519-sha256,kex-strict-s-v00@openssh.com',
  'ssh-ed25519',
  'aes128-ctr',
  'aes128-ctr',
  'hmac-sha2-256',
  'hmac-sha2-256',
  'none',
  'none',
  '',
  '',
] as const
