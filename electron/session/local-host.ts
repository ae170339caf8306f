import { userInfo } from 'node:os'
import { normalize } from 'node:path/posix'
import { failed, type FailureError } from '../core/failure'
import { openLocalTransport } from '../transport/local/local-transport'
import { watchPaths } from '../transport/local/path-watch'
import type { StartCommand } from '../transport/local/started-command'
import { engineAt } from './engine-socket'
import { HostSession, type EngineOpener } from './host-session'
import { localPlaces } from './host-sockets'
import { homeOf } from './ssh-environment'

export type { StartCommand } from '../transport/local/started-command'

/** The id under which this machine is a host. */
export const localHostId = 'local'

/** This machine with the engine that `DOCKER_HOST` names, or the one that is found. */
export function localHost(env: NodeJS.ProcessEnv, start?: StartCommand): HostSession {
  const { socketPath, refusal } = namedBy(env['DOCKER_HOST'])
  // An address that cannot be used is a failure of whoever asks for the engine, not of the start.
  const open: EngineOpener =
    refusal === undefined ? engineAt(socketPath, { by: 'DOCKER_HOST' }) : () => Promise.reject(refusal)
  const places = socketPath === undefined ? localPlaces(env, userInfo().uid, homeOf(env)) : [socketPath]
  return new HostSession(localHostId, openLocalTransport(start), open, {
    watchSocket: () => watchPaths(places),
  })
}

/** Another engine of this machine, by its socket. */
export function localEngine(hostId: string, socketPath: string, start?: StartCommand): HostSession {
  return new HostSession(hostId, openLocalTransport(start), engineAt(socketPath), {
    watchSocket: () => watchPaths([socketPath]),
  })
}

/** An address of another host names no socket of this machine; it is offered as a host of its own. */
function namedBy(dockerHost = ''): { readonly socketPath?: string; readonly refusal?: FailureError } {
  // Docker's own reading (github.com/docker/cli, opts/hosts.go): an empty path is that of the usual socket.
  if (dockerHost === '' || dockerHost === 'unix://' || dockerHost.startsWith('ssh://')) return {}
  // `unix:///$XDG_RUNTIME_DIR/docker.sock` is often written, which has a slash too many.
  if (/^unix:\/\/\/\P{Cc}+$/u.test(dockerHost))
    return { socketPath: normalize(dockerHost.slice('unix://'.length)) }
  const refusal = failed(
    'unsupported-address',
    `DOCKER_HOST is ${dockerHost}; Lamina takes unix:// addresses with a whole path for this machine, and ssh:// ones for others.`,
    'Unset DOCKER_HOST, or set it to unix:///path/to/docker.sock, and start Lamina again: it reads DOCKER_HOST when it starts.',
  )
  return { refusal }
}
