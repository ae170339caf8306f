import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, open, readlink, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { cgroupsOf, processesOf } from '../engines/docker/engine-folder'
import { startContainer } from '../engines/docker/containers'
import { importImage } from '../engines/images/images'
import { startPrivateDocker } from '../engines/docker/private-docker'
import { runCommand } from '../engines/run-command'
import { eventually } from '../engines/wait'

const keeperScript = fileURLToPath(new URL('../engines/docker/keeper.sh', import.meta.url))
const rigWithContainer = fileURLToPath(new URL('rig-with-container.ts', import.meta.url))

interface Started {
  readonly folder: string
  /** Identities of the engine's process and network namespaces. */
  readonly namespaces: readonly string[]
}

const kinds = ['pid', 'net'] as const

/** They are kept open meanwhile: as soon as one is gone, the kernel gives its number to the next one, which may be anybody's. */
async function namespacesOfEngine(folder: string): Promise<string[]> {
  const dockerd = await processOf(folder, 'dockerd')
  return Promise.all(
    kinds.map(async (kind) => {
      const path = `/proc/${dockerd}/ns/${kind}`
      const kept = await open(path)
      onTestFinished(() => kept.close())
      return await readlink(path)
    }),
  )
}

/** The process of an engine whose command line begins so. */
async function processOf(folder: string, ...command: readonly string[]): Promise<number> {
  for (const id of await processesOf(folder)) {
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')
    if (line.startsWith(`${command.join('\0')}\0`)) return id
  }
  throw new Error(`${folder} has no process ${command.join(' ')}`)
}

async function processesIn(namespaces: readonly string[]): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    ids.map(async (id) => {
      const links = kinds.map((kind) => readlink(`/proc/${id}/ns/${kind}`).catch(() => ''))
      return (await Promise.all(links)).some((link) => namespaces.includes(link)) ? id : ''
    }),
  )
  return found.filter((id) => id !== '')
}

async function expectNothingLeft({ folder, namespaces }: Started): Promise<void> {
  // The keeper goes last, after the folder.
  await eventually(async () => (await processesOf(folder)).length === 0, { what: 'the keeper to end' })
  expect(existsSync(folder)).toBe(false)
  expect(await processesIn(namespaces)).toEqual([])
  expect(await cgroupsOf(folder)).toEqual([])
  expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(basename(folder))
}

/** What a test leaves that is killed while a file has a flag of the file system. */
async function makeImmutable(folder: string): Promise<void> {
  const file = join(folder, 'immutable')
  await writeFile(file, '')
  await runCommand('chattr', ['+i', file])
}

test('an engine and its containers vanish when its runner is killed', async () => {
  const runner = spawn(process.execPath, ['--import', 'tsx', rigWithContainer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [folder] = (await once(createInterface({ input: runner.stdout }), 'line')) as [string]
  const started = { folder, namespaces: await namespacesOfEngine(folder) }
  expect(started.namespaces).not.toContain(await readlink('/proc/self/ns/net'))
  // The container's own process, dockerd, containerd, its shim, process 1 and what stands around it.
  expect((await processesIn(started.namespaces)).length).toBeGreaterThan(4)
  expect(await cgroupsOf(folder)).not.toEqual([])
  await makeImmutable(folder)

  runner.kill('SIGKILL')
  await once(runner, 'exit')

  await expectNothingLeft(started)
})

test('the folder of an engine whose keeper was killed is swept at the next start', async () => {
  // Where no other test starts an engine, which would sweep it as well.
  // The path of containerd's longest socket has hardly room.
  const parent = await mkdtemp(join(tmpdir(), 'r-'))
  vi.stubEnv('TMPDIR', parent)
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await rm(parent, { recursive: true })
  })
  const first = await startPrivateDocker()
  const namespaces = await namespacesOfEngine(first.folder)
  await makeImmutable(first.folder)
  process.kill(await processOf(first.folder, 'sh', keeperScript), 'SIGKILL')
  await eventually(async () => (await processesIn(namespaces)).length === 0, { what: 'the engine to end' })
  expect(existsSync(first.folder)).toBe(true)

  const second = await startPrivateDocker()
  expect(existsSync(first.folder)).toBe(false)
  expect(dirname(second.folder)).toBe(dirname(first.folder))
  await second.stop()
  await expectNothingLeft({ folder: second.folder, namespaces })
})

test('containers live on while dockerd is killed and started again with live-restore', async () => {
  const engine = await startPrivateDocker({ liveRestore: true })
  try {
    await importImage(engine.docker, 'base:1')
    const id = await startContainer(engine.docker, { name: 'survivor', image: 'base:1' })
    const state = async () => {
      const format = '{{.State.Status}} {{.State.Pid}} {{.State.StartedAt}}'
      return (await engine.docker(['inspect', '--format', format, 'survivor'])).stdout
    }
    const before = await state()
    await engine.kill('KILL')
    await engine.start()
    const { stdout } = await engine.docker(['ps', '--no-trunc', '--format', '{{.ID}}'])
    expect(stdout.trim()).toBe(id)
    expect(await state()).toBe(before)
    expect(before).toMatch(/^running /)
  } finally {
    await engine.stop()
  }
})
