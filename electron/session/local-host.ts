import { failed } from '../core/failure'
import { openLocalTransport } from '../transport/local/local-transport'
import type { StartCommand } from '../transport/local/started-command'
import { engineAt } from './engine-socket'
import { HostSession, type EngineOpener } from './host-session'

export type { StartCommand } from '../transport/local/started-command'

/** The id under which this machine is a host. */
export const localHostId = 'local'

/** This machine with the engine that `DOCKER_HOST` names, or the one that is found. */
export function localHost(env: NodeJS.ProcessEnv, start?: StartCommand): HostSession {
  let open: EngineOpener | undefined
  // An address that cannot be used is a failure of whoever asks for the engine, not of the start.
  return new HostSession(
    localHostId,
    openLocalTransport(start),
    async (transport, signal) => await (open ??= engineAt(socketFrom(env['DOCKER_HOST'])))(transport, signal),
  )
}

/** Another engine of this machine, by its socket. */
export function localEngine(hostId: string, socketPath: string, start?: StartCommand): HostSession {
  return new HostSession(hostId, openLocalTransport(start), engineAt(socketPath))
}

/** An address of another host names no socket of this machine; it is offered as a host of its own. */
function socketFrom(dockerHost: string | undefined): string | undefined {
  if (dockerHost === undefined || dockerHost === '' || dockerHost.startsWith('ssh://')) return undefined
  if (dockerHost.startsWith('unix://')) return dockerHost.slice('unix://'.length)
  throw failed(
    'unsupported-address',
    `DOCKER_HOST is ${dockerHost}; Lamina takes unix:// addresses for this machine, and ssh:// ones for others.`,
    'Unset DOCKER_HOST, or set it to unix:///path/to/docker.sock.',
  )
}
