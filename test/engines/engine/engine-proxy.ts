import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the proxy does with a request instead of passing it on; `pass` passes it on and gives the whole answer. */
export type Interference = (
  asked: IncomingMessage,
  answer: ServerResponse,
  pass: () => Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>,
) => void | Promise<void>

/** An engine's socket with faults that a real engine cannot be made to have. */
export interface EngineProxy {
  readonly dockerHost: string
  /** Sets what happens to requests whose path matches; the rest passes through unchanged. */
  interfere(path: RegExp, interference: Interference): void
  /** Methods and paths asked for so far. */
  readonly requests: readonly string[]
  close(): Promise<void>
}

/** Opens a socket in front of a real engine's. */
export async function engineProxy(socketPath: string): Promise<EngineProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-proxy-'))
  const own = join(folder, 'docker.sock')
  const rules: { path: RegExp; interference: Interference }[] = []
  const requests: string[] = []
  const server = createServer((asked, answer) => {
    requests.push(`${asked.method ?? ''} ${asked.url ?? ''}`)
    const rule = rules.findLast(({ path }) => path.test(asked.url ?? ''))
    answer.on('error', () => undefined)
    if (rule === undefined) passThrough(socketPath, asked, answer)
    else {
      // Taken in at once: of an asker who is gone by the time it is passed on, nothing could be read any more.
      const body = bytesOf(asked)
      void rule.interference(asked, answer, async () => whole(socketPath, asked, await body))
    }
  })
  // An engine closes no connection for being idle.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(own, resolve))
  return {
    dockerHost: `unix://${own}`,
    requests,
    interfere: (path, interference) => void rules.push({ path, interference }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function passThrough(socketPath: string, asked: IncomingMessage, answer: ServerResponse): void {
  const { url: path, method, headers } = asked
  const onward = request({ socketPath, path, method, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    // An event stream says nothing for a long time, and its asker waits for the answer to begin.
    answer.flushHeaders()
    response.pipe(answer)
    response.on('error', () => answer.destroy())
  })
  onward.on('error', () => answer.destroy())
  answer.on('close', () => onward.destroy())
  asked.pipe(onward)
}

/** What has come of a request's body; all of it unless its asker went away meanwhile. */
function bytesOf(asked: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    asked.on('data', (part: Buffer) => parts.push(part))
    asked.on('error', () => undefined)
    for (const last of ['end', 'close']) asked.on(last, () => resolve(Buffer.concat(parts)))
  })
}

function whole(
  socketPath: string,
  asked: IncomingMessage,
  sent: Buffer,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { url: path, method, headers } = asked
  return new Promise((resolve, reject) => {
    const onward = request({ socketPath, path, method, headers }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8'),
        }),
      )
    })
    onward.on('error', reject)
    onward.end(sent)
  })
}

/** What HAProxy answers for a request that its rules deny, as in tecnativa/docker-socket-proxy; it hangs up after it. */
export const forbidden: Interference = (_asked, answer) => {
  answer.writeHead(403, { 'Content-Type': 'text/html', 'Cache-Control': 'no-cache', Connection: 'close' })
  answer.end(
    '<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>\n',
  )
}
