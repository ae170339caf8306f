import { failed } from '../core/failure'
import { openDockerEngine } from '../engine/docker/docker-engine'
import { openLocalTransport } from '../transport/local/local-transport'
import { HostSession } from './host-session'

/** The id under which this machine is a host. */
export const localHostId = 'local'

/** The Docker CLI's default, docs.docker.com "DOCKER_HOST". */
const usualSocket = '/var/run/docker.sock'

/** This machine with the engine that `DOCKER_HOST` names, or the one at the usual socket. */
export function localHost(env: NodeJS.ProcessEnv): HostSession {
  return new HostSession(localHostId, openLocalTransport(), (transport, signal) =>
    openDockerEngine(transport, socketFrom(env['DOCKER_HOST']), signal),
  )
}

function socketFrom(dockerHost: string | undefined): string {
  if (dockerHost === undefined || dockerHost === '') return usualSocket
  if (dockerHost.startsWith('unix://')) return dockerHost.slice('unix://'.length)
  throw failed(
    'unsupported-address',
    `DOCKER_HOST is ${dockerHost}; for this machine Lamina takes unix:// addresses.`,
    'Unset DOCKER_HOST, or set it to unix:///path/to/docker.sock.',
  )
}
