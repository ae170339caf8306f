import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { remedyFor, whyBroken } from '../../core/base/broken-stream'
import { failed } from '../../core/base/failure'
import { type CommandLimits, usualLimits } from '../limits/command-limits'
import { HangingCommands } from '../limits/hanging-commands'
import type { Transport } from '../transport'
import { runLocally } from './local-command'
import { startHere, type StartCommand } from './started-command'

/** This machine: sockets are opened directly, and commands started from this process where no other one does that. */
export function openLocalTransport({
  start = startHere,
  limits = {},
}: {
  readonly start?: StartCommand | undefined
  /** Other limits of commands than the usual ones. */
  readonly limits?: Partial<CommandLimits>
} = {}): Transport {
  const all = { ...usualLimits, ...limits }
  const hanging = new HangingCommands(all)
  return {
    isHere: true,
    open: () => Promise.resolve(),
    openStream,
    run: (command, signal) =>
      hanging.watched(command, () => runLocally(command, signal, { start, limits: all })),
    close: () => Promise.resolve(),
  }
}

/** The longest path of a socket, in bytes (unix(7), sun_path); Node cuts a longer one off and opens what has the shorter name. */
const longestSocketPath = 107

function openStream(socketPath: string, signal: AbortSignal): Promise<Duplex> {
  const length = Buffer.byteLength(socketPath)
  if (length > longestSocketPath) return Promise.reject(tooLong(socketPath, length))
  return new Promise((resolve, reject) => {
    const socket = connect({ path: socketPath })
    const cancel = () => {
      reject(failed('cancelled', `Opening the engine's socket ${socketPath} was cancelled.`))
      socket.destroy()
    }
    const refuse = (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', cancel)
      reject(socketFailure(socketPath, error))
    }
    socket.once('error', refuse)
    socket.once('connect', () => {
      signal.removeEventListener('abort', cancel)
      socket.off('error', refuse)
      resolve(socket)
    })
    if (signal.aborted) cancel()
    else signal.addEventListener('abort', cancel, { once: true })
  })
}

function tooLong(socketPath: string, length: number) {
  return failed(
    'unsupported-address',
    `The path of the socket ${socketPath} has ${String(length)} bytes, and no socket can be opened by more than ${String(longestSocketPath)}.`,
    'Name the socket by a shorter path, such as a symbolic link to its directory.',
  )
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
        startEngine(socketPath),
      )
    case 'ECONNREFUSED':
      return failed(
        'engine-unreachable',
        `Nothing answers at the engine's socket ${socketPath}.`,
        startEngine(socketPath),
      )
    default:
      return failed(
        'engine-unreachable',
        `The engine's socket ${socketPath} could not be opened: ${whyBroken(error)}.`,
        remedyFor(error, 'Look whether the engine is running, then try it again.'),
      )
  }
}

/** What starts the engine that is to listen at a socket, as systemd has it. */
function startEngine(socketPath: string): string {
  const own = /^\/run\/user\//.test(socketPath) ? '--user ' : ''
  const unit = socketPath.endsWith('/podman.sock') ? 'podman.socket' : 'docker'
  return `Start the engine, for example with: systemctl ${own}start ${unit}`
}
