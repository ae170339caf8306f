import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { codeOf } from '../core/base/broken-stream'

/** A process of this machine, or of another one that wrote it down. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it began, as `startOf` tells it: a number is given to another process after its end. Absent where that was not known. */
  readonly start?: string | undefined
  /** Where its number counts, as `placeOfNumbers` tells it. Absent in what earlier versions wrote down. */
  readonly place?: string | undefined
}

/** `unknown`: it is of another machine or container, whose processes cannot be seen from here. */
export type ProcessState = 'running' | 'ended' | 'unknown'

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, start: startOf(process.pid), place: placeOfNumbers() }
}

/** The machine's name and id (machine-id(5)), and the namespace in which processes are counted (pid_namespaces(7)), with a line feed between. */
function placeOfNumbers(): string {
  return `${thisMachine()}\n${textOr('', () => readlinkSync('/proc/self/ns/pid'))}`
}

function thisMachine(): string {
  return `${hostname()} ${textOr('', () => readFileSync('/etc/machine-id', 'latin1').trim())}`
}

/** Whether something was written down by a process of this machine: of another one or of a container it was not, as far as can be told. */
export function isOfThisMachine({ place }: Pick<ProcessIdentity, 'place'>): boolean {
  return place === undefined || place.split('\n')[0] === thisMachine()
}

/**
 * When a process began: the boot of the machine, and the clock ticks from there on (proc_pid_stat(5), field 22; random(4), boot_id).
 * Nothing where there is no such process, or another user may not look at it (proc(5), hidepid).
 */
export function startOf(pid: number): string | undefined {
  const { start } = statOf(pid) ?? {}
  return start
}

/** What became of a process, whoever's it is. */
export function stateOf(one: ProcessIdentity): ProcessState {
  if (one.place === undefined || one.place === placeOfNumbers()) return isRunning(one) ? 'running' : 'ended'
  // A machine that was started anew since has none of its processes any more.
  const [boot = ''] = one.start?.split(':') ?? []
  const isOfEarlierBoot = isOfThisMachine(one) && boot !== '' && boot !== textOr(boot, thisBoot)
  return isOfEarlierBoot ? 'ended' : 'unknown'
}

/** Whether a process of this place still runs. Where nobody can tell it from a later one with its number, it does. */
export function isRunning({ pid, start }: Pick<ProcessIdentity, 'pid' | 'start'>): boolean {
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
    const boot = thisBoot()
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

function thisBoot(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
}

function textOr(otherwise: string, read: () => string): string {
  try {
    return read()
  } catch {
    return otherwise
  }
}
