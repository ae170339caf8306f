import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import type { Engine } from '../../../electron/engine/engine'
import { openEngine } from '../../../electron/engine/open/open-engine'
import type { Transport } from '../../../electron/transport/transport'
import type { EngineKind } from '../../engines/engine/private-engine'
import { withoutVersion, type RecordedAnswer } from '../../engines/engine/recording-proxy'

/** Changes an answer before it is given again. */
export type Retouch = (answer: RecordedAnswer) => RecordedAnswer

/** An engine that answers what a real one once answered, read by the real code. */
export interface ReplayedEngine {
  readonly engine: Engine
  readonly answers: readonly RecordedAnswer[]
  close(): Promise<void>
}

/** What an engine answered, in order. */
async function recordedAnswers(kind: EngineKind): Promise<readonly RecordedAnswer[]> {
  const text = await readFile(new URL(`answers/${kind}.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { answers: readonly RecordedAnswer[] }).answers
}

export async function replayedEngine(
  kind: EngineKind,
  retouch: Retouch = (answer) => answer,
): Promise<ReplayedEngine> {
  const answers = (await recordedAnswers(kind)).map(retouch)
  const server = createServer((asked, answer) => {
    const path = withoutVersion(asked.url ?? '')
    const ofMethod = answers.filter(({ method }) => method === asked.method)
    // Some queries hold a time or an order that need not be the same again.
    const found =
      ofMethod.find((one) => one.path === path) ??
      ofMethod.find((one) => withoutQuery(one.path) === withoutQuery(path))
    answer.writeHead(found?.status ?? 501, found?.headers ?? {})
    answer.end(bodyText(found === undefined ? { message: `nobody asked for ${path}` } : found.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const engine = await openEngine(transportTo(port), '/engine.sock', new AbortController().signal)
  return {
    engine,
    answers,
    async close() {
      engine.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A transport whose streams lead to a port of this machine. */
export function transportTo(port: number): Transport {
  return {
    open: () => Promise.resolve(),
    openStream: () => Promise.resolve(connect(port, '127.0.0.1')),
    run: () => {
      throw new Error('no commands here')
    },
    close: () => Promise.resolve(),
  }
}

function withoutQuery(path: string): string {
  return path.replace(/\?.*$/, '')
}

function bodyText(body: unknown): string {
  if (typeof body === 'string') return body
  if (typeof body !== 'object' || body === null || !('lines' in body) || !Array.isArray(body.lines))
    return JSON.stringify(body)
  return body.lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
