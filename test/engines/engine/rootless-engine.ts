import { join } from 'node:path'
import { startDebianHost, type DebianHost } from '../debian/debian-host'
import { dockerCli, type DockerCli } from '../docker/docker-cli'
import { answersPing } from '../docker/engine-ping'
import type { CommandResult } from '../run-command'
import { eventually } from '../wait'

/** An engine that belongs to an ordinary user of a Debian host of our own. */
export interface RootlessEngine {
  readonly host: DebianHost
  readonly user: string
  /** The user's home, which nobody else can look into. */
  readonly home: string
  /** This path leads to the engine inside the host and outside. */
  readonly socketPath: string
  readonly dockerHost: string
  readonly docker: DockerCli
  /** Runs a command as that user, with the environment of a login. */
  run(command: readonly string[], options?: { readonly mayFail?: boolean }): Promise<CommandResult>
  stop(): Promise<void>
}

/** A user of a host with subordinate ids, as useradd gives them, and what stands where a login would put it. */
export interface HostUser {
  readonly host: DebianHost
  readonly name: string
  readonly home: string
  /** `$XDG_RUNTIME_DIR`, and the folder that is mounted there, which stands outside the host too. */
  readonly runtime: string
  readonly runtimeFolder: string
}

/** What a user runs for an engine, and where it then listens. */
export interface RootlessService {
  readonly command: readonly string[]
  readonly socketPath: string
}

const name = 'dora'
const uid = '1000'

/** Starts an engine as a user of a host of its own. It ends with `stop()` or with this process. */
export async function startRootless(
  prepare: (user: HostUser) => Promise<RootlessService>,
): Promise<RootlessEngine> {
  const host = await startDebianHost('trixie')
  try {
    return await started(await userOf(host), prepare)
  } catch (error) {
    await host.stop()
    throw error
  }
}

async function userOf(host: DebianHost): Promise<HostUser> {
  const home = join(host.folder, name)
  const runtime = `/run/user/${uid}`
  const runtimeFolder = join(host.folder, 'runtime')
  // The folder is on a file system that can be an upper layer, which the host's own root, an overlay, cannot.
  await host.run(['chmod', '755', host.folder])
  await host.run(['useradd', '--create-home', '--home-dir', home, '--password', '*', '--uid', uid, name])
  await host.run(['chmod', '700', home])
  await host.run(['install', '-d', '-m', '700', '-o', name, '-g', name, runtime, runtimeFolder])
  await host.run(['mount', '--bind', runtimeFolder, runtime])
  return { host, name, home, runtime, runtimeFolder }
}

async function started(
  user: HostUser,
  prepare: (user: HostUser) => Promise<RootlessService>,
): Promise<RootlessEngine> {
  const { host, home, runtime } = user
  const { command, socketPath } = await prepare(user)
  const login = ['setpriv', '--reuid', uid, '--regid', uid, '--init-groups', '--reset-env']
  const loggedIn = [...login, 'env', `XDG_RUNTIME_DIR=${runtime}`]
  const daemon = await host.startDaemon([...loggedIn, ...command])
  await eventually(() => answersPing(socketPath), {
    within: 60_000,
    what: 'the rootless engine to answer',
  }).catch(async (error: unknown) => {
    const { stdout } = await host.run(['tail', '-n', '30', daemon.logFile], { mayFail: true })
    throw new Error(`The rootless engine did not start:\n${stdout}`, { cause: error })
  })
  const dockerHost = `unix://${socketPath}`
  return {
    host,
    user: name,
    home,
    socketPath,
    dockerHost,
    docker: dockerCli(dockerHost, host.folder),
    run: (words, options = {}) => host.run([...loggedIn, ...words], options),
    stop: () => host.stop(),
  }
}
