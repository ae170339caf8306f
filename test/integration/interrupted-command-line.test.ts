import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { repository } from '../engines/repository'

/** `lamina` with an engine that takes connections and never answers, and when it has been asked. */
async function laminaAtSilentEngine(args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-interrupted-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const socketPath = join(folder, 'docker.sock')
  const server = createServer((socket) => socket.on('error', () => undefined).resume())
  await once(server.listen(socketPath), 'listening')
  onTestFinished(() => void server.close())
  const asked = once(server, 'connection')
  const env = { ...process.env, DOCKER_HOST: `unix://${socketPath}`, LAMINA_DATA_DIR: join(folder, 'data') }
  const child = spawn(process.execPath, ['--import', 'tsx', 'electron/cli/lamina.ts', ...args], {
    cwd: repository,
    env,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdin.on('error', () => undefined)
  return { child, asked }
}

async function endOf(child: ChildProcessWithoutNullStreams) {
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { stdout, stderr, status }
}

const list = ['call', 'containers.list', '{"hostId":"local"}']
const line = '{"operation":"containers.list","input":{"hostId":"local"}}\n'

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s cancels a call, which says so', async (name) => {
  const { child, asked } = await laminaAtSilentEngine(list)
  await asked
  const ended = endOf(child)
  child.kill(name)
  const { stdout, stderr, status } = await ended
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
  expect({ stderr, status }).toEqual({ stderr: '', status: 1 })
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends a batch with the answer under way, whatever lines are left',
  async (name) => {
    const { child, asked } = await laminaAtSilentEngine(['batch'])
    child.stdin.write(line.repeat(3))
    await asked
    const ended = endOf(child)
    child.kill(name)
    const { stdout, stderr, status } = await ended
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
    expect({ stderr, status }).toEqual({ stderr: '', status: 1 })
  },
)

test('SIGTERM ends a batch that waits for a line', async () => {
  const { child } = await laminaAtSilentEngine(['batch'])
  child.stdin.write('{"operation":"settings.get","input":{}}\n')
  await once(child.stdout, 'readable')
  const ended = endOf(child)
  child.kill('SIGTERM')
  const { stderr, status } = await ended
  expect({ stderr, status }).toEqual({ stderr: '', status: 1 })
})

test('whose reader and whose standard error are gone ends by itself', async () => {
  const { child } = await laminaAtSilentEngine(['batch'])
  child.stdout.destroy()
  child.stderr.destroy()
  child.stdin.write('{"operation":"settings.get","input":{}}\n'.repeat(100))
  expect(await once(child, 'exit')).toEqual([1, null])
})
