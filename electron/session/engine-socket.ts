import { failed, isFailure, type FailureError } from '../core/failure'
import type { Engine } from '../engine/engine'
import { openEngine } from '../engine/open-engine'
import { outputOf, type Transport } from '../transport/transport'
import type { EngineOpener } from './host-session'

/** The Docker CLI's default, docs.docker.com "DOCKER_HOST". */
export const usualSocket = '/var/run/docker.sock'

/**
 * Names the engine sockets that this user may write to, NUL-terminated: Docker's rootless mode
 * (docs.docker.com/engine/security/rootless), Docker Desktop, and Podman's system and user services (podman-system-service(1)).
 */
const findScript = `
runtime="\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"
for socket in /var/run/docker.sock "$runtime/docker.sock" "/run/user/$(id -u)/docker.sock" "$HOME/.docker/run/docker.sock" \\
  "$HOME/.docker/desktop/docker.sock" /run/podman/podman.sock "$runtime/podman/podman.sock" "/run/user/$(id -u)/podman/podman.sock"
do
  [ -S "$socket" ] && [ -w "$socket" ] && printf '%s\\000' "$socket"
done
:
`

/** Where is looked, in words. */
const looked = `${usualSocket}, docker.sock and podman/podman.sock in $XDG_RUNTIME_DIR (or /run/user/UID), ~/.docker/run/docker.sock, ~/.docker/desktop/docker.sock, /run/podman/podman.sock`

/** Opens an engine at a socket; as `openEngine` does. */
type OpenAt = (transport: Transport, socketPath: string, signal: AbortSignal) => Promise<Engine>

/**
 * Opens the engine at the socket that is named, or finds one: the usual socket without any look-up, then the others in
 * the order of `findScript`. The one that answered is tried first the next time.
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
  const sockets = await socketsOf(transport, signal)
  for (const path of sockets) {
    if (path === tried) continue
    try {
      return { engine: await openAt(transport, path, signal), path }
    } catch (error) {
      if (!isAbsence(error)) throw error
    }
  }
  // A socket that is there and may be used, and still does not answer, has its own reason, and so has one that is forbidden.
  if (sockets.length > 0 || isFailure(refusal, 'permission-denied')) throw refusal
  throw failed(
    'engine-unreachable',
    `No engine's socket was found on the host. Looked at ${looked}.`,
    'Start the engine there, or name its socket in the address: ssh://user@host/path/to/docker.sock',
  )
}

/** Nothing where the host runs no commands for this user. */
async function socketsOf(transport: Transport, signal: AbortSignal): Promise<string[]> {
  try {
    const output = await outputOf(transport, { script: findScript }, signal, 64 * 1024)
    const paths = output.toString('utf8').split('\0').slice(0, -1)
    return [...new Set(paths)]
  } catch (error) {
    if (isFailure(error, 'command-failed')) return []
    throw error
  }
}
