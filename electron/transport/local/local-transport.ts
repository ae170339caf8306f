import { setMaxListeners } from 'node:events'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { isAborted } from '../../core/aborted'
import { whyBroken } from '../../core/broken-stream'
import { failed } from '../../core/failure'
import { isAccepted, withoutNoise } from '../accepted-end'
import { brokenCommand, cancelledCommand, commandFailure, endFailure } from '../command-failure'
import type { HostCommand, Transport } from '../transport'
import { RootFrame } from './root-frame'
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
        'Look whether the engine is running, then try it again.',
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
  if (signal.aborted) throw cancelledCommand(command)
  // Any number of commands may be given the same signal.
  setMaxListeners(0, signal)
  const frame = command.elevated === true ? new RootFrame(command) : undefined
  const started = start(frame?.command ?? command)
  const stop = () => {
    started.stop()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    try {
      for await (const part of await started.output) {
        if (frame === undefined) yield part as Buffer
        else yield* frame.read(part as Buffer, started)
      }
    } catch (error) {
      if (!isAborted(signal)) throw brokenCommand(command, error, 'its output could not be read to its end')
    }
    const end = await started.end
    if (isAborted(signal)) throw cancelledCommand(command)
    if (end.lost !== undefined)
      throw commandFailure(command, `how the command ended is not known, for ${end.lost}`)
    if (end.error !== undefined) {
      if (start === startHere) throw commandFailure(command, `the command could not be started: ${end.error}`)
      // Whatever keeps another process from starting it may not keep this one.
      yield* run(command, signal, startHere)
      return
    }
    const { status, complaints } = frame?.endOf(end) ?? end
    if (isAccepted(command, status, complaints)) return
    const own = withoutNoise(complaints, await noiseHere(command.elevated === true))
    if (!isAccepted(command, status, own)) throw endFailure(command, status, own)
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

const noise = new Map<boolean, Promise<string>>()

/** What stands on standard error of every command here, such as complaints of the dynamic linker or of sudo; found out once. */
function noiseHere(elevated: boolean): Promise<string> {
  const known =
    noise.get(elevated) ??
    startHere({ name: 'a command that does nothing', script: ':', elevated }).end.then(complaintsOfGood)
  noise.set(elevated, known)
  return known
}

function complaintsOfGood({ status, complaints }: CommandEnd): string {
  return status === 0 ? complaints : ''
}
