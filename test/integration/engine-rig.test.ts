import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readlink, readdir, readFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cgroupsOf, processesOf } from '../engines/engine-folder'
import { startContainer } from '../engines/containers'
import { importImage } from '../engines/images'
import { startPrivateDocker } from '../engines/private-docker'

const rigWithContainer = fileURLToPath(new URL('rig-with-container.ts', import.meta.url))

interface Started {
  readonly folder: string
  /** Identities of the engine's process, network and mount namespaces. */
  readonly namespaces: readonly string[]
}

async function namespacesOfEngine(folder: string): Promise<string[]> {
  const dockerd = (await processesOf(folder)).at(-1)
  return Promise.all(['pid', 'net', 'mnt'].map((kind) => readlink(`/proc/${dockerd}/ns/${kind}`)))
}

async function processesIn(namespaces: readonly string[]): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    ids.map(async (id) => {
      const links = ['pid', 'net', 'mnt'].map((kind) => readlink(`/proc/${id}/ns/${kind}`).catch(() => ''))
      return (await Promise.all(links)).some((link) => namespaces.includes(link)) ? id : ''
    }),
  )
  return found.filter((id) => id !== '')
}

async function expectNothingLeft({ folder, namespaces }: Started): Promise<void> {
  await expect.poll(() => existsSync(folder), { timeout: 15_000 }).toBe(false)
  expect(await processesOf(folder)).toEqual([])
  expect(await processesIn(namespaces)).toEqual([])
  expect(await cgroupsOf(folder)).toEqual([])
  expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(basename(folder))
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

  runner.kill('SIGKILL')
  await once(runner, 'exit')

  await expectNothingLeft(started)
})

test('the folder of an engine whose keeper was killed is swept at the next start', async () => {
  const first = await startPrivateDocker()
  const namespaces = await namespacesOfEngine(first.folder)
  const keeper = (await processesOf(first.folder))[0]
  process.kill(Number(keeper), 'SIGKILL')
  await expect.poll(() => processesIn(namespaces), { timeout: 10_000 }).toEqual([])
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
    await engine.kill('KILL')
    await sleep(200)
    await engine.start()
    const { stdout } = await engine.docker(['ps', '--no-trunc', '--format', '{{.ID}}'])
    expect(stdout.trim()).toBe(id)
  } finally {
    await engine.stop()
  }
})
