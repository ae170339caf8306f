import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** How the kernel holds a renderer, as /proc tells it. */
export interface RendererSandbox {
  readonly seccomp: 'off' | 'strict' | 'filter'
  readonly ownUserNamespace: boolean
  readonly uid: 'root' | 'ordinary'
}

/** The sandbox of the renderer that descends from the app's main process. Linux only; throws when there is none. */
export function sandboxOfRenderer(mainPid: number): RendererSandbox {
  const pid = processOf(mainPid, '--type=renderer')
  if (pid === undefined) throw new Error('The app has no renderer')
  const seccomp = (['off', 'strict', 'filter'] as const)[Number(field(pid, 'Seccomp'))] ?? 'off'
  return {
    seccomp,
    ownUserNamespace: readlinkSync(`/proc/${pid}/ns/user`) !== readlinkSync(`/proc/${mainPid}/ns/user`),
    uid: field(pid, 'Uid').startsWith('0\t') ? 'root' : 'ordinary',
  }
}

/** A process that descends from the app's main process and was started with these words. */
export function processOf(mainPid: number, words: string): string | undefined {
  return readdirSync('/proc').find((name) => /^\d+$/.test(name) && isProcessOf(name, String(mainPid), words))
}

function isProcessOf(pid: string, mainPid: string, words: string): boolean {
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(words)) return false
    for (let above = pid; above !== '0'; above = field(above, 'PPid')) if (above === mainPid) return true
    return false
  } catch {
    // The process ended while it was being looked at.
    return false
  }
}

function field(pid: string, name: string): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? ''
}
