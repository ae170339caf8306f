import { join } from 'node:path'
import { runCommand, type CommandOptions, type CommandResult } from '../run-command'

/** Runs `docker` with these arguments against one engine. */
export type DockerCli = (
  args: readonly string[],
  options?: Omit<CommandOptions, 'env'>,
) => Promise<CommandResult>

/** The docker command line bound to one engine; the user's own contexts, settings and log-ins stay out of it. */
export function dockerCli(dockerHost: string, folder: string): DockerCli {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    DOCKER_HOST: dockerHost,
    DOCKER_CONFIG: join(folder, 'cli'),
  }
  // The classic builder needs no plugin; it is what Debian's package and the static binary both have.
  env['DOCKER_BUILDKIT'] = '0'
  delete env['DOCKER_CONTEXT']
  return (args, options = {}) => runCommand('docker', args, { ...options, env })
}
