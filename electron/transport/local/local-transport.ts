import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { failed } from '../../core/failure'
import type { HostCommand, Transport } from '../transport'

/** Bytes of a command's complaints that are kept for the failure's message. */
const keptComplaints = 2000

/** This machine: sockets are opened and commands run directly. */
export function openLocalTransport(): Transport {
  return { open: () => Promise.resolve(), openStream, run, close: () => Promise.resolve() }
}

function openStream(socketPath: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path: socketPath })
    const refuse = (error: NodeJS.ErrnoException) => {
      reject(socketFailure(socketPath, error))
    }
    socket.once('error', refuse)
    socket.once('connect', () => {
      socket.off('error', refuse)
      resolve(socket)
    })
  })
}

function socketFailure(socketPath: string, error: NodeJS.ErrnoException) {
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return failed(
        'permission-denied',
        `This user may not open the engine's socket ${socketPath}.`,
        'Add the user to the group that owns the socket (usually docker) and log in again, or start Lamina as a user who may.',
      )
    case 'ENOENT':
      return failed(
        'engine-unreachable',
        `There is no engine's socket at ${socketPath}.`,
        'Install and start Docker, or set DOCKER_HOST to the socket of a running engine.',
      )
    case 'ECONNREFUSED':
      return failed(
        'engine-unreachable',
        `Nothing answers at the engine's socket ${socketPath}.`,
        'Start the engine, for example with: systemctl start docker',
      )
    default:
      return failed(
        'engine-unreachable',
        `The engine's socket ${socketPath} could not be opened: ${error.message}`,
      )
  }
}

async function* run(command: HostCommand, signal: AbortSignal): AsyncGenerator<Buffer> {
  if (signal.aborted) throw failed('cancelled', 'The command was cancelled before it began.')
  const shell = ['/bin/sh', '-c', command.script]
  const [program, ...args] = command.elevated === true ? ['sudo', '-n', ...shell] : shell
  // A process group of its own, so that everything the script started ends with it.
  const child = spawn(program ?? '/bin/sh', args, {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  })
  const ended = new Promise<{ status: number | null; error?: Error }>((resolve) => {
    child.once('error', (error) => {
      resolve({ status: null, error })
    })
    child.once('close', (status) => {
      resolve({ status })
    })
  })
  let complaints = ''
  child.stderr.on('data', (part: Buffer) => {
    complaints = (complaints + part.toString('utf8')).slice(-keptComplaints)
  })
  // A command that ends without reading all of its input breaks the pipe; its status tells the story.
  child.stdin.on('error', () => undefined)
  child.stdin.end(command.input ?? Buffer.alloc(0))
  const stop = () => {
    if (child.pid !== undefined && child.exitCode === null) endGroup(child.pid)
    child.stdout.destroy()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    try {
      for await (const part of child.stdout) yield part as Buffer
    } catch (error) {
      if (!signal.aborted) throw error
    }
    const { status, error } = await ended
    if (signal.aborted) throw failed('cancelled', 'The command was cancelled.')
    if (error !== undefined)
      throw failed('command-failed', `A command could not be started: ${error.message}`)
    if (status !== 0 && !(command.accepts ?? []).includes(status ?? -1)) {
      const how = status === null ? 'was killed' : `ended with status ${String(status)}`
      throw failed('command-failed', `A command on the host ${how}. ${complaints.trim()}`.trim())
    }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is gone already, or belongs to sudo's root: closing its output ends it then.
  }
}
