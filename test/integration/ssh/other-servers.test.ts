import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import type { SshTransport } from '../../../electron/transport/ssh2/ssh-transport'
import { outputOf } from '../../../electron/transport/transport'
import { ownHost } from '../../builders/hosts/command-host'
import { hostThat, serverThat } from '../../builders/hosts/scripted-host'
import { hopTo, nobodyAborts, transportOver } from '../../builders/hosts/ssh-host'
import { startRawServer } from '../../engines/ssh/raw-server'
import { startPrivateSshd } from '../../engines/ssh/private-sshd'
import type { Asked, ServerScript } from '../../engines/ssh/scripted-sshd'
import { sharedEngine } from '../../engines/docker/shared-engine'

const engine = sharedEngine()

/** Copies between a channel and the engine's socket. */
function forwarded(path: string, asked: Asked): void {
  const channel = asked.accept()
  const socket = connect(path)
  socket.on('error', () => channel.close())
  channel.pipe(socket).pipe(channel)
}

test.each(['Tailscale', 'dropbear_2022.83', 'Go', 'libssh_0.11.1', 'OpenSSH_for_Windows_9.5', '-'])(
  'a server that greets as %s is asked to forward streams',
  async (software) => {
    const transport = await hostThat({ software, stream: forwarded })
    const stream = await transport.openStream(engine.socketPath, nobodyAborts)
    stream.write('GET /_ping HTTP/1.0\r\n\r\n')
    expect(await text(stream)).toMatch(/^HTTP\/1\.[01] 200 OK\r\n[^]*OK$/)
    stream.destroy()
  },
)

test('Dropbear forwards no streams to sockets, and docker system dial-stdio stands in', async () => {
  const { transport } = await ownHost({ program: 'dropbear', user: 'root' })
  const stream = await transport.openStream(engine.socketPath, nobodyAborts)
  stream.write('GET /_ping HTTP/1.0\r\n\r\n')
  expect(await text(stream)).toMatch(/^HTTP\/1\.[01] 200 OK\r\n[^]*OK$/)
  expect(transport.log().map((entry) => entry.text)).toContain('Streams go through docker system dial-stdio')
})

test('a server may greet with lines before its version', async () => {
  const transport = await hostThat({ greeting: 'Authorised use only.\r\nAll else is logged.' })
  await transport.open(undefined, nobodyAborts)
  expect(transport.log().map((entry) => entry.text)).toContain(
    'The server says before it names its version: Authorised use only.\\u000d\\nAll else is logged.',
  )
})

const plain = { withoutStrictKeyExchange: true } as const
const chaCha = 'chacha20-poly1305@openssh.com'
const etm = 'hmac-sha2-256-etm@openssh.com'
const negotiated = (transport: SshTransport) =>
  transport
    .log()
    .map(({ text: line }) => line)
    .find((line) => line.startsWith('Algorithms:'))

test.each<[string, ServerScript, RegExp]>([
  ['ChaCha20 only', { ...plain, algorithms: { cipher: [chaCha] } }, /chacha20/],
  ['ChaCha20 and AES', { ...plain, algorithms: { cipher: [chaCha, 'aes128-ctr'] } }, /aes128-ctr/],
  [
    'CBC with two kinds of MACs',
    { ...plain, algorithms: { cipher: ['aes128-cbc'], hmac: [etm, 'hmac-sha2-512'] } },
    /aes128-cbc hmac-sha2-512 /,
  ],
  [
    'CBC with encrypt-then-MAC only',
    { ...plain, algorithms: { cipher: ['aes128-cbc'], hmac: [etm] } },
    /aes128-cbc hmac-sha2-256-etm@/,
  ],
])('legacy algorithms let in where a server without strict key exchange has %s', async (_, script, used) => {
  const transport = await hostThat(script, { legacyAlgorithms: true })
  await transport.open(undefined, nobodyAborts)
  expect(negotiated(transport)).toMatch(used)
})

test('legacy algorithms let in where a server has nothing else', async () => {
  const server = await startPrivateSshd({
    hostKeys: ['rsa'],
    config: [
      'KexAlgorithms diffie-hellman-group14-sha1',
      'Ciphers aes128-cbc',
      'MACs hmac-sha1',
      'HostKeyAlgorithms ssh-rsa',
    ],
  })
  onTestFinished(() => server.stop())
  const key = await server.makeKey('rsa')
  await server.authorize('keeper', key)
  const changes = { user: 'keeper', identityFiles: [key], legacyAlgorithms: true }
  const transport = transportOver(hopTo(server, changes))
  onTestFinished(() => transport.close())
  expect((await outputOf(transport, { name: 'a test', script: 'id -un' }, nobodyAborts)).toString()).toBe(
    'keeper\n',
  )
  expect(negotiated(transport)).toMatch(/group14-sha1, host key ssh-rsa, aes128-cbc hmac-sha1 /)
})

test('with strict key exchange ChaCha20 is the last of the ciphers, and used where it is chosen', async () => {
  const script: ServerScript = { algorithms: { cipher: [chaCha, 'aes128-ctr'] } }
  const usual = await hostThat(script)
  await usual.open(undefined, nobodyAborts)
  expect(negotiated(usual)).toMatch(/aes128-ctr/)
  const choice = { how: 'first', names: [chaCha], named: [chaCha] } as const
  const chosen = await hostThat(script, { algorithmChoices: { ciphers: choice } })
  await chosen.open(undefined, nobodyAborts)
  expect(negotiated(chosen)).toMatch(/chacha20/)
})

test('a server that waits for the algorithms of the other side gets them', async () => {
  const server = await serverThat({ algorithms: { cipher: [chaCha, 'aes128-ctr'] } })
  const waiting = await startRawServer((client) => {
    const behind = connect(server.port, '127.0.0.1')
    behind.on('error', () => client.destroy())
    client.on('close', () => behind.destroy())
    client.pipe(behind)
    let heard = 0
    const held: Buffer[] = []
    behind.once('data', (greeting: Buffer) => {
      const end = greeting.indexOf('\n') + 1
      client.write(greeting.subarray(0, end))
      held.push(greeting.subarray(end))
      behind.on('data', (more: Buffer) => held.push(more))
    })
    client.on('data', (data: Buffer) => {
      heard += data.length
      // More than a greeting.
      if (heard < 300 || held.length === 0) return
      behind.removeAllListeners('data')
      client.write(Buffer.concat(held.splice(0)))
      behind.pipe(client)
    })
  })
  onTestFinished(() => waiting.close())
  const hostKeyAlias = `[127.0.0.1]:${server.port}`
  const transport = transportOver(
    hopTo({ port: waiting.port, knownHostsFile: server.knownHostsFile }, { hostKeyAlias }),
  )
  onTestFinished(() => transport.close())
  await transport.open(undefined, nobodyAborts)
  expect(negotiated(transport)).toMatch(/aes128-ctr/)
})
