import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { failed } from '../../../../electron/core/base/failure'
import { dockerApi } from '../../../../electron/engine/docker/api'
import { dockerEngine } from '../../../../electron/engine/docker/docker-engine'
import type { Engine } from '../../../../electron/engine/engine'
import { EngineHttp } from '../../../../electron/engine/http/http'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { fakeTransport } from '../../../builders/engines/fake-engine'
import { allOf } from '../../../engines/all-of'

const { signal } = new AbortController()
const id = 'a'.repeat(64)

/** An engine that does this with each connection instead of answering. */
async function engineThat(does: (connection: Socket) => void): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-broken-'))
  const socketPath = join(folder, 'engine.sock')
  const connections = new Set<Socket>()
  const server = createServer((connection) => {
    connections.add(connection)
    connection.on('error', () => undefined)
    does(connection)
  }).listen(socketPath)
  await once(server, 'listening')
  const http = new EngineHttp(openLocalTransport(), socketPath)
  onTestFinished(async () => {
    http.close()
    for (const connection of connections) connection.destroy()
    server.close()
    await rm(folder, { recursive: true })
  })
  return dockerEngine(dockerApi(http, '1.43'))
}

const afterRequest = (does: (connection: Socket) => void) => (connection: Socket) => {
  connection.once('data', () => {
    does(connection)
  })
}
const says = (text: string) =>
  afterRequest((connection) => {
    connection.end(text)
  })

async function* tar(): AsyncGenerator<Buffer> {
  for (let part = 0; part < 20; part += 1) yield await Promise.resolve(Buffer.alloc(100_000))
}

async function readThrough(parts: AsyncIterable<unknown>): Promise<void> {
  for await (const part of parts) expect(part).toBeDefined()
}

/** What is asked of an engine, each with another way of sending or of reading. */
const requests: readonly (readonly [what: string, ask: (engine: Engine) => Promise<unknown>])[] = [
  ['a list', (engine) => engine.containers({ all: true }, signal)],
  ['a list without a limit of time', async (engine) => allOf(await engine.changes(id, signal))],
  ['an archive', async (engine) => readThrough(await engine.archive(id, bytePath('/etc'), signal))],
  ['a path in an archive', (engine) => engine.archivedPath(id, bytePath('/etc/hosts'), signal)],
  ['events', async (engine) => readThrough(await engine.events({}, signal))],
  ['events of before', (engine) => engine.pastEvents(id, signal)],
  ['to run a command', (engine) => engine.execute(id, ['true'], signal)],
  ['to unpack an archive', (engine) => engine.unpack(id, bytePath('/'), tar(), signal)],
  ['to remove a container', (engine) => engine.removeReader(id, signal)],
]

const breaks: readonly (readonly [how: string, does: (connection: Socket) => void])[] = [
  ['closes the connection at once', (connection) => connection.destroy()],
  ['ends the connection at once', (connection) => connection.end()],
  ['closes it after the request', afterRequest((connection) => connection.destroy())],
  ['ends it after the request', afterRequest((connection) => connection.end())],
  ['ends it half-way through the head', says('HTTP/1.1 200 OK\r\nConte')],
  ['ends it half-way through a sized answer', says('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[{')],
  [
    'ends it half-way through an answer in pieces',
    says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[{'),
  ],
]

describe.each(breaks)('an engine that %s', (_, does) => {
  it.each(requests)('when asked for %s is unreachable, with the reason in words', async (__, ask) => {
    await expect(ask(await engineThat(does))).rejects.toMatchObject({
      failure: {
        kind: 'engine-unreachable',
        message: expect.stringContaining('the other side closed it') as string,
        remedy: expect.any(String) as string,
      },
    })
  })
})

describe.each([
  ['speaks another protocol', says('SSH-2.0-OpenSSH_9.2\r\n')],
  [
    'goes over to another protocol unasked',
    says('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nhello'),
  ],
])('what %s', (_, does) => {
  it.each(requests)('when asked for %s is no engine', async (__, ask) => {
    await expect(ask(await engineThat(does))).rejects.toMatchObject({
      failure: {
        kind: 'engine-answer-invalid',
        message: expect.stringContaining('does not speak HTTP') as string,
      },
    })
  })
})

it('an archive that breaks while it is sent fails the request with what it broke with', async () => {
  const lost = failed('connection-lost', 'The connection to the host was lost.')
  async function* breaks(): AsyncGenerator<Buffer> {
    yield* tar()
    throw lost
  }
  const engine = await engineThat((connection) => connection.resume())
  await expect(engine.unpack(id, bytePath('/'), breaks(), signal)).rejects.toBe(lost)
})

describe('a stream that is gone before a request goes over it', () => {
  const over = (stream: Duplex) => {
    const transport = fakeTransport(undefined, { openStream: () => Promise.resolve(stream) })
    return new EngineHttp(transport, '/engine.sock').send({ path: '/_ping' }, signal)
  }
  const stream = () => new Duplex({ read: () => undefined }).on('error', () => undefined)

  it('fails the request with what it broke with', async () => {
    const lost = failed('connection-lost', 'The connection to the host was lost.')
    await expect(over(stream().destroy(lost))).rejects.toBe(lost)
  })

  it('fails the request also where it was just closed', async () => {
    await expect(over(stream().destroy())).rejects.toMatchObject({ failure: { kind: 'engine-unreachable' } })
  })
})
