import { userInfo } from 'node:os'
import type { CommandLimits } from '../../transport/limits/command-limits'
import { openLocalTransport } from '../../transport/local/local-transport'
import { watchPaths } from '../../transport/local/path-watch'
import type { StartCommand } from '../../transport/local/started-command'
import { engineAt, type EngineOpener } from '../engines/engine-socket'
import { HostSession } from './host-session'
import { localPlaces } from '../engines/host-sockets'
import { socketNamed, type ContextInUse, type NamedSocket } from '../engines/named-socket'
import { homeOf } from './ssh-environment'

export type { CommandLimits } from '../../transport/limits/command-limits'
export type { StartCommand } from '../../transport/local/started-command'

/** The id under which this machine is a host. */
export const localHostId = 'local'

/** How commands of this machine are run, where not as usual. */
export interface LocalCommands {
  readonly start?: StartCommand | undefined
  readonly limits?: Partial<CommandLimits>
}

/**
 * This machine with the engine that Docker's CLI would ask: the one that `DOCKER_HOST` names, else that of the current Docker context, else
 * the one that is found. It stays the same as long as it is open.
 */
export function localHost(
  env: NodeJS.ProcessEnv,
  commands: LocalCommands = {},
  currentContext: () => Promise<ContextInUse | undefined> = () => Promise.resolve(undefined),
): HostSession {
  let open: EngineOpener | undefined
  let places = localPlaces(env, userInfo().uid, homeOf(env))
  // An address that cannot be used is a failure of whoever asks for the engine, not of the start.
  const openNamed: EngineOpener = async (transport, signal) => {
    if (open === undefined) {
      const named = await namedSocket(env, currentContext)
      open = engineAt(undefined, named === undefined ? {} : { named })
      if (named !== undefined) places = [named.socketPath]
    }
    return await open(transport, signal)
  }
  return new HostSession(localHostId, openLocalTransport(commands), openNamed, {
    watchSocket: () => watchPaths(places),
    named: () => namedSocket(env, currentContext),
  })
}

/** Another engine of this machine, by its socket. */
export function localEngine(hostId: string, socketPath: string, commands: LocalCommands = {}): HostSession {
  return new HostSession(hostId, openLocalTransport(commands), engineAt(socketPath), {
    watchSocket: () => watchPaths([socketPath]),
  })
}

/**
 * The socket that is named for this machine, as `socketNamed`.
 * @throws FailureError `unsupported-address`
 */
export async function namedSocket(
  env: NodeJS.ProcessEnv,
  currentContext: () => Promise<ContextInUse | undefined>,
): Promise<NamedSocket | undefined> {
  const dockerHost = env['DOCKER_HOST'] ?? ''
  // docs.docker.com, "Environment variables" of the CLI.
  const tls = (env['DOCKER_TLS_VERIFY'] ?? '') !== ''
  return await socketNamed({ dockerHost, tls, context: currentContext }, true)
}
