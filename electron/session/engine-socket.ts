import { failed, isFailure, type FailureError } from '../core/failure'
import type { Engine } from '../engine/engine'
import { openEngine } from '../engine/open-engine'
import type { Transport } from '../transport/transport'
import type { EngineOpener } from './host-session'
import { hostSockets, lookedAt, usualSocket, type HostSocket } from './host-sockets'

/** Opens an engine at a socket; as `openEngine` does. */
type OpenAt = (transport: Transport, socketPath: string, signal: AbortSignal) => Promise<Engine>

/**
 * Opens the engine at the socket that is named, or finds one: the usual socket without any look-up, then the others in
 * the order in which they are found. The one that answered is tried first the next time.
 * @throws FailureError `engine-unreachable` that says where was looked, or what the usual socket's own failure is
 */
export function engineAt(socketPath: string | undefined, openAt: OpenAt = openEngine): EngineOpener {
  if (socketPath !== undefined) return (transport, signal) => openAt(transport, socketPath, signal)
  let first = usualSocket
  return async (transport, signal) => {
    try {
      return await openAt(transport, first, signal)
    } catch (error) {
      if (!isAbsence(error)) throw error
      const { engine, path } = await openAnother(transport, first, error, openAt, signal)
      first = path
      return engine
    }
  }
}

/** Whether another socket may serve: nothing is there, or it is not for this user. */
function isAbsence(error: unknown): error is FailureError {
  return isFailure(error, 'engine-unreachable') || isFailure(error, 'permission-denied')
}

async function openAnother(
  transport: Transport,
  tried: string,
  refusal: FailureError,
  openAt: OpenAt,
  signal: AbortSignal,
): Promise<{ engine: Engine; path: string }> {
  const sockets = await hostSockets(transport, signal)
  const usable = sockets.filter(({ forbidden }) => forbidden === undefined)
  for (const { path, realPath } of usable) {
    if (path === tried || realPath === tried) continue
    try {
      return { engine: await openAt(transport, path, signal), path }
    } catch (error) {
      if (!isAbsence(error)) throw error
    }
  }
  // A socket that is there and may be used, and still does not answer, has its own reason, and so has one that is forbidden.
  if (usable.length > 0 || isFailure(refusal, 'permission-denied')) throw refusal
  const [forbidden] = sockets
  if (forbidden !== undefined) throw forbiddenSocket(forbidden)
  throw failed(
    'engine-unreachable',
    `No engine's socket was found on the host. Looked at ${lookedAt}.`,
    'Start the engine there, or name its socket in the address: ssh://user@host/path/to/docker.sock',
  )
}

/** Why this user may not use a socket, and what to do. */
export function forbiddenSocket({ path, forbidden = 'another' }: HostSocket): FailureError {
  const group = forbidden.split(':')[1]
  return failed(
    'permission-denied',
    `This user may not use the engine's socket ${path}, which belongs to ${forbidden}.`,
    group === undefined || group === 'root'
      ? 'Connect as the user who owns it, or as root.'
      : `Connect as the user who owns it, or add this user to the group ${group} and log in again.`,
  )
}
