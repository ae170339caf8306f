import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { inUserNamespace } from '../../../../electron/hostfs/host/user-namespace'
import { openLocalTransport } from '../../../../electron/transport/local/local-transport'
import { outputOf } from '../../../../electron/transport/transport'
import { eventually } from '../../../engines/wait'

const { signal } = new AbortController()

/** Somebody whom no machine knows, and another one wherever these tests run at the same time. */
const uid = 4_000_000_000 + process.pid

/** A process in a user namespace that the user made himself root of. */
async function aNamespace(): Promise<number> {
  const words = [`--reuid=${String(uid)}`, `--regid=${String(uid)}`, '--clear-groups']
  const child = spawn('setpriv', [...words, 'unshare', '--user', '--map-root-user', 'sleep', '1000'], {
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const pid = child.pid ?? 0
  await eventually(() => readFileSync(`/proc/${String(pid)}/uid_map`, 'utf8').includes(String(uid)), {
    what: 'the namespace',
  })
  return pid
}

const inside = inUserNamespace(openLocalTransport(), { uid, elevated: false })
const idMap = async () =>
  (await outputOf(inside, { name: 'a test', script: 'tr -s " " </proc/self/uid_map' }, signal, 1000))
    .toString()
    .trim()

test('commands run in the namespace that a user has made', async () => {
  await aNamespace()
  expect(await idMap()).toBe(`0 ${String(uid)} 1`)
})

test('a process that ends as soon as it was found leaves its namespace to the command', async () => {
  const pid = await aNamespace()
  const folder = mkdtempSync(join(tmpdir(), 'lamina-nsenter-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
    vi.unstubAllEnvs()
  })
  const gone = `while kill -9 ${String(pid)} 2>/dev/null; do :; done`
  writeFileSync(
    join(folder, 'nsenter'),
    `#!/bin/sh\nPATH=\${PATH#*:}\nnsenter "$@"\nstatus=$?\n${gone}\nexit $status\n`,
  )
  chmodSync(join(folder, 'nsenter'), 0o755)
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`)
  expect(await idMap()).toBe(`0 ${String(uid)} 1`)
})

test('where there is none, that is said', async () => {
  await expect(idMap()).rejects.toThrow(`no process is in the user namespace of ${String(uid)}`)
})
