import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { whyBroken } from '../core/base/broken-stream'

/**
 * Starts a process on this machine. Node tells of one that cannot be started in three ways: by an event, by throwing (for want of memory),
 * and by a process without streams (for want of free files). Here `failed` is told in each case, and nothing is given where there are no
 * streams. A stream that breaks is no failure of its own: the end of the process tells.
 */
export function startProcess(
  program: string,
  args: readonly string[],
  options: SpawnOptions,
  failed: (why: string) => void,
): ChildProcess | undefined {
  const fail = (error: unknown) => {
    failed(`${program}: ${whyBroken(error)}`)
  }
  try {
    const child = spawn(program, args, options)
    child.on('error', fail)
    if ((child.stdio as unknown) === undefined) return undefined
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on('error', () => undefined)
    return child
  } catch (error) {
    fail(error)
    return undefined
  }
}
