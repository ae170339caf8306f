import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EngineHttp } from '../../../../electron/engine/http/http'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { eventually } from '../../../engines/wait'

let folder: string
let server: Server
let http: EngineHttp
const { signal } = new AbortController()

/** Something at the socket that says who it is, and at `/slow` never ends its answer. */
async function listen(name: string): Promise<void> {
  server = createServer((asked, answer) => {
    answer.setHeader('Server', name)
    if (asked.url === '/slow') answer.write('a beginning')
    else answer.end('{}')
  })
  // An engine closes no connection for being idle.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(join(folder, 'engine.sock'), resolve))
}

async function end(): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lamina-standing-'))
  await listen('Docker/1 (linux)')
  http = new EngineHttp(openLocalTransport(), join(folder, 'engine.sock'))
})

afterEach(async () => {
  http.close()
  await end()
  await rm(folder, { recursive: true })
})

const becomes = (standing: string) =>
  eventually(() => Promise.resolve(http.standing === standing), { within: 10_000, what: standing })

describe('the engine at a socket', () => {
  it('is sure while it answers, also after requests that were given up', async () => {
    const giving = new AbortController()
    await http.send({ path: '/' }, signal)
    const answer = await http.open({ path: '/slow' }, giving.signal)
    const cut = new Promise((resolve) => answer.once('close', resolve))
    giving.abort()
    await cut
    const another = await http.open({ path: '/slow' }, signal)
    await new Promise((resolve) => another.once('close', resolve).destroy())
    await Promise.all([1, 2, 3].map(() => http.send({ path: '/' }, signal)))
    expect(http.standing).toBe('sure')
  })

  it('is doubtful once it hung up a connection that was idle', async () => {
    await http.send({ path: '/' }, signal)
    await end()
    await becomes('doubtful')
    await listen('Docker/1 (linux)')
  })

  it('is doubtful once it cut an answer off', async () => {
    const answer = await http.open({ path: '/slow' }, signal)
    answer.on('error', () => undefined)
    await end()
    await becomes('doubtful')
    await listen('Docker/1 (linux)')
  })

  it('is replaced once another one answers, and that answer is not believed', async () => {
    await http.send({ path: '/' }, signal)
    await end()
    await becomes('doubtful')
    await listen('Libpod/5.4.2 (linux)')
    await expect(http.send({ path: '/' }, signal)).rejects.toThrow(
      'Libpod/5.4.2 (linux) instead of Docker/1 (linux)',
    )
    expect(http.standing).toBe('replaced')
  })

  it('keeps no connection once it is retired, and lets what is under way end', async () => {
    const connections = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))
    const slow = await http.open({ path: '/slow' }, signal)
    await http.send({ path: '/' }, signal)
    expect(await connections()).toBe(2)
    http.retire()
    await eventually(async () => (await connections()) === 1, { within: 10_000, what: 'the idle one to end' })
    expect(slow.destroyed).toBe(false)
    await http.send({ path: '/' }, signal)
    await eventually(async () => (await connections()) === 1, { within: 10_000, what: 'the next to end' })
    await new Promise((resolve) => slow.once('close', resolve).destroy())
  })
})
