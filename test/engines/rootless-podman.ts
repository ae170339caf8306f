import { join } from 'node:path'
import { startDebianHost, type DebianHost, type HostDaemon } from './debian-host'
import { dockerCli, type DockerCli } from './docker-cli'
import { answersPing } from './engine-ping'
import { preparePodman, storageConf, type PodmanMounts } from './podman-config'
import { runCommand, type CommandResult } from './run-command'
import { eventually } from './wait'

/** A Podman that belongs to an ordinary user of a Debian host of our own. */
export interface RootlessPodman {
  readonly host: DebianHost
  readonly user: string
  readonly uid: number
  /** The user's home, which nobody else can look into. */
  readonly home: string
  readonly socketPath: string
  readonly dockerHost: string
  readonly docker: DockerCli
  /** Runs a command as that user, with the environment of a login. */
  run(command: readonly string[], options?: { readonly mayFail?: boolean }): Promise<CommandResult>
  stop(): Promise<void>
}

const user = 'dora'
const uid = 1000

/**
 * Starts it, with subordinate ids as useradd gives them. Mounts of the kernel in its user namespace say `userxattr`. It ends with `stop()` or with this process.
 */
export async function startRootlessPodman(mounts: PodmanMounts): Promise<RootlessPodman> {
  const host = await startDebianHost('trixie')
  try {
    return await started(host, mounts)
  } catch (error) {
    await host.stop()
    throw error
  }
}

async function started(host: DebianHost, mounts: PodmanMounts): Promise<RootlessPodman> {
  const home = join(host.folder, user)
  const runtime = `/run/user/${String(uid)}`
  const socketPath = join(host.folder, 'rootless', 'podman.sock')
  // The folder is on a file system that can be an upper layer, which the host's own root, an overlay, cannot.
  await runCommand('chmod', ['755', host.folder])
  await host.run([
    'useradd',
    '--create-home',
    '--home-dir',
    home,
    '--password',
    '*',
    '--uid',
    String(uid),
    user,
  ])
  await host.run(['chmod', '700', home])
  await host.run(['install', '-d', '-m', '700', '-o', user, '-g', user, runtime, join(runtime, 'podman')])
  await host.run(['install', '-d', '-m', '755', '-o', user, '-g', user, join(host.folder, 'rootless')])
  await preparePodman(host)
  await host.run(['chmod', '666', '/dev/fuse'])
  // What the system says of mount programs is not for users (containers-storage.conf(5)).
  const settings = join(home, '.config/containers')
  await host.run(['install', '-d', '-o', user, '-g', user, join(home, '.config'), settings])
  await host.run(['tee', join(settings, 'storage.conf')], { input: storageConf(mounts) })
  const login = ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--init-groups', '--reset-env']
  const environment = ['env', `XDG_RUNTIME_DIR=${runtime}`]
  const dockerHost = `unix://${socketPath}`
  const service = ['podman', 'system', 'service', '--time', '0', dockerHost]
  const daemon: HostDaemon = await host.startDaemon([...login, ...environment, ...service])
  await eventually(() => answersPing(socketPath), {
    within: 30_000,
    what: 'rootless Podman to answer',
  }).catch(async (error: unknown) => {
    const { stdout } = await host.run(['cat', daemon.logFile], { mayFail: true })
    throw new Error(`Rootless Podman did not start:\n${stdout}`, { cause: error })
  })
  return {
    host,
    user,
    uid,
    home,
    socketPath,
    dockerHost,
    docker: dockerCli(dockerHost, host.folder),
    run: (command, options = {}) => host.run([...login, ...environment, ...command], options),
    stop: () => host.stop(),
  }
}
