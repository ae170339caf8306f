import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { TransportAgent } from '../../../electron/engine/http/transport-agent'
import type { SshTransport } from '../../../electron/transport/ssh2/ssh-transport'
import { outputOf } from '../../../electron/transport/transport'
import { hopTo, nobodyAborts, transportOver } from '../../builders/hosts/ssh-host'
import {
  startPrivateSshd,
  type PrivateSshd,
  type PrivateSshdOptions,
  type SshdUser,
} from '../../engines/ssh/private-sshd'
import { sharedEngine } from '../../engines/docker/shared-engine'

const engine = sharedEngine()
let server: PrivateSshd

beforeAll(async () => {
  server = await startPrivateSshd()
})

afterAll(() => server.stop())

async function asUser(own: PrivateSshd, user: SshdUser): Promise<SshTransport> {
  const key = await own.makeKey('ed25519')
  await own.authorize(user, key)
  const transport = transportOver(hopTo(own, { user, identityFiles: [key] }))
  onTestFinished(() => transport.close())
  return transport
}

async function withoutForwarding(options: PrivateSshdOptions = {}) {
  const own = await startPrivateSshd({
    ...options,
    config: ['AllowStreamLocalForwarding no', ...(options.config ?? [])],
  })
  onTestFinished(() => own.stop())
  return { own, transport: await asUser(own, 'root') }
}

/** Asks the engine whether it is there, over the agent that the engine's client has. */
function pinging(transport: SshTransport, socketPath: string): () => Promise<string> {
  const agent = new TransportAgent(transport, socketPath)
  onTestFinished(() => {
    agent.destroy()
  })
  return async () => {
    const asked = request({ agent, path: '/_ping', host: 'engine' }).end()
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    return await text(answer)
  }
}

/** A socket that nobody listens on any more. */
async function deadSocket(path: string): Promise<string> {
  const listen = `require('net').createServer().listen(process.argv[1], () => console.log())`
  const child = spawn(process.execPath, ['-e', listen, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'close')
  return path
}

const numbers = Array.from({ length: 20 }, (_, number) => number)

describe("A stream to an engine's socket", () => {
  test('is forwarded, many at once beside the commands', async () => {
    const ping = pinging(await asUser(server, 'root'), engine.socketPath)
    expect(await Promise.all(numbers.map(() => ping()))).toEqual(numbers.map(() => 'OK'))
  })

  test('that is not there is told so', async () => {
    const transport = await asUser(server, 'root')
    await expect(transport.openStream('/nonexistent/engine.sock', nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'engine-unreachable', message: expect.stringContaining('There is no') as string },
    })
  })

  test('whose path is no socket is told so', async () => {
    const transport = await asUser(server, 'root')
    await expect(transport.openStream('/etc/passwd', nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'engine-unreachable', message: expect.stringContaining('not a socket') as string },
    })
  })

  test('that the user may not open names the group', async () => {
    const path = await deadSocket(join(server.folder, 'guarded.sock'))
    const transport = await asUser(server, 'stranger')
    await expect(transport.openStream(path, nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'permission-denied', remedy: expect.stringContaining('usermod -aG root') as string },
    })
  })

  test('in a folder that the user may not enter is not mistaken for a missing one', async () => {
    const folder = join(server.folder, 'closed')
    await mkdir(folder, { mode: 0o700 })
    const path = await deadSocket(join(folder, 'engine.sock'))
    const transport = await asUser(server, 'stranger')
    await expect(transport.openStream(path, nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'permission-denied', message: expect.stringContaining(folder) as string },
    })
  })
})

describe('Where sshd forwards no streams', () => {
  test("docker's dial-stdio stands in, and leaves room for commands", async () => {
    const { transport } = await withoutForwarding()
    const ping = pinging(transport, engine.socketPath)
    expect(await Promise.all(numbers.map(() => ping()))).toEqual(numbers.map(() => 'OK'))
    const echo = async (number: number) =>
      (
        await outputOf(transport, { name: 'a test', script: `echo ${String(number)}` }, nobodyAborts)
      ).toString()
    expect(await Promise.all(numbers.map(echo))).toEqual(numbers.map((number) => `${String(number)}\n`))
    expect(await ping()).toBe('OK')
    expect(transport.log().map((entry) => entry.text)).toContain(
      'Streams go through docker system dial-stdio',
    )
  })

  test('and no tool is there, the setting to change is named', async () => {
    const tools = await mkdtemp(join(tmpdir(), 'lamina-tools-'))
    onTestFinished(() => rm(tools, { recursive: true }))
    await chmod(tools, 0o755)
    for (const tool of ['cat', 'dd', 'env', 'head', 'id', 'ls'])
      await symlink(`/usr/bin/${tool}`, join(tools, tool))
    const { transport } = await withoutForwarding({ path: tools })
    await expect(transport.openStream(engine.socketPath, nobodyAborts)).rejects.toMatchObject({
      failure: {
        kind: 'engine-unreachable',
        remedy: expect.stringContaining('AllowStreamLocalForwarding') as string,
      },
    })
  })

  test('an engine that is stopped is not mistaken for one that answers', async () => {
    const { own, transport } = await withoutForwarding()
    const path = await deadSocket(join(own.folder, 'dead.sock'))
    await expect(pinging(transport, path)()).rejects.toMatchObject({
      failure: { kind: 'engine-unreachable' },
    })
    expect(await pinging(transport, engine.socketPath)()).toBe('OK')
  })
})
