import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { Readable } from 'node:stream'
import { keptComplaints } from '../accepted-end'
import { commandEnvironment, inCommandEnvironment } from '../command-environment'
import { startProcess } from '../start-process'
import type { HostCommand } from '../transport'

/** How a command came to its end. */
export interface CommandEnd {
  /** Absent where it was killed or never began. */
  readonly status?: number
  /** The end of what it said on standard error. */
  readonly complaints: string
  /** Why it could not be begun. */
  readonly error?: string
  /** Why nobody knows whether it was begun, nor how it ended. */
  readonly lost?: string
}

/** A command that was begun on this machine. */
export interface StartedCommand {
  readonly output: Promise<Readable>
  /** Settles after the command and everything it started let go of its output. */
  readonly end: Promise<CommandEnd>
  /** Closes its standard input, which stands open behind its input where it runs as root. */
  endInput(): void
  /** Ends it with everything it started. */
  stop(): void
}

export type StartCommand = (command: HostCommand) => StartedCommand

/** As `stdio` of a child: its standard input and output; standard error is always read here. */
type Ends = readonly [input: Readable | 'pipe' | 'ignore', output: unknown]

/** What comes of starting a process. The streams are absent where they are no pipes, and where nothing was started. */
interface Spawned {
  readonly stdin: ChildProcess['stdin'] | undefined
  readonly stdout: ChildProcess['stdout'] | undefined
  readonly end: Promise<CommandEnd>
  stop(): void
}

/** A process for a command, in a group of its own, so that everything the script started ends with it. */
export function spawnCommand(
  command: Pick<HostCommand, 'script' | 'elevated'>,
  [input, output]: Ends,
): Spawned {
  const { program, args, env } = command.elevated === true ? asRoot(command.script) : asUser(command.script)
  const options: SpawnOptions = { detached: true, stdio: [input, output as 'pipe', 'pipe'], env }
  let child: ChildProcess | undefined
  const end = new Promise<CommandEnd>((resolve) => {
    let complaints = ''
    child = startProcess(program, args, options, (why) => {
      resolve({ complaints, error: why })
    })
    child?.stderr?.on('data', (part: Buffer) => {
      complaints = (complaints + part.toString('utf8')).slice(-keptComplaints)
    })
    child?.once('close', (status) => {
      resolve(status === null ? { complaints } : { complaints, status })
    })
  })
  const stop = () => {
    // The number of one that has ended may be another's by now.
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) endGroup(child.pid)
  }
  return { stdin: child?.stdin, stdout: child?.stdout, end, stop }
}

const asUser = (script: string) => ({
  program: '/bin/sh',
  args: ['-c', script],
  env: commandEnvironment(process.env),
})

/** sudo may need the user's own environment to allow it without a password (pam_ssh_agent_auth(8)), and sets variables itself (pam_env(8)). */
const asRoot = (script: string) => ({
  program: 'sudo',
  args: ['-n', '/bin/sh', '-c', inCommandEnvironment, script],
  env: { ...process.env, LC_ALL: 'C' },
})

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is gone already, or belongs to sudo's root: closing its input ends it then.
  }
}

/** Starts commands from this process itself. */
export const startHere: StartCommand = (command) => {
  const { stdin, stdout, end, stop } = spawnCommand(command, ['pipe', 'pipe'])
  // A command that ends without reading all of its input breaks the pipe; its status tells the story.
  stdin?.write(command.input ?? Buffer.alloc(0))
  const endInput = () => void stdin?.end()
  if (command.elevated !== true) endInput()
  const output = stdout ?? Readable.from([])
  return {
    output: Promise.resolve(output),
    end,
    endInput,
    stop() {
      stop()
      stdin?.destroy()
      output.destroy()
    },
  }
}
