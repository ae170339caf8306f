import type { SshAddress } from '../core/ssh-address'
import { formatSshAddress } from '../core/ssh-address'
import { resolveSshHost } from '../transport/ssh/config/resolve'
import { openSshTransport } from '../transport/ssh/ssh-transport'
import { engineAt } from './engine-socket'
import { HostSession } from './host-session'
import { sshEnvironment, type SshOverrides } from './ssh-environment'

/** A host over SSH. Nothing is connected before it is asked for something. */
export function sshHost(address: SshAddress, overrides: SshOverrides, env: NodeJS.ProcessEnv): HostSession {
  const environment = sshEnvironment(env)
  const transport = openSshTransport({
    resolve: (signal) => resolveSshHost(address, overrides, environment, signal),
  })
  const engine = engineAt(address.socketPath)
  return new HostSession(formatSshAddress(address), transport, engine, { record: transport })
}
