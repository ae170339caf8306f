import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { isRunning } from '../../../electron/machine/running-process'
import { repository } from '../../engines/repository'
import { folderOfRuns, sweepRunFolders, useRunFolder } from '../../engines/run-folder'

let parent: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'lamina-runs-'))
  vi.stubEnv('TMPDIR', parent)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(parent, { recursive: true, force: true })
})

/** A run that makes a file, says where its folder is, and then does what it is told. */
async function run(then: string): Promise<{ readonly folder: string; readonly child: ChildProcess }> {
  const script = `import { spawn } from 'node:child_process'
    import { mkdtempSync, writeFileSync } from 'node:fs'
    import { tmpdir } from 'node:os'
    import { useRunFolder } from '${repository}/test/engines/run-folder.ts'
    useRunFolder()
    writeFileSync(mkdtempSync(tmpdir() + '/lamina-data-') + '/file', '')
    ${then}
    console.log(tmpdir())`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: repository,
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [folder] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  return { folder, child }
}

const ended = async ({ child }: { readonly child: ChildProcess }) =>
  child.exitCode ?? child.signalCode ?? ((await once(child, 'exit')) as [number])[0]

it.each([
  ['comes to its end', ''],
  ['fails', 'setImmediate(() => { process.exit(1) })'],
])('a run that %s leaves nothing', async (_, then) => {
  const done = await run(then)
  expect(done.folder.startsWith(join(parent, 'lamina-run-'))).toBe(true)
  await ended(done)
  expect(readdirSync(parent)).toEqual([])
})

it('what a killed run left is removed by the next one, when no process of it is at work any more', async () => {
  const killed = await run(
    `const { pid } = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
    setInterval(() => 0, 1e6)
    writeFileSync(tmpdir() + '/pid', String(pid))`,
  )
  const pid = Number(readFileSync(join(killed.folder, 'pid'), 'utf8'))
  onTestFinished(() => {
    if (isRunning({ pid })) process.kill(pid, 'SIGKILL')
  })
  const living = await run('setInterval(() => 0, 1e6)')
  killed.child.kill('SIGKILL')
  await ended(killed)
  sweepRunFolders()
  expect(readdirSync(parent)).toHaveLength(2)
  process.kill(pid, 'SIGKILL')
  await expect.poll(() => isRunning({ pid })).toBe(false)
  sweepRunFolders()
  expect(readdirSync(parent).map((name) => join(parent, name))).toEqual([living.folder])
})

it('nothing is removed that only looks like the folder of a run, or is in its first moment', () => {
  mkdirSync(join(parent, 'lamina-run-abcdef'))
  writeFileSync(join(parent, 'lamina-run-afile1'), '')
  mkdirSync(join(parent, 'lamina-running'))
  sweepRunFolders()
  expect(readdirSync(parent)).toHaveLength(3)
  utimesSync(join(parent, 'lamina-run-abcdef'), 1, 1)
  sweepRunFolders()
  expect(readdirSync(parent).sort()).toEqual(['lamina-run-afile1', 'lamina-running'])
})

it('within a run its folder is used, which others may use as well', async () => {
  const { folder } = await run('setInterval(() => 0, 1e6)')
  vi.stubEnv('TMPDIR', folder)
  useRunFolder()
  expect([tmpdir(), folderOfRuns()]).toEqual([folder, parent])
  expect(statSync(folder).mode & 0o7777).toBe(0o1777)
})

it('the test runner leaves nothing, nor does a killed one after the next', async () => {
  const runner = (signal?: AbortSignal) => {
    const words = ['run', '--project', 'unit', 'test/unit/machine/temporary-folder.test.ts']
    const child = spawn(process.execPath, [join(repository, 'node_modules/vitest/vitest.mjs'), ...words], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal !== undefined && { signal, killSignal: 'SIGKILL' }),
    })
    const closed = once(child, 'close').catch(() => undefined)
    return Promise.all([text(child.stdout), closed])
  }
  const killing = new AbortController()
  const first = runner(killing.signal)
  const madeProject = () =>
    readdirSync(parent, { recursive: true }).some((name) => String(name).endsWith('/owner'))
  await expect.poll(madeProject, { timeout: 60_000 }).toBe(true)
  killing.abort()
  await first
  expect(readdirSync(parent)).toHaveLength(1)
  const [said] = await runner()
  expect(said).toContain('passed')
  expect(readdirSync(parent)).toEqual([])
})
