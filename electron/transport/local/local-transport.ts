import { setMaxListeners } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { isAborted } from '../../core/aborted'
import { brokenStream, whyBroken } from '../../core/broken-stream'
import { failed } from '../../core/failure'
import { isAccepted, withoutNoise } from '../accepted-end'
import type { HostCommand, Transport } from '../transport'
import { type CommandEnd, startHere, type StartCommand } from './started-command'

/** This machine: sockets are opened directly, and commands started from this process where no other one does that. */
export function openLocalTransport(start = startHere): Transport {
  return {
    isHere: true,
    open: () => Promise.resolve(),
    openStream,
    run: (command, signal) => run(command, signal, start),
    close: () => Promise.resolve(),
  }
}

/** The longest path of a socket, in bytes (unix(7), sun_path); Node cuts a longer one off and opens what has the shorter name. */
const longestSocketPath = 107

function openStream(socketPath: string): Promise<Duplex> {
  const length = Buffer.byteLength(socketPath)
  if (length > longestSocketPath) return Promise.reject(tooLong(socketPath, length))
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
      )
  }
}

/** What starts the engine that is to listen at a socket, as systemd has it. */
function startEngine(socketPath: string): string {
  const own = /^\/run\/user\//.test(socketPath) ? '--user ' : ''
  const unit = socketPath.endsWith('/podman.sock') ? 'podman.socket' : 'docker'
  return `Start the engine, for example with: systemctl ${own}start ${unit}`
}

async function* run(command: HostCommand, signal: AbortSignal, start: StartCommand): AsyncGenerator<Buffer> {
  if (signal.aborted) throw failed('cancelled', 'The command was cancelled before it began.')
  // Any number of commands may be given the same signal.
  setMaxListeners(0, signal)
  const started = start(command)
  const stop = () => {
    started.stop()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    try {
      for await (const part of await started.output) yield part as Buffer
    } catch (error) {
      if (!isAborted(signal))
        throw brokenStream(error, 'command-failed', 'The output of a command could not be read to its end')
    }
    const { status, complaints, error, lost } = await started.end
    if (isAborted(signal)) throw failed('cancelled', 'The command was cancelled.')
    if (lost !== undefined) throw failed('command-failed', `How a command ended is not known: ${lost}.`)
    if (error !== undefined) {
      if (start === startHere) throw failed('command-failed', `A command could not be started: ${error}.`)
      // Whatever keeps another process from starting it may not keep this one.
      yield* run(command, signal, startHere)
      return
    }
    if (isAccepted(command, status, complaints)) return
    const own = withoutNoise(complaints, await noiseHere(command.elevated === true))
    if (isAccepted(command, status, own)) return
    const how = status === undefined ? 'was killed' : `ended with status ${String(status)}`
    throw failed('command-failed', `A command on the host ${how}. ${own.trim()}`.trim())
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

const noise = new Map<boolean, Promise<string>>()

/** What stands on standard error of every command here, such as complaints of the dynamic linker or of sudo; found out once. */
function noiseHere(elevated: boolean): Promise<string> {
  const known = noise.get(elevated) ?? startHere({ script: ':', elevated }).end.then(complaintsOfGood)
  noise.set(elevated, known)
  return known
}

function complaintsOfGood({ status, complaints }: CommandEnd): string {
  return status === 0 ? complaints : ''
}
