import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, describe, onTestFinished } from 'vitest'
import { agreeableLists, kexinit, sshPacket, startRawServer } from '../../../engines/ssh/raw-server'
import { eventually } from '../../../engines/wait'
import { besideSsh, type CaseRig, type SshCase, stopServers } from './beside-ssh'

afterAll(stopServers)

const ours = 'Host *\n HostName 127.0.0.1\n Port RAW\n UserKnownHostsFile FOLDER/none\n'

/** A way to a server that does no more than this with each connection. */
function meeting(name: string, says: RegExp, meet: (socket: Socket) => void, config = ''): SshCase {
  return {
    name,
    host: 'web',
    config: `${ours}${config}`,
    async prepare({ words }: CaseRig) {
      const server = await startRawServer(meet)
      onTestFinished(() => server.close())
      words.set('RAW', String(server.port))
    },
    outcome: 'refused',
    says,
  }
}

/** Says this to whoever has greeted, and closes. */
function answers(text: string | Buffer): (socket: Socket) => void {
  return (socket) => socket.once('data', () => socket.end(text))
}

/** Goes as far as the algorithms, then does what is wanted when those of the other side are there. */
function exchanges(lists: readonly string[], then: (socket: Socket) => void) {
  return (socket: Socket) => {
    socket.write('SSH-2.0-OpenSSH_9.9\r\n')
    socket.write(sshPacket(kexinit(...lists)))
    let heard = 0
    socket.on('data', (data: Buffer) => {
      heard += data.length
      // More than a greeting.
      if (heard > 300) then(socket)
    })
  }
}

const tlsAlert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])
const hello = 'SSH-2.0-OpenSSH_9.9\r\n'
const unread = Buffer.from([20, ...Buffer.alloc(16), 0xff, 0xff, 0xff, 0xff])
const goodbye = Buffer.concat([
  Buffer.from([1, 0, 0, 0, 2, 0, 0, 0, 16]),
  Buffer.from('Come back later\u001b', 'latin1'),
  Buffer.alloc(5),
])

describe('in place of a greeting a server', () => {
  besideSsh([
    meeting(
      'shuts an address out for a while',
      /it said "Not allowed at this time"\..*PerSourcePenalties/,
      (socket) => socket.end('Not allowed at this time\r\n'),
    ),
    meeting('says that it is busy', /it said "Exceeded MaxStartups"\..*MaxStartups/, (socket) =>
      socket.end('Exceeded MaxStartups\r\n'),
    ),
    meeting(
      'closes',
      /closed the connection before it greeted\..*MaxStartups.*hosts\.deny.*PerSourcePenalties/,
      (socket) => socket.end(),
    ),
    meeting('resets the connection', /closed the connection before it greeted: .*ECONNRESET/, (socket) =>
      socket.once('data', () => socket.resetAndDestroy()),
    ),
    meeting(
      'answers as a web server',
      /no SSH server\. It is a web server \(HTTP\)\. Check the port/,
      answers('HTTP/1.1 400 Bad Request\r\n\r\n'),
    ),
    meeting('answers in TLS', /no SSH server\. It speaks TLS there/, answers(tlsAlert)),
    meeting(
      'answers as a mail server that waits',
      /no SSH server\. It is a mail server/,
      (socket) => socket.write('220 box ESMTP\r\n'),
      ' ConnectTimeout 1\n',
    ),
    meeting(
      'says what nobody knows',
      /it said "hello\\n\\u001b\[31mworld"\. Check the port/,
      answers('hello\n\u001b[31mworld'),
    ),
    meeting(
      'says nothing',
      /the greeting of the server took longer than 1 seconds/,
      () => undefined,
      ' ConnectTimeout 1\n',
    ),
    meeting('knows version 1 only', /only version 1 of the SSH protocol \(SSH-1\.5-box\)/, (socket) =>
      socket.write('SSH-1.5-box\n'),
    ),
  ])
})

describe('after its greeting a server', () => {
  besideSsh([
    meeting('closes', /\(SSH-2\.0-OpenSSH_9\.9\) ended the connection before the key exchange/, (socket) =>
      socket.end(hello),
    ),
    meeting('says why it closes', /before the key exchange: it said "Come back later\\u001b"/, (socket) => {
      socket.write(hello)
      socket.write(sshPacket(goodbye))
    }),
    meeting(
      'sends algorithms that cannot be read',
      /does not keep to the SSH protocol: .*SSH_MSG_KEXINIT/,
      (socket) => {
        socket.write(hello)
        socket.write(sshPacket(unread))
      },
    ),
    meeting('sends what is no packet', /does not keep to the SSH protocol: .*no SSH packet/, (socket) => {
      socket.write(hello)
      socket.write('Protocol mismatch.\n')
    }),
    meeting(
      'resets the connection in the key exchange',
      /The key exchange with 127\.0\.0\.1 port \d+ \(curve25519-sha256\) failed: .*ECONNRESET/,
      exchanges(agreeableLists, (socket) => socket.resetAndDestroy()),
    ),
    meeting(
      'says in the key exchange why it closes',
      /The key exchange with .* failed: Come back later\\u001b\./,
      exchanges(agreeableLists, (socket) => socket.end(sshPacket(goodbye))),
    ),
    meeting(
      'answers the key exchange with what is none',
      /The key exchange with .* failed: /,
      exchanges(agreeableLists, (socket) => socket.end(sshPacket(Buffer.from([31, 0, 0, 0, 0])))),
    ),
    meeting(
      'has nothing in common and resets the connection',
      /no key exchange in common, the server offers new-exchange, \\u001b\[31mred\. Lamina has none of these/,
      (socket) => {
        socket.write(hello)
        socket.write(sshPacket(kexinit('new-exchange,\u001b[31mred,ext-info-s', ...agreeableLists.slice(1))))
        socket.once('data', () => setImmediate(() => socket.resetAndDestroy()))
      },
    ),
  ])
})

/** Whether a connection, which stays open, is greeted and not turned away. */
async function isGreeted(port: number): Promise<boolean> {
  const waiting = connect(port, '127.0.0.1')
  onTestFinished(() => void waiting.destroy())
  waiting.on('error', () => undefined)
  const [said] = (await once(waiting, 'data')) as [Buffer]
  return said.toString('latin1').startsWith('SSH-')
}

describe('a server with as many logins under way as it takes', () => {
  besideSsh([
    {
      name: 'says so',
      host: 'web',
      server: { config: ['MaxStartups 1:100:1'] },
      config: 'Host *\n HostName 127.0.0.1\n Port PORT\n UserKnownHostsFile KNOWN\n',
      async prepare({ server }) {
        // The connection by which the rig saw that the server listens may count for a moment.
        await eventually(() => isGreeted(server.port), { what: 'a login to be under way' })
      },
      outcome: 'refused',
      says: /MaxStartups/,
    },
  ])
})
