import { readFileSync } from 'node:fs'
import { codeOf } from '../core/broken-stream'

/** A process of this machine. */
interface ProcessIdentity {
  readonly pid: number
  /** When it began, as `startOf` tells it: a number is given to another process after its end. Absent where that was not known. */
  readonly start?: string | undefined
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid) }
}

/**
 * When a process began: the boot of the machine, and the clock ticks from there on (proc_pid_stat(5), field 22; random(4), boot_id).
 * Nothing where there is no such process, or another user may not look at it (proc(5), hidepid).
 */
export function startOf(pid: number): string | undefined {
  const { start } = statOf(pid) ?? {}
  return start
}

/** Whether a process still runs, whoever's it is. Where nobody can tell it from a later one with its number, it does. */
export function isRunning({ pid, start }: ProcessIdentity): boolean {
  if (!exists(pid)) return false
  const now = statOf(pid)
  if (now === undefined) return true
  return !now.hasEnded && (start === undefined || start === now.start)
}

function exists(pid: number): boolean {
  // kill(2): zero and negative numbers mean groups.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It runs, and is another user's.
    return codeOf(error) === 'EPERM'
  }
}

function statOf(pid: number): { readonly hasEnded: boolean; readonly start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    // The name before these fields may hold anything, blanks and parentheses too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state = '', ticks] = [fields[0], fields[22 - 3]]
    // Ended, and its parent has not asked how yet.
    const hasEnded = /^[ZXx]$/.test(state)
    return ticks === undefined ? undefined : { hasEnded, start: `${boot}:${ticks}` }
  } catch {
    return undefined
  }
}
