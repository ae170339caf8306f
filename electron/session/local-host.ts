import { userInfo } from 'node:os'
import { normalize } from 'node:path/posix'
import { failed } from '../core/failure'
import { openLocalTransport } from '../transport/local/local-transport'
import { watchPaths } from '../transport/local/path-watch'
import type { StartCommand } from '../transport/local/started-command'
import { engineAt, type SocketNamer } from './engine-socket'
import { HostSession, type EngineOpener } from './host-session'
import { localPlaces } from './host-sockets'
import { homeOf } from './ssh-environment'

export type { StartCommand } from '../transport/local/started-command'

/** The id under which this machine is a host. */
export const localHostId = 'local'

/** A context of Docker's CLI. */
interface DockerContext {
  readonly name: string
  readonly host: string
  /** It has certificates. */
  readonly tls: boolean
}

/**
 * This machine with the engine that Docker's CLI would ask: the one that `DOCKER_HOST` names, else that of the current Docker context, else
 * the one that is found. It stays the same as long as it is open.
 */
export function localHost(
  env: NodeJS.ProcessEnv,
  start?: StartCommand,
  currentContext: () => Promise<DockerContext | undefined> = () => Promise.resolve(undefined),
): HostSession {
  let open: EngineOpener | undefined
  let places = localPlaces(env, userInfo().uid, homeOf(env))
  // An address that cannot be used is a failure of whoever asks for the engine, not of the start.
  const openNamed: EngineOpener = async (transport, signal) => {
    if (open === undefined) {
      const named = await namedSocket(env, currentContext)
      open = engineAt(named?.socketPath, named)
      if (named !== undefined) places = [named.socketPath]
    }
    return await open(transport, signal)
  }
  return new HostSession(localHostId, openLocalTransport(start), openNamed, {
    watchSocket: () => watchPaths(places),
  })
}

/** Another engine of this machine, by its socket. */
export function localEngine(hostId: string, socketPath: string, start?: StartCommand): HostSession {
  return new HostSession(hostId, openLocalTransport(start), engineAt(socketPath), {
    watchSocket: () => watchPaths([socketPath]),
  })
}

/** A socket of this machine, and what names it. */
interface NamedSocket {
  readonly socketPath: string
  readonly by: SocketNamer
}

/**
 * The socket that is named for this machine; nothing where none is. `DOCKER_HOST` overrides the context, as for the CLI.
 * @throws FailureError `unsupported-address`
 */
export async function namedSocket(
  env: NodeJS.ProcessEnv,
  currentContext: () => Promise<DockerContext | undefined>,
): Promise<NamedSocket | undefined> {
  const dockerHost = env['DOCKER_HOST'] ?? ''
  // docs.docker.com, "Environment variables" of the CLI.
  const tls = (env['DOCKER_TLS_VERIFY'] ?? '') !== ''
  if (dockerHost !== '')
    return socketIn(
      dockerHost,
      { by: 'DOCKER_HOST', words: `DOCKER_HOST is ${dockerHost}`, tls },
      'Unset DOCKER_HOST, or set it to unix:///path/to/docker.sock, and start Lamina again: it reads DOCKER_HOST when it starts.',
    )
  const context = await currentContext()
  if (context === undefined) return undefined
  const { name, host, tls: hasTls } = context
  return socketIn(
    host,
    { by: 'context', words: `The current Docker context "${name}" is ${host}`, tls: hasTls },
    'Choose another context ("docker context use default"), or set DOCKER_HOST to unix:///path/to/docker.sock, and start Lamina again.',
  )
}

/** An address of another host names no socket of this machine; over SSH it is offered as a host of its own. */
function socketIn(
  address: string,
  { by, words, tls }: { readonly by: SocketNamer; readonly words: string; readonly tls: boolean },
  remedy: string,
): NamedSocket | undefined {
  // Docker's own reading (github.com/docker/cli, opts/hosts.go): an empty path is that of the usual socket.
  if (address === 'unix://' || address.startsWith('ssh://')) return undefined
  // `unix:///$XDG_RUNTIME_DIR/docker.sock` is often written, which has a slash too many.
  if (/^unix:\/\/\/\P{Cc}+$/u.test(address))
    return { by, socketPath: normalize(address.slice('unix://'.length)) }
  const what = address.startsWith('tcp://')
    ? `, an engine on the network${tls ? ' by TLS' : ''}`
    : address.startsWith('npipe://')
      ? ', a named pipe of Windows'
      : ''
  throw failed(
    'unsupported-address',
    `${words}${what}; Lamina takes unix:// addresses with a whole path for this machine, and ssh:// ones for others.`,
    remedy,
  )
}
