import type { SshAddress } from '../../core/hosts/ssh-address'
import { formatSshAddress } from '../../core/hosts/ssh-address'
import { resolveSshHost } from '../../transport/ssh-config/resolve'
import type { CommandLimits } from '../../transport/limits/command-limits'
import { openSshTransport } from '../../transport/ssh2/ssh-transport'
import { socketNamedThere } from '../engines/host-names'
import { HostSession } from './host-session'
import { remoteEngine } from '../engines/remote-engine'
import { sshEnvironment, type SshOverrides } from './ssh-environment'

/** A host over SSH. Nothing is connected before it is asked for something. */
export function sshHost(
  address: SshAddress,
  overrides: SshOverrides,
  env: NodeJS.ProcessEnv,
  limits: Partial<CommandLimits> = {},
): HostSession {
  const environment = sshEnvironment(env)
  const transport = openSshTransport({
    resolve: (signal) => resolveSshHost(address, overrides, environment, signal),
    limits,
  })
  return new HostSession(formatSshAddress(address), transport, remoteEngine(address.socketPath, limits), {
    record: transport,
    named: socketNamedThere,
  })
}
