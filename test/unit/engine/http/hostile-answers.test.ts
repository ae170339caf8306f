import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EngineHttp } from '../../../../electron/engine/http/http'
import { fakeTransport } from '../../../builders/engines/fake-engine'

const { signal } = new AbortController()

/** Requests to a server that does this with each of them. */
async function askedOf(does: (connection: Socket, request: string) => void) {
  const connections = new Set<Socket>()
  const server = createServer((connection) => {
    connections.add(connection)
    connection.on('error', () => undefined)
    connection.on('data', (request) => {
      does(connection, request.toString('latin1'))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const transport = fakeTransport(undefined, {
    openStream: () => Promise.resolve(connect(port, '127.0.0.1')),
  })
  const http = new EngineHttp(transport, '/socket')
  onTestFinished(() => {
    http.close()
    for (const connection of connections) connection.destroy()
    server.close()
  })
  return http
}

/** Writes the same again and again, for as long as somebody takes it. */
function endlessly(connection: Socket, part: string | Buffer): void {
  const write = () => {
    while (!connection.destroyed && connection.write(part));
  }
  connection.on('drain', write)
  write()
}

const head = 'HTTP/1.1 200 OK\r\n'
const invalid = (says: RegExp) => ({
  failure: { kind: 'engine-answer-invalid', message: expect.stringMatching(says) as string },
})

describe('an answer without an end', () => {
  test.each<[string, string, string | Buffer]>([
    ['a header', `${head}X: `, 'x'.repeat(50_000)],
    ['headers', head, 'X: 1\r\n'.repeat(1000)],
    ['a status line', 'HTTP/1.1 200 ', 'x'.repeat(50_000)],
    ['answers before the answer', '', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(1000)],
    ['permissions to go on', '', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000)],
    ['hints', '', 'HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n'.repeat(1000)],
    ['an extension of a chunk', `${head}Transfer-Encoding: chunked\r\n\r\n1;`, 'x'.repeat(50_000)],
    ['extensions of chunks', `${head}Transfer-Encoding: chunked\r\n\r\n`, `1;${'x'.repeat(1000)}\r\nx\r\n`],
    ['a length of a chunk', `${head}Transfer-Encoding: chunked\r\n\r\n`, '0'.repeat(50_000)],
    ['trailers', `${head}Transfer-Encoding: chunked\r\n\r\n0\r\n`, 'X: 1\r\n'.repeat(1000)],
    ['empty lines', '', '\r\n'.repeat(10_000)],
  ])('is given up: %s', async (_, beginning, part) => {
    const http = await askedOf((connection) => {
      connection.write(beginning)
      endlessly(connection, part)
    })
    await expect(http.send({ path: '/x' }, signal)).rejects.toMatchObject(invalid(/./))
  })
})

describe('an answer in another form than it was asked for', () => {
  test.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip'])('is refused: %s', async (encoding) => {
    const http = await askedOf((connection) => {
      const body = gzipSync('[]')
      connection.write(
        `${head}Content-Encoding: ${encoding}\r\nContent-Length: ${String(body.length)}\r\n\r\n`,
      )
      connection.write(body)
    })
    await expect(http.send({ path: '/x' }, signal)).rejects.toMatchObject(invalid(new RegExp(encoding)))
  })
  test('is taken where the form is none', async () => {
    const http = await askedOf((connection) => {
      connection.write(`${head}Content-Encoding: identity\r\nContent-Length: 2\r\n\r\n[]`)
    })
    expect(String((await http.send({ path: '/x' }, signal)).body)).toBe('[]')
  })
})

describe('a second answer', () => {
  const answer = (body: string) => `${head}Content-Length: ${String(body.length)}\r\n\r\n${body}`

  test('right behind the first is never the answer to the next request', async () => {
    const http = await askedOf((connection, request) => {
      connection.write(request.includes('/first') ? answer('first') + answer('false') : answer('right'))
    })
    const first = await http.send({ path: '/first' }, signal).catch((error: unknown) => error)
    expect([String((first as { body?: Buffer }).body), first]).toMatchObject(['first', {}])
    expect(String((await http.send({ path: '/next' }, signal)).body)).toBe('right')
  })

  test('that comes while nothing is asked is never the answer to the next request', async () => {
    let one: Socket | undefined
    const http = await askedOf((connection, request) => {
      one ??= connection
      connection.write(request.includes('/first') ? answer('first') : answer('right'))
    })
    expect(String((await http.send({ path: '/first' }, signal)).body)).toBe('first')
    one?.write(answer('false'))
    if (one !== undefined) await once(one, 'close')
    expect(String((await http.send({ path: '/next' }, signal)).body)).toBe('right')
  })
})
