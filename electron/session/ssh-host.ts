import type { SshAddress } from '../core/ssh-address'
import { formatSshAddress } from '../core/ssh-address'
import { resolveSshHost } from '../transport/ssh/config/resolve'
import { openSshTransport } from '../transport/ssh/ssh-transport'
import { socketNamedThere } from './host-names'
import { HostSession } from './host-session'
import { remoteEngine } from './remote-engine'
import { sshEnvironment, type SshOverrides } from './ssh-environment'

/** A host over SSH. Nothing is connected before it is asked for something. */
export function sshHost(address: SshAddress, overrides: SshOverrides, env: NodeJS.ProcessEnv): HostSession {
  const environment = sshEnvironment(env)
  const transport = openSshTransport({
    resolve: (signal) => resolveSshHost(address, overrides, environment, signal),
  })
  return new HostSession(formatSshAddress(address), transport, remoteEngine(address.socketPath), {
    record: transport,
    named: socketNamedThere,
  })
}
