import { homedir, userInfo } from 'node:os'
import type { SshAddress } from '../core/ssh-address'
import { formatSshAddress } from '../core/ssh-address'
import { listConfiguredHosts, type ConfiguredHosts } from '../transport/ssh/config/configured-hosts'
import { resolveSshHost } from '../transport/ssh/config/resolve'
import type { SshEnvironment, SshOverrides } from '../transport/ssh/hop-settings'
import { openSshTransport } from '../transport/ssh/ssh-transport'
import { engineAt } from './engine-socket'
import { HostSession } from './host-session'

export type { SshOverrides } from '../transport/ssh/hop-settings'

/** A host over SSH. Nothing is connected before it is asked for something. */
export function sshHost(address: SshAddress, overrides: SshOverrides, env: NodeJS.ProcessEnv): HostSession {
  const environment = sshEnvironment(env)
  const transport = openSshTransport({
    resolve: (signal) => resolveSshHost(address, overrides, environment, signal),
  })
  return new HostSession(formatSshAddress(address), transport, engineAt(address.socketPath), transport)
}

/** Hosts that the user's ssh_config names. */
export function configuredHosts(env: NodeJS.ProcessEnv): Promise<ConfiguredHosts> {
  return listConfiguredHosts(sshEnvironment(env))
}

function sshEnvironment(env: NodeJS.ProcessEnv): SshEnvironment {
  const agentSocket = env['SSH_AUTH_SOCK']
  return {
    home: homeOf(env),
    localUser: userInfo().username,
    variables: env,
    ...(agentSocket === undefined || agentSocket === '' ? {} : { agentSocket }),
  }
}

/** The user's folder, where `~/.ssh` and `~/.docker` are. */
export function homeOf(env: NodeJS.ProcessEnv): string {
  const home = env['HOME']
  return home === undefined || home === '' ? homedir() : home
}
