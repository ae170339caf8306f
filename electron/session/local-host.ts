import { failed } from '../core/failure'
import { openEngine } from '../engine/open-engine'
import { openLocalTransport } from '../transport/local/local-transport'
import { usualSocket } from './engine-socket'
import { HostSession } from './host-session'

/** The id under which this machine is a host. */
export const localHostId = 'local'

/** This machine with the engine that `DOCKER_HOST` names, or the one at the usual socket. */
export function localHost(env: NodeJS.ProcessEnv): HostSession {
  return new HostSession(
    localHostId,
    openLocalTransport(),
    async (transport, signal) => await openEngine(transport, socketFrom(env['DOCKER_HOST']), signal),
  )
}

/** An address of another host names no socket of this machine; it is offered as a host of its own. */
function socketFrom(dockerHost: string | undefined): string {
  if (dockerHost === undefined || dockerHost === '' || dockerHost.startsWith('ssh://')) return usualSocket
  if (dockerHost.startsWith('unix://')) return dockerHost.slice('unix://'.length)
  throw failed(
    'unsupported-address',
    `DOCKER_HOST is ${dockerHost}; Lamina takes unix:// addresses for this machine, and ssh:// ones for others.`,
    'Unset DOCKER_HOST, or set it to unix:///path/to/docker.sock.',
  )
}
