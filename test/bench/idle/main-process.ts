import { readdir, readFile } from 'node:fs/promises'
import type { ElectronApplication } from 'playwright'

/** Watches over the event loop of the application's main process. */
export interface MainProcess {
  /** The longest that its event loop was held up since the last time this was asked, in milliseconds. */
  longestStall(): Promise<number>
  /** The most memory it ever held, Chromium's code included, in bytes (VmHWM, proc(5)). */
  peakMemory(): Promise<number>
  /** Whether a command of that name runs below it. */
  runs(command: string): Promise<boolean>
}

export async function mainProcess(app: ElectronApplication): Promise<MainProcess> {
  // The built application has no `require`; the process itself gives its modules.
  await app.evaluate(() => {
    const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks')
    const delay = monitorEventLoopDelay({ resolution: 1 })
    delay.enable()
    Reflect.set(globalThis, 'longestStall', () => {
      const longest = delay.max
      delay.reset()
      return longest / 1e6
    })
  })
  const pid = await app.evaluate(() => process.pid)
  return {
    longestStall: () => app.evaluate(() => Reflect.get(globalThis, 'longestStall')() as number),
    async peakMemory() {
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
    },
    runs: (command) => runsBelow(pid, command),
  }
}

/** By the kernel's lists of children; a process that ends meanwhile has none. */
async function runsBelow(pid: number, command: string): Promise<boolean> {
  const threads = `/proc/${pid}/task`
  for (const child of await childrenOf(threads)) {
    const name = await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '')
    if (name.trim() === command || (await runsBelow(child, command))) return true
  }
  return false
}

async function childrenOf(threads: string): Promise<number[]> {
  const ids = await readdir(threads).catch(() => [])
  const lists = await Promise.all(
    ids.map((id) => readFile(`${threads}/${id}/children`, 'utf8').catch(() => '')),
  )
  return lists.flatMap((list) =>
    list
      .split(' ')
      .filter((id) => id.trim() !== '')
      .map(Number),
  )
}
