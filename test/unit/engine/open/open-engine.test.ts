import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openEngine } from '../../../../electron/engine/open/open-engine'
import { transportTo } from '../replayed-engine'

const { signal } = new AbortController()
const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

const opened = (port: number) => openEngine(transportTo(port), '/run/some.sock', signal)

const http = (answer: RequestListener) => listening(createHttpServer(answer))

/** An engine that tells its versions and answers everything else with an empty list. */
const engineWith = ({ newest, oldest }: { newest: string; oldest?: string }, asked: string[] = []) =>
  http(({ url = '' }, answer) => {
    asked.push(url)
    answer.setHeader('Api-Version', newest)
    if (url === '/_ping') answer.end('OK')
    else if (url === '/version') answer.end(JSON.stringify({ ApiVersion: newest, MinAPIVersion: oldest }))
    else answer.end('[]')
  })

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing failed',
    (error: unknown) => (error as { failure?: unknown }).failure ?? error,
  )

describe('an engine is opened', () => {
  it.each([
    { newest: '1.41', oldest: '1.12', agreed: '1.41' },
    { newest: '1.40', oldest: '1.12', agreed: '1.40' },
    { newest: '1.55', oldest: '1.44', agreed: '1.52' },
    { newest: '1.60', oldest: '1.52', agreed: '1.52' },
    { newest: '1.45', agreed: '1.45' },
  ])('in the newest version both speak: $oldest to $newest gives $agreed', async ({ agreed, ...range }) => {
    const asked: string[] = []
    const engine = await opened(await engineWith(range, asked))
    expect(await engine.containers({ all: false }, signal)).toEqual([])
    expect(asked.at(-1)).toBe(`/v${agreed}/containers/json`)
    engine.close()
  })

  it('not where it is too old, and both ranges are named', async () => {
    expect(await failureOf(opened(await engineWith({ newest: '1.39', oldest: '1.12' })))).toEqual({
      kind: 'engine-unsupported',
      message: 'The engine speaks API versions 1.12 to 1.39; Lamina speaks 1.40 to 1.52.',
      remedy: expect.stringContaining('Update the engine') as string,
    })
  })

  it('not where it speaks no version so old any more', async () => {
    expect(await failureOf(opened(await engineWith({ newest: '1.70', oldest: '1.60' })))).toEqual({
      kind: 'engine-unsupported',
      message: 'The engine speaks API versions 1.60 to 1.70; Lamina speaks 1.40 to 1.52.',
      remedy: expect.stringContaining('Update Lamina') as string,
    })
  })

  it('behind a proxy that lets /version not through', async () => {
    const port = await http(({ url }, answer) => {
      answer.setHeader('Api-Version', '1.43')
      answer.statusCode = url === '/version' ? 403 : 200
      answer.end(url === '/_ping' ? 'OK' : '[]')
    })
    const engine = await opened(port)
    expect(await engine.images({}, signal)).toEqual([])
    engine.close()
  })

  it('and its own refusal is told', async () => {
    const port = await http((_asked, answer) => {
      answer.writeHead(403, { 'Api-Version': '1.45' }).end('{"message":"denied by a plugin"}')
    })
    expect(await failureOf(opened(port))).toMatchObject({
      kind: 'permission-denied',
      message: expect.stringMatching(
        /^GET \/_ping was refused with status 403: denied by a plugin GET \/version/,
      ) as string,
    })
  })

  it.each([
    ['/_ping is forbidden', 403, '{"ApiVersion":"1.43","Version":"25.0.1"}', 200, '1.43', '25.0.1'],
    ['/_ping is not let through', 404, '{"ApiVersion":"1.43","Version":"25.0.1"}', 200, '1.43', '25.0.1'],
    ['nothing tells a version', 200, 'no', 403, '1.40', ''],
  ])('behind a proxy where %s', async (_what, ping, told, status, agreed, version) => {
    const asked: string[] = []
    const port = await http(({ url = '' }, answer) => {
      asked.push(url)
      if (url === '/_ping') answer.writeHead(ping).end('OK')
      else if (url === '/version') answer.writeHead(status).end(told)
      else if (url.endsWith('/info')) answer.writeHead(403, { Server: 'nginx' }).end('<h1>No</h1>')
      else answer.end('[]')
    })
    const engine = await opened(port)
    expect(await engine.containers({ all: false }, signal)).toEqual([])
    expect(asked.at(-1)).toBe(`/v${agreed}/containers/json`)
    expect(await engine.describe(signal)).toEqual({
      engine: 'Docker',
      version,
      apiVersion: agreed,
      untold: {
        kind: 'permission-denied',
        message: 'GET /info was refused with status 403: No',
        remedy: expect.stringContaining('allow GET /info there') as string,
      },
    })
    engine.close()
  })

  it("behind a proxy whose own answers name it, and hang up, without being taken for another's", async () => {
    const port = await http(({ url = '' }, answer) => {
      if (url.endsWith('/images/json')) {
        answer.writeHead(403, { Server: 'nginx/1.25', Connection: 'close' }).end()
        return
      }
      answer.writeHead(200, { 'Api-Version': '1.43', Server: 'Docker/25.0.1 (linux)' })
      answer.end(url === '/_ping' ? 'OK' : url === '/version' ? '{}' : '[]')
    })
    const engine = await opened(port)
    expect(await failureOf(engine.images({}, signal))).toMatchObject({
      message: 'GET /images/json was refused with status 403 and no reason.',
    })
    expect(await engine.containers({ all: true }, signal)).toEqual([])
    expect(engine.standing?.()).toBe('sure')
    engine.close()
  })

  it('and a 404 that is not its own says nothing of what it has', async () => {
    const port = await http(({ url = '' }, answer) => {
      answer.writeHead(url.endsWith('/json') ? 404 : 200, { 'Api-Version': '1.43' })
      answer.end(url === '/version' ? '{}' : 'Not here')
    })
    const engine = await opened(port)
    expect(await failureOf(engine.image('web:1', signal))).toMatchObject({
      kind: 'permission-denied',
      message: 'GET /images/web:1/json was refused with status 404: Not here',
    })
    engine.close()
  })
})

describe('a socket that belongs to something else', () => {
  it.each([200, 302, 404, 500])('is a web server that answers with status %i', async (status) => {
    const port = await http((_asked, answer) => answer.writeHead(status).end('<html>'))
    expect(await failureOf(opened(port))).toMatchObject({
      kind: 'engine-answer-invalid',
      message: `What listens at /run/some.sock is not a Docker or Podman engine: it answers /_ping with status ${String(status)} and names no version of the Engine API.`,
    })
  })

  it('is a program that does not speak HTTP', async () => {
    const port = await listening(createServer((socket) => socket.write('SSH-2.0-Something\r\n')))
    expect(await failureOf(opened(port))).toMatchObject({
      kind: 'engine-answer-invalid',
      message: expect.stringMatching(/\/run\/some\.sock is not .* engine: .* does not speak HTTP/) as string,
    })
  })

  it('is a program that hangs up', async () => {
    const port = await listening(createServer((socket) => socket.once('data', () => socket.end())))
    expect(await failureOf(opened(port))).toMatchObject({ kind: 'engine-unreachable' })
  })

  it('is one that names a version that is none', async () => {
    const port = await http((_asked, answer) => answer.writeHead(200, { 'Api-Version': 'v2' }).end())
    expect(await failureOf(opened(port))).toMatchObject({ kind: 'engine-answer-invalid' })
  })

  it('is one whose /version is something else', async () => {
    const port = await http((_asked, answer) => answer.writeHead(200, { 'Api-Version': '1.45' }).end('OK'))
    expect(await failureOf(opened(port))).toMatchObject({ kind: 'engine-answer-invalid' })
  })

  it.each([
    ['says nothing', (socket: Socket) => void socket],
    ['never ends what it says', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\nand')],
  ])(
    'is one that %s',
    async (_what, speak) => {
      expect(await failureOf(opened(await listening(createServer(speak))))).toMatchObject({
        kind: 'timed-out',
      })
    },
    20_000,
  )
})
