import type { Socket } from 'node:net'
import type { Fault, WholeAnswer } from './fault-proxy'

/** Sends bytes one at a time, without an end. */
function trickled(socket: Socket, bytes: Buffer, every: number): void {
  let at = 0
  const timer = setInterval(() => {
    socket.write(bytes.subarray(at, at + 1))
    at += 1
    if (at >= bytes.length) clearInterval(timer)
  }, every)
  socket.on('close', () => {
    clearInterval(timer)
  })
}

const half = (bytes: Buffer) => bytes.subarray(0, Math.ceil(bytes.length / 2))
/** A body in pieces, the last of which is cut in the middle. */
const inPieces = ({ head, body }: WholeAnswer): Buffer => {
  const fields = head.toString('latin1').replace(/Content-Length: \d+/i, 'Transfer-Encoding: chunked')
  const piece = half(body)
  return Buffer.concat([
    Buffer.from(`${fields}${piece.length.toString(16)}\r\n`, 'latin1'),
    piece,
    Buffer.from(`\r\n${body.length.toString(16)}\r\n{`, 'latin1'),
  ])
}

const says =
  (text: string, passes = false): Fault =>
  async ({ socket, pass }) => {
    if (passes) await pass()
    socket.end(text)
  }
const answer = (status: string, body: string, type = 'text/html', more = '') =>
  `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\n${more}Content-Length: ${String(body.length)}\r\nConnection: close\r\n\r\n${body}`
const page = '<html><head><title>no</title></head><body><h1>no</h1></body></html>'

/** Each fault by what happens; the request never reaches the engine. */
export const unpassed: Readonly<Record<string, Fault>> = {
  'cuts before the request is passed on': ({ socket }) => void socket.destroy(),
  'ends before the request is passed on': ({ socket }) => void socket.end(),
  'stalls before the request is passed on': () => undefined,
  'says 100 and stalls': ({ socket }) => void socket.write('HTTP/1.1 100 Continue\r\n\r\n'),
  'says 101': says('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nhi'),
  'says 204': says('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'),
  'says 200 with nothing': says(answer('200 OK', '')),
  'says 200 with a page': says(answer('200 OK', page)),
  'says 200 with JSON of another shape': says(answer('200 OK', '{"a":[{"b":1}]}', 'application/json')),
  'says 200 with a list of another shape': says(answer('200 OK', '[1]', 'application/json')),
  'says 301': says(answer('301 Moved', page, 'text/html', 'Location: http://elsewhere/\r\n')),
  'says 400 with a page': says(answer('400 Bad Request', page)),
  'says 404 with a page': says(answer('404 Not Found', page)),
  'says 409 with nothing': says(answer('409 Conflict', '')),
  'says 429': says(answer('429 Too Many Requests', page)),
  'says 500 with JSON of another shape': says(answer('500 Oh', '{"error":7}', 'application/json')),
  'says 502 with a page': says(answer('502 Bad Gateway', page)),
  'says 503 with a message': says(answer('503 Unavailable', '{"message":"no server is available"}')),
  'hangs up on this one and the next three': (_, proxy) => {
    proxy.hangUp(3)
  },
}

/** Each fault by what happens after the engine has answered. */
export const passed: Readonly<Record<string, Fault>> = {
  'cuts before the answer': async ({ socket, pass }) => {
    await pass()
    socket.destroy()
  },
  'stalls before the answer': async ({ pass }) => {
    await pass()
  },
  'cuts in the header': async ({ socket, pass }) => void socket.end(half((await pass()).head)),
  'stalls in the header': async ({ socket, pass }) => void socket.write(half((await pass()).head)),
  'cuts in the body': async ({ socket, pass }) => {
    const { head, body } = await pass()
    socket.end(
      body.length === 0 ? half(head) : Buffer.concat([head, half(body).subarray(0, body.length - 1)]),
    )
  },
  'stalls in the body': async ({ socket, pass }) => {
    const { head, body } = await pass()
    socket.write(
      body.length === 0 ? half(head) : Buffer.concat([head, half(body).subarray(0, body.length - 1)]),
    )
  },
  'cuts in a chunk': async ({ socket, pass }) => void socket.end(inPieces(await pass())),
  'stalls in a chunk': async ({ socket, pass }) => void socket.write(inPieces(await pass())),
  'cuts a body whose length is not told': async ({ socket, pass }) => {
    const { head, body } = await pass()
    const fields = head.toString('latin1').replace(/Content-Length: \d+\r\n/i, 'Connection: close\r\n')
    socket.end(Buffer.concat([Buffer.from(fields, 'latin1'), half(body)]))
  },
  'trickles from the header on': async ({ socket, pass }) => {
    trickled(socket, Buffer.concat([(await pass()).head, Buffer.alloc(100_000, ' ')]), 20)
  },
  'trickles in the body': async ({ socket, pass }) => {
    const { head } = await pass()
    socket.write(head.toString('latin1').replace(/Content-Length: \d+/i, 'Content-Length: 999999'))
    trickled(socket, Buffer.alloc(100_000, ' '), 20)
  },
  'answers 502 in the place of the engine': says(answer('502 Bad Gateway', page), true),
  'answers 504 with a message in the place of the engine': says(
    answer('504 Gateway Timeout', '{"message":"the upstream server is timing out"}', 'application/json'),
    true,
  ),
  'answers 500 in the place of the engine': says(answer('500 Oh', page), true),
  'answers 200 with nothing in the place of the engine': says(answer('200 OK', ''), true),
  'answers 403 in the place of the engine': says(answer('403 Forbidden', page), true),
  'answers twice': async ({ socket, pass }) => {
    const { head, body } = await pass()
    socket.write(Buffer.concat([head, body, head, body]))
  },
  // The next request over this connection goes through.
  'answers twice, the second time later': async ({ socket, answer, through, pass }) => {
    const { head, body } = await pass()
    answer.on('finish', () => setTimeout(() => socket.write(Buffer.concat([head, body])), 5))
    through()
  },
  'closes after the answer without a word': ({ socket, answer, through }) => {
    answer.on('finish', () => setTimeout(() => socket.destroy(), 2))
    through()
  },
}
