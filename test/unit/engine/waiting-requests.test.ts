import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { EngineHttp } from '../../../electron/engine/http/http'
import { openLocalTransport } from '../../../electron/transport/local/local-transport'
import { eventually } from '../../engines/wait'

const { signal } = new AbortController()

test('what an engine was asked and has not begun to answer is known, the oldest first, and no ping is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-waiting-'))
  const held = new Map<string, ServerResponse>()
  const server = createServer((asked, answer) => void held.set(asked.url ?? '', answer))
  await new Promise<void>((resolve) => server.listen(join(folder, 'engine.sock'), resolve))
  const http = new EngineHttp(openLocalTransport(), join(folder, 'engine.sock'))
  onTestFinished(async () => {
    http.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true })
  })
  let isAsked = false
  const ping = http.ping(() => (isAsked = true), signal)
  await eventually(() => held.has('/_ping'))
  expect([isAsked, http.waiting]).toEqual([true, undefined])

  const stopping = new AbortController()
  const commit = http.send({ method: 'POST', path: '/v1.45/commit', query: { container: 'a' } }, signal)
  const path = `/v5.4.2/libpod/containers/${'0123456789abcdef'.repeat(4)}/json`
  const list = http.send({ path }, stopping.signal)
  await eventually(() => held.size === 3)
  expect(http.waiting).toMatchObject({ request: 'POST /commit' })
  held.get('/_ping')?.end('OK')
  held.get('/v1.45/commit?container=a')?.end('{}')
  await Promise.all([ping, commit])
  expect(http.waiting).toMatchObject({ request: 'GET /libpod/containers/0123456789ab/json' })
  stopping.abort()
  await expect(list).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  expect(http.waiting).toBeUndefined()
})
