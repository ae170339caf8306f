import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, request, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What an engine answered to a request. */
export interface RecordedAnswer {
  readonly method: string
  /** With its query, without the version in front. */
  readonly path: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** What is JSON, as it is; several documents, one a line, as a list under `lines`; else text. */
  readonly body: unknown
}

/** A socket in front of an engine that keeps what goes through it. */
export interface RecordingProxy {
  readonly socketPath: string
  readonly answers: readonly RecordedAnswer[]
  close(): Promise<void>
}

const keptHeaders = ['api-version', 'libpod-api-version', 'content-type', 'x-docker-container-path-stat']

export async function recordingProxy(engineSocket: string): Promise<RecordingProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-recording-'))
  const socketPath = join(folder, 'engine.sock')
  const answers: RecordedAnswer[] = []
  const server = createServer((asked, answer) => {
    const { url = '', method = '', headers } = asked
    const onward = request({ socketPath: engineSocket, path: url, method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      answer.flushHeaders()
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => {
        parts.push(part)
        answer.write(part)
      })
      response.on('close', () => {
        answers.push({
          method,
          path: withoutVersion(url),
          status: response.statusCode ?? 0,
          headers: kept(response.headers),
          body: parsed(Buffer.concat(parts).toString('utf8')),
        })
        answer.end()
      })
    })
    answer.on('close', () => onward.destroy())
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    socketPath,
    answers,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** `/v1.41/images/json` and `/v4.3.1/libpod/commit` without what a negotiation decides. */
export function withoutVersion(url: string): string {
  return url.replace(/^\/v\d[\w.-]*\//, '/')
}

function kept(headers: IncomingHttpHeaders): Record<string, string> {
  const found = keptHeaders.map((name) => [name, headers[name]] as const)
  return Object.fromEntries(found.filter((row): row is [string, string] => typeof row[1] === 'string'))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    const lines = text.split('\n').filter((line) => line !== '')
    if (lines.length < 2) return text
    try {
      return { lines: lines.map((line) => JSON.parse(line) as unknown) }
    } catch {
      return text
    }
  }
}
