import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cgroupsOf, processesOf } from '../engines/docker/engine-folder'
import { alive, descendantsOf } from './rig/process-tree'

const engineToKill = fileURLToPath(new URL('rig/engine-to-kill.ts', import.meta.url))
/** How long the last of them may take to go on a machine that has other work. */
const patient = { timeout: 60_000 }

// One that ends its containers by itself, one that has containerd beside it, and one whose containers outlive it.
test.each([
  ['docker-26', 2],
  ['docker-26-containerd', 2],
  ['podman-5', 1],
] as const)(
  'nothing of %s and its host is left when its runner is killed',
  { timeout: 120_000 },
  async (kind, containers) => {
    const runner = spawn(process.execPath, ['--import', 'tsx', engineToKill, kind], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [folder] = (await once(createInterface({ input: runner.stdout }), 'line')) as [string]
    const started = await descendantsOf(runner.pid ?? 0)
    const commands = await Promise.all(
      // Some end by themselves meanwhile.
      started.map(({ pid }) => readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')),
    )
    expect(commands.filter((command) => command === 'tail\0-f\0/dev/null\0')).toHaveLength(containers)
    expect(commands.filter((command) => command.includes(folder)).length).toBeGreaterThan(2)

    runner.kill('SIGKILL')
    await once(runner, 'exit')

    await expect.poll(() => existsSync(folder), patient).toBe(false)
    // The keeper removes the folder and is the last to go.
    await expect.poll(() => processesOf(folder), patient).toEqual([])
    await expect.poll(() => alive(started), patient).toEqual([])
    expect(await cgroupsOf(folder)).toEqual([])
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(basename(folder))
  },
)
