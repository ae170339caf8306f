import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, readdir, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cgroupsOf, processesOf } from '../engines/engine-folder'

const engineToKill = fileURLToPath(new URL('engine-to-kill.ts', import.meta.url))

/** The first process of the host's namespaces: what its folder's other processes are in, and not this machine's. */
async function hostNamespace(folder: string): Promise<string> {
  const own = await readlink('/proc/self/ns/mnt')
  const links = await Promise.all(
    (await processesOf(folder)).map((id) => readlink(`/proc/${id}/ns/mnt`).catch(() => own)),
  )
  return links.find((link) => link !== own) ?? 'none'
}

/** A container has a mount namespace of its own; its processes are in the host's network and process namespaces or below. */
async function processesIn(namespace: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const links = await Promise.all(
    ids.map(async (id) => [id, await readlink(`/proc/${id}/ns/mnt`).catch(() => '')] as const),
  )
  return links.filter(([, link]) => link === namespace).map(([id]) => id)
}

// One that ends its containers by itself, one that has containerd beside it, and one whose containers outlive it.
test.each(['docker-26', 'docker-26-containerd', 'podman-5'])(
  'nothing of %s and its host is left when its runner is killed',
  async (kind) => {
    const runner = spawn(process.execPath, ['--import', 'tsx', engineToKill, kind], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [folder] = (await once(createInterface({ input: runner.stdout }), 'line')) as [string]
    const namespace = await hostNamespace(folder)
    expect((await processesIn(namespace)).length).toBeGreaterThan(1)
    expect((await processesOf(folder)).length).toBeGreaterThan(2)

    runner.kill('SIGKILL')
    await once(runner, 'exit')

    await expect.poll(() => existsSync(folder), { timeout: 20_000 }).toBe(false)
    // The keeper removes the folder and is the last to go.
    await expect.poll(() => processesOf(folder)).toEqual([])
    expect(await processesIn(namespace)).toEqual([])
    expect(await cgroupsOf(folder)).toEqual([])
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(basename(folder))
  },
)
