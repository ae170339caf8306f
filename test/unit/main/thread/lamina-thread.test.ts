import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { failed } from '../../../../electron/core/base/failure'
import { resultOf } from '../../../../electron/main/thread/exchange'
import { LaminaThread } from '../../../../electron/main/thread/lamina-thread'
import { recordedLog } from '../../../builders/recorded-log'
import { eventually } from '../../../engines/wait'

const { resolve } = createRequire(import.meta.url)
const entry = join(import.meta.dirname, '../../../../electron/main/thread/entry.ts')
/** The thread as it is, run from source; it falls over when it hears a certain word. */
const script = `
require(${JSON.stringify(resolve('tsx/cjs/api'))}).register()
const { parentPort } = require('node:worker_threads')
parentPort.on('message', (message) => {
  if (JSON.stringify(message).includes('fall-over')) throw new Error('fell over as it was told')
})
require(${JSON.stringify(entry)})
`

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lamina-thread-'))
  await writeFile(join(folder, 'thread.cjs'), script)
  return () => rm(folder, { recursive: true, force: true })
})

/** A thread on a data folder of its own, with secrets in memory, whose local engine keeps whoever asks for its containers waiting. */
async function openThread() {
  const dataDir = await mkdtemp(join(folder, 'data-'))
  const socketPath = join(dataDir, 'engine.sock')
  let waiting = 0
  const engine = createServer(({ url = '' }, answer) => {
    answer.setHeader('Api-Version', '1.45')
    if (url.includes('/containers/')) waiting += 1
    // An engine ends its events only when it ends, which ends what is under way there too.
    else if (url.includes('/events')) answer.flushHeaders()
    else if (url.endsWith('/version'))
      answer.end(JSON.stringify({ Version: '26.1.5', ApiVersion: '1.45', MinAPIVersion: '1.24' }))
    else if (url.endsWith('/info')) answer.end(JSON.stringify({ Driver: 'vfs', ID: 'an-id', Name: 'a-name' }))
    else answer.end('OK')
  }).listen(socketPath)
  // An engine closes no connection for being idle.
  engine.keepAliveTimeout = 0
  await once(engine, 'listening')
  vi.stubEnv('DOCKER_HOST', `unix://${socketPath}`)
  // A thread that falls over leaves behind where its commands would have come in.
  vi.stubEnv('TMPDIR', dataDir)
  const removed: string[] = []
  const log = recordedLog()
  const thread = new LaminaThread(
    join(folder, 'thread.cjs'),
    { dataDir },
    {
      chooseFile: () => Promise.resolve(undefined),
      showLog: () => Promise.resolve(),
      orderStarter: () => undefined,
      areSecretsSafe: () => Promise.resolve(true),
      secret: () => resultOf(Promise.resolve(undefined)),
      setSecret: () => resultOf(Promise.resolve()),
      removeSecrets: (prefix) => {
        removed.push(prefix)
        return resultOf(
          prefix.includes('locked')
            ? Promise.reject(failed('storage-failed', 'The disk is full.', 'Make room.'))
            : Promise.resolve(),
        )
      },
    },
    log,
  )
  onTestFinished(async () => {
    await thread.close()
    vi.unstubAllEnvs()
    engine.closeAllConnections()
    engine.close()
  })
  /** A call that the engine keeps waiting. */
  const hanging = async (signal?: AbortSignal) => {
    await thread.call('hosts.connect', { hostId: 'local' })
    const call = thread.call('containers.list', { hostId: 'local' }, { ...(signal && { signal }) })
    await eventually(() => Promise.resolve(waiting > 0), { what: 'the request at the engine' })
    return { call }
  }
  return { thread, removed, hanging, log }
}

test('calls are answered and events told, over the boundary of the thread', async () => {
  const { thread } = await openThread()
  const told: string[] = []
  thread.on(({ name }) => told.push(name))
  expect(await thread.call('settings.get', {})).toMatchObject({ ok: true, value: { locale: 'system' } })
  expect(await thread.call('no.such', {})).toMatchObject({ failure: { kind: 'unknown-operation' } })
  expect(await thread.call('hosts.add', { host: 'ssh://build' })).toMatchObject({ ok: true })
  expect(told).toContain('hosts.changed')
  expect(await thread.busy()).toEqual([])
  await thread.close()
  expect(await thread.call('settings.get', {})).toMatchObject({ failure: { kind: 'cancelled' } })
})

test('a call under way is cancelled in the thread, and one that is cancelled before is never made', async () => {
  const { thread, hanging } = await openThread()
  const asker = new AbortController()
  const { call } = await hanging(asker.signal)
  asker.abort()
  expect(await call).toMatchObject({ failure: { kind: 'cancelled' } })
  expect(await thread.call('settings.get', {}, { signal: AbortSignal.abort() })).toMatchObject({
    failure: { kind: 'cancelled' },
  })
})

test('a call under way when the thread is closed is no bug', async () => {
  const { thread, hanging } = await openThread()
  const { call } = await hanging()
  await thread.close()
  // The engine is let go first; whether the answer about that still comes through is chance.
  expect(await call).toMatchObject({
    failure: { kind: expect.stringMatching(/^(?:engine-unreachable|cancelled)$/) as string },
  })
})

test('secrets are kept by the other side, and its failures come back as they are', async () => {
  const { thread, removed } = await openThread()
  for (const name of ['build', 'locked']) await thread.call('hosts.add', { host: `ssh://${name}` })
  expect(await thread.call('hosts.remove', { hostId: 'ssh://build' })).toMatchObject({ ok: true })
  expect(await thread.call('hosts.remove', { hostId: 'ssh://locked' })).toEqual({
    ok: false,
    failure: { kind: 'storage-failed', message: 'The disk is full.', remedy: 'Make room.' },
  })
  expect(removed).toEqual(['ssh://build\n', 'ssh://locked\n'])
})

test('a thread that falls over fails the calls under way, is told of, and is replaced', async () => {
  const { thread, hanging, log } = await openThread()
  let lost = 0
  thread.onLost(() => (lost += 1))
  const notice = { file: '/data/window', problem: 'not-saved', reason: 'The disk is full.' } as const
  thread.notice(notice)
  const { call } = await hanging()
  const last = thread.call('fall-over', {})
  for (const answer of await Promise.all([call, last]))
    expect(answer).toMatchObject({ failure: { kind: 'internal' } })
  expect(lost).toBe(1)
  expect(log.lines.map(({ event }) => event)).toEqual(['thread.failed', 'thread.gone'])
  // What the window was told of files is not lost with it.
  expect(await thread.call('storage.notices', {})).toEqual({ ok: true, value: [notice] })
  expect(await thread.busy()).toEqual([])
  expect(await thread.call('settings.get', {})).toMatchObject({ ok: true })
})
