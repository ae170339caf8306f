import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../../builders/lamina-under-test'
import { startPrivateSshd, type PrivateSshd } from '../../../engines/ssh/private-sshd'
import { sshLine } from '../../../engines/ssh/ssh-line'
import { eventually } from '../../../engines/wait'

// Whatever waits for a host or an engine that hangs ends when it is cancelled, and leaves nothing behind there.
let server: PrivateSshd
let key: string

beforeAll(async () => {
  server = await startPrivateSshd()
  key = await server.makeKey('ed25519')
  await server.authorize('root', key)
})

afterAll(() => server.stop())

async function opened(dockerHost: string): Promise<LaminaUnderTest> {
  const lamina = await laminaUnderTest({ dockerHost })
  onTestFinished(() => lamina.close())
  return lamina
}

async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-silent-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** An engine's socket that takes connections and never answers. */
async function silentSocket() {
  const path = join(await ownFolder(), 'engine.sock')
  const connections: Socket[] = []
  const listening = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.resume()
    connections.push(socket)
  })
  listening.listen(path)
  await once(listening, 'listening')
  await chmod(path, 0o666)
  onTestFinished(() => {
    for (const socket of connections) socket.destroy()
    listening.close()
  })
  return { path, connections }
}

const choices = () => ({ identityFile: key, knownHostsFile: server.knownHostsFile })
const cancelled = { ok: false, failure: { kind: 'cancelled' } }

/** Whether some process of this machine names a folder. */
function isRunningIn(folder: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(folder)
    } catch {
      // It has ended.
      return false
    }
  })
}

/** Asks, waits until the asking has come as far as it can, and cancels. */
async function cancelledAt(lamina: LaminaUnderTest, asked: readonly [string, unknown], come: () => boolean) {
  const giving = new AbortController()
  const answer = lamina.lamina.call(...asked, { signal: giving.signal })
  await eventually(come, { what: 'the host to be asked' })
  giving.abort()
  return await answer
}

describe.each(['locally', 'over SSH'])(
  'An engine whose socket takes connections and says nothing, %s,',
  (way) => {
    async function silentHost() {
      const { path, connections } = await silentSocket()
      const host = way === 'locally' ? `unix://${path}` : server.address('root', path)
      const lamina = await opened('unix:///nonexistent/docker.sock')
      const connect = ['hosts.connect', way === 'locally' ? { host } : { host, ...choices() }] as const
      return { connections, lamina, host, connect }
    }

    test('is given up when connecting is cancelled, and can be connected again', async () => {
      const { connections, lamina, host, connect } = await silentHost()
      const states = lamina.events('host.changed')
      for (const _ of [1, 2]) {
        const before = connections.length
        expect(await cancelledAt(lamina, connect, () => connections.length > before)).toMatchObject(cancelled)
        await eventually(() => connections.every(({ destroyed }) => destroyed), {
          what: 'the connections to the engine to end',
        })
        expect(states.at(-1)).toMatchObject({ hostId: host, state: 'disconnected' })
      }
    })

    test('is waited for by another who connects it', async () => {
      const { connections, lamina, connect } = await silentHost()
      const states = lamina.events('host.changed')
      const other = new AbortController()
      const waiting = lamina.lamina.call(...connect, { signal: other.signal })
      await eventually(() => connections.length > 0)
      expect(await cancelledAt(lamina, connect, () => true)).toMatchObject(cancelled)
      expect(states.at(-1)).toMatchObject({ state: 'connecting' })
      expect(connections.some(({ destroyed }) => !destroyed)).toBe(true)
      other.abort()
      expect(await waiting).toMatchObject(cancelled)
      await eventually(() => connections.every(({ destroyed }) => destroyed))
    })

    test.each([
      ['containers.list', {}],
      ['images.list', {}],
      ['hosts.describe', {}],
      ['changes.open', { containerId: 'web' }],
      ['undo.plan', { containerId: 'web', path: '/file' }],
      ['undo.apply', { containerId: 'web', path: '/file', action: 'remove' }],
      ['snapshots.commit', { containerId: 'web', reference: 'web:1', message: '', author: '' }],
      ['content.read', { containerId: 'web', path: '/file', side: 'upper' }],
    ])('is given up by %s', async (operation, input) => {
      const { connections, lamina, host } = await silentHost()
      await lamina.value('hosts.add', way === 'locally' ? { host } : { host, ...choices() })
      const asked = [operation, { hostId: host, ...input }] as const
      expect(await cancelledAt(lamina, asked, () => connections.length > 0)).toMatchObject(cancelled)
      await eventually(() => connections.every(({ destroyed }) => destroyed))
    })
  },
)

test('a host whose line says nothing is given up when connecting is cancelled', async () => {
  const line = await sshLine(server.port)
  onTestFinished(() => line.close())
  line.freeze()
  const lamina = await opened('unix:///nonexistent/docker.sock')
  const states = lamina.events('host.changed')
  const host = `ssh://root@127.0.0.1:${String(line.port)}`
  const connect = ['hosts.connect', { host, ...choices() }] as const
  expect(await cancelledAt(lamina, connect, () => line.connections() === 1)).toMatchObject(cancelled)
  expect(states.at(-1)).toMatchObject({ hostId: host, state: 'disconnected' })
})

test.each([
  ['hangs', 'cat >/dev/null'],
  ['does not read its input', 'while :; do sleep 1 </dev/null; done'],
  ['starts another that does not', 'while :; do sleep 1 </dev/null; done & wait'],
])('a command that is to stand in for forwarding and %s ends when it is cancelled', async (_, hangs) => {
  const folder = await ownFolder()
  await chmod(folder, 0o755)
  const begun = join(folder, 'begun')
  const script = `#!/bin/sh\necho >${begun}\n${hangs}\n`
  await writeFile(join(folder, 'docker'), script, { mode: 0o755 })
  const { path } = await silentSocket()
  const own = await startPrivateSshd({
    config: ['AllowStreamLocalForwarding no'],
    path: `${folder}:/usr/bin:/bin`,
  })
  onTestFinished(() => own.stop())
  await own.authorize('root', key)
  const lamina = await opened('unix:///nonexistent/docker.sock')
  const host = own.address('root', path)
  const connect = ['hosts.connect', { host, identityFile: key, knownHostsFile: own.knownHostsFile }] as const
  expect(await cancelledAt(lamina, connect, () => existsSync(begun))).toMatchObject(cancelled)
  await eventually(() => !isRunningIn(folder), { what: 'the command on the host to end' })
})
