import { readdir, readFile } from 'node:fs/promises'

/** A process of this machine, told from a later one of the same number by when it began (proc_pid_stat(5), starttime). */
export interface StartedProcess {
  readonly pid: number
  readonly startTime: string
}

interface ProcessStat extends StartedProcess {
  readonly parent: number
  readonly hasEnded: boolean
}

/** All that descends from a process, whatever namespaces it is in: what lost its parent belongs to the first process of its namespace. */
export async function descendantsOf(pid: number): Promise<StartedProcess[]> {
  const all = await processes()
  const found = new Set([pid])
  // A child may have a smaller number than its parent.
  for (let before = 0; before < found.size;) {
    before = found.size
    for (const one of all) if (found.has(one.parent)) found.add(one.pid)
  }
  return all.filter((one) => one.pid !== pid && found.has(one.pid))
}

/** Those that have not ended; one that has and whose status nobody has asked for yet is gone. */
export async function alive(some: readonly StartedProcess[]): Promise<StartedProcess[]> {
  const now = new Map((await processes()).map((one) => [one.pid, one]))
  return some.filter(({ pid, startTime }) => {
    const one = now.get(pid)
    return one?.startTime === startTime && !one.hasEnded
  })
}

async function processes(): Promise<ProcessStat[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const stats = await Promise.all(pids.map(statOf))
  return stats.filter((one) => one !== undefined)
}

async function statOf(pid: number): Promise<ProcessStat | undefined> {
  const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8').catch(() => undefined)
  // The name before may hold spaces and brackets.
  const [state, parent, ...rest] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? []
  if (state === undefined) return undefined
  return { pid, parent: Number(parent), startTime: rest[17] ?? '', hasEnded: state === 'Z' || state === 'X' }
}
