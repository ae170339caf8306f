import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type Algorithms, type AuthContext, type Connection, type ServerChannel } from 'ssh2'
import { rawConnection, type RawConnection } from '../faults/raw-connection'

/** What the server does at the points where a test wants another thing than a server usually does. */
export interface ServerScript {
  /** A client wants to log in by some method; without this everybody is let in. */
  readonly login?: (attempt: AuthContext) => void
  /** A client wants a session, and gets no answer; without this the server gives one. */
  readonly session?: () => void
  /** A client wants a command run; without this the server refuses. */
  readonly exec?: (command: string, asked: Asked) => void
  /** A client wants a stream to a Unix socket; without this the server refuses. */
  readonly stream?: (socketPath: string, asked: Asked) => void
  /** A client wants a connection to a port, as through a jump host; without this the server refuses. */
  readonly forward?: (port: number, asked: Asked) => void
  /** What the server names itself, behind `SSH-2.0-`. */
  readonly software?: string
  /** Lines that come before its version. */
  readonly greeting?: string
  readonly algorithms?: Algorithms
  /** Has each connection from its first moment on. */
  readonly meet?: (connection: RawConnection) => void
  /** Knows no strict key exchange, as servers before 2024. */
  readonly withoutStrictKeyExchange?: boolean
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
  const hostKey = soundKey()
  const connections = new Set<Connection>()
  const { software, greeting, algorithms } = script
  const settings = {
    hostKeys: [hostKey.private],
    ...(software === undefined ? {} : { ident: software }),
    ...(greeting === undefined ? {} : { greeting }),
    ...(algorithms === undefined ? {} : { algorithms }),
  }
  const server = new ssh2.Server(settings, (connection) => {
    connections.add(connection)
    if (script.withoutStrictKeyExchange === true) forgetStrictKeyExchange(connection)
    connection.on('error', () => undefined)
    script.meet?.(rawConnection(connection))
    connection.on('authentication', (attempt) => {
      if (script.login === undefined) attempt.accept()
      else script.login(attempt)
    })
    connection.on('session', (acceptSession) => {
      if (script.session !== undefined) {
        script.session()
        return
      }
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
  const known = hostKey.public.split(' ').slice(0, 2).join(' ')
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

/** One in two hundred of the keys that ssh2 1.17 makes is one that it cannot read itself. */
export function soundKey(): { readonly private: string; readonly public: string } {
  for (;;) {
    const key = ssh2.utils.generateKeyPairSync('ed25519')
    if (!(ssh2.utils.parseKey(key.private) instanceof Error)) return key
  }
}

/** ssh2 gives no other way to the socket below a connection. */
function socketOf(connection: Connection): Socket {
  return (connection as unknown as { readonly _sock: Socket })._sock
}

interface KexInitLists {
  readonly kex: readonly string[]
  readonly serverHostKey: readonly string[]
  readonly cs: object
  readonly sc: object
}

/** What ssh2 keeps of a key exchange that is to come; it has no setting for this. */
interface Protocol {
  _strictMode: boolean | undefined
  _offer: {
    readonly constructor: new (lists: KexInitLists) => Protocol['_offer']
    readonly lists: {
      readonly kex: { readonly array: readonly string[] }
      readonly serverHostKey: { readonly array: readonly string[] }
      readonly cs: Readonly<Record<'cipher' | 'mac' | 'compress', { readonly array: readonly string[] }>>
    }
  }
}

function forgetStrictKeyExchange(connection: Connection): void {
  const protocol = (connection as unknown as { readonly _protocol: Protocol })._protocol
  const { constructor: Offer, lists } = protocol._offer
  const way = {
    cipher: lists.cs.cipher.array,
    mac: lists.cs.mac.array,
    compress: lists.cs.compress.array,
    lang: [],
  }
  protocol._strictMode = false
  protocol._offer = new Offer({
    kex: lists.kex.array.filter((name) => !name.startsWith('kex-strict-')),
    serverHostKey: lists.serverHostKey.array,
    cs: way,
    sc: way,
  })
}
