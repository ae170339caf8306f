import { homedir, userInfo } from 'node:os'
import { listConfiguredHosts, type ConfiguredHosts } from '../../transport/ssh-config/configured-hosts'
import type { SshEnvironment } from '../../transport/ssh-config/hop-settings'

export type { SshOverrides } from '../../transport/ssh-config/hop-settings'

/** Hosts that the user's ssh_config names. */
export function configuredHosts(env: NodeJS.ProcessEnv): Promise<ConfiguredHosts> {
  return listConfiguredHosts(sshEnvironment(env))
}

/** What the settings of a host depend on, from environment variables. */
export function sshEnvironment(env: NodeJS.ProcessEnv): SshEnvironment {
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
