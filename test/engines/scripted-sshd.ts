import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type AuthContext, type Connection, type ServerChannel } from 'ssh2'

/** What the server does at the points where a test wants another thing than a server usually does. */
export interface ServerScript {
  /** A client wants to log in by some method; without this everybody is let in. */
  readonly login?: (attempt: AuthContext) => void
  /** A client wants a command run; without this the server refuses. */
  readonly exec?: (command: string, asked: Asked) => void
  /** A client wants a stream to a Unix socket; without this the server refuses. */
  readonly stream?: (socketPath: string, asked: Asked) => void
  /** A client wants a connection to a port, as through a jump host; without this the server refuses. */
  readonly forward?: (port: number, asked: Asked) => void
}

/** One channel that a client asked for. */
export interface Asked {
  /** Gives the channel, which is made with the first call. */
  accept(): ServerChannel
  /** Has all that is sent meanwhile reach the client in one piece, so that it is read in one turn there. */
  inOnePiece(work: () => void): void
  /** Closes the sending side of the connection and leaves the other one open. */
  endConnection(): void
}

/** An SSH server in this process, which lets everybody in and keeps an order of events that no real one can be made to keep. */
export interface ScriptedSshd {
  readonly port: number
  readonly knownHostsFile: string
  /** Ends all connections at once. */
  dropConnections(): void
  close(): Promise<void>
}

export async function startScriptedSshd(script: ServerScript): Promise<ScriptedSshd> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-scripted-sshd-'))
  // Of ssh2's Ed25519 keys about one in four hundred cannot be read by ssh2 itself.
  const key = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 })
  const connections = new Set<Connection>()
  const server = new ssh2.Server({ hostKeys: [key.private] }, (connection) => {
    connections.add(connection)
    connection.on('error', () => undefined)
    connection.on('authentication', (attempt) => {
      if (script.login === undefined) attempt.accept()
      else script.login(attempt)
    })
    connection.on('session', (acceptSession) => {
      acceptSession().on('exec', (accept, reject, { command }) => {
        if (script.exec === undefined) reject()
        else script.exec(command, askedFor(connection, accept))
      })
    })
    connection.on('openssh.streamlocal', (accept, reject, { socketPath }) => {
      if (script.stream === undefined) reject()
      else script.stream(socketPath, askedFor(connection, accept))
    })
    connection.on('tcpip', (accept, reject, { destPort }) => {
      if (script.forward === undefined) reject()
      else script.forward(destPort, askedFor(connection, accept))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const knownHostsFile = join(folder, 'known_hosts')
  const known = key.public.split(' ').slice(0, 2).join(' ')
  await writeFile(knownHostsFile, `[127.0.0.1]:${port} ${known}\n`)
  const dropConnections = () => {
    for (const connection of connections) socketOf(connection).destroy()
  }
  return {
    port,
    knownHostsFile,
    dropConnections,
    async close() {
      dropConnections()
      const closed = once(server, 'close')
      server.close()
      await closed
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function askedFor(connection: Connection, accept: () => ServerChannel): Asked {
  let channel: ServerChannel | undefined
  return {
    accept: () => (channel ??= accept().on('error', () => undefined)),
    inOnePiece(work) {
      const socket = socketOf(connection)
      socket.cork()
      work()
      socket.uncork()
    },
    endConnection: () => void socketOf(connection).end(),
  }
}

/** ssh2 gives no other way to the socket below a connection. */
function socketOf(connection: Connection): Socket {
  return (connection as unknown as { readonly _sock: Socket })._sock
}
