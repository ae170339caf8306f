import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { debianFolder, type DebianSuite } from './debian-folder'
import { cgroupName, createEngineFolder, sweepEngineFolders } from '../docker/engine-folder'
import { repository } from '../repository'
import { runCommand, type CommandOptions, type CommandResult } from '../run-command'

/** A Debian host of our own: its own root, processes, mounts, network and name, on this machine's kernel. */
export interface DebianHost {
  readonly suite: DebianSuite
  /** A folder that has this path inside and outside. */
  readonly folder: string
  /** The name of the control group for all that runs in it. */
  readonly cgroup: string
  /** Runs a command inside as root, to its end. */
  run(command: readonly string[], options?: HostCommandOptions): Promise<CommandResult>
  /** Starts a command inside as root whose input and output are spoken with. It ends with its input or with the host. */
  open(command: readonly string[], env?: NodeJS.ProcessEnv): ChildProcessByStdio<Writable, Readable, null>
  /** Starts a program that stays; its process id is the host's own. Output goes to a log in the host's folder. */
  startDaemon(
    command: readonly string[],
    options?: { readonly machineNetwork?: boolean },
  ): Promise<HostDaemon>
  /** Ends everything that runs in it and removes it. */
  stop(): Promise<void>
}

/** `machineNetwork`: with this machine's network instead of its own, so that it can be reached on loopback. */
export interface HostCommandOptions extends Omit<CommandOptions, 'cwd'> {
  readonly machineNetwork?: boolean
}

export interface HostDaemon {
  /** As the host numbers it. */
  readonly pid: number
  readonly logFile: string
  signal(name: 'KILL' | 'TERM' | 'STOP' | 'CONT'): Promise<void>
  /** Sends TERM and waits until it has ended. */
  end(signal?: 'KILL' | 'TERM'): Promise<void>
}

const keeperScript = fileURLToPath(new URL('debian-keeper.sh', import.meta.url))

/** Starts a host (root only). It ends with `stop()`, and also when this process ends without calling it. */
export async function startDebianHost(suite: DebianSuite): Promise<DebianHost> {
  if (process.getuid?.() !== 0) throw new Error('A Debian host of its own needs root')
  const debian = await debianFolder(suite)
  await sweepEngineFolders()
  const folder = await createEngineFolder()
  const cgroup = cgroupName(folder)
  const node = await realpath(process.execPath)
  const keeper = spawn('sh', [keeperScript, folder, cgroup, debian, node, repository], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const host = new KeptHost(suite, folder, cgroup, keeper)
  try {
    await host.ready()
  } catch (error) {
    const log = await readFile(join(folder, 'host.log'), 'utf8').catch(() => 'no log')
    await host.stop()
    throw new Error(`The Debian host did not start:\n${log.split('\n').slice(-15).join('\n')}`, {
      cause: error,
    })
  }
  return host
}

class KeptHost implements DebianHost {
  private readonly exited: Promise<unknown>
  private init = 0
  private daemons = 0
  private readonly started: ChildProcess[] = []

  constructor(
    readonly suite: DebianSuite,
    readonly folder: string,
    readonly cgroup: string,
    private readonly keeper: ChildProcessByStdio<Writable, Readable, null>,
  ) {
    this.exited = once(keeper, 'exit')
    keeper.stdin.on('error', () => undefined)
  }

  async ready(): Promise<void> {
    const [line] = (await Promise.race([
      once(createInterface({ input: this.keeper.stdout }), 'line'),
      this.exited.then(() => ['ended']),
    ])) as [string]
    if (line !== 'ready') throw new Error('The first process ended')
    this.init = await firstProcess(this.folder)
  }

  async run(command: readonly string[], options: HostCommandOptions = {}): Promise<CommandResult> {
    const { machineNetwork = false, ...rest } = options
    return await runCommand('nsenter', [...this.#into(machineNetwork), ...command], {
      ...rest,
      env: { ...insideEnvironment, ...rest.env },
    })
  }

  open(
    command: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): ChildProcessByStdio<Writable, Readable, null> {
    return spawn('nsenter', [...this.#into(false), ...command], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...insideEnvironment, ...env },
    })
  }

  async startDaemon(
    command: readonly string[],
    { machineNetwork = false }: { readonly machineNetwork?: boolean } = {},
  ): Promise<HostDaemon> {
    const logFile = join(this.folder, `daemon-${String(++this.daemons)}.log`)
    const script = 'echo $$; log=$0; exec "$@" </dev/null >>"$log" 2>&1'
    const child = spawn(
      'nsenter',
      [...this.#into(machineNetwork), 'setsid', 'sh', '-c', script, logFile, ...command],
      {
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
        env: insideEnvironment,
      },
    )
    this.started.push(child)
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    return new KeptDaemon(this, Number(line), logFile, child)
  }

  async stop(): Promise<void> {
    // nsenter(1) stops with what it started, and lets nothing end then.
    for (const child of this.started) child.kill('SIGCONT')
    this.keeper.stdin.end()
    await this.exited
    // One that stopped once more meanwhile would stay for ever.
    for (const child of this.started) child.kill('SIGKILL')
  }

  /** Flags of nsenter(1); its root is the host's own, since the first process has no other any more. */
  #into(machineNetwork: boolean): string[] {
    const kinds = ['--mount', '--pid', '--uts', '--ipc', ...(machineNetwork ? [] : ['--net'])]
    return ['--target', String(this.init), ...kinds, '--']
  }
}

const insideEnvironment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C',
}

class KeptDaemon implements HostDaemon {
  private readonly exited: Promise<unknown>

  constructor(
    private readonly host: DebianHost,
    readonly pid: number,
    readonly logFile: string,
    child: ChildProcess,
  ) {
    this.exited = once(child, 'exit')
  }

  async signal(name: 'KILL' | 'TERM' | 'STOP' | 'CONT'): Promise<void> {
    await this.host.run(['kill', '-s', name, String(this.pid)])
  }

  async end(signal: 'KILL' | 'TERM' = 'TERM'): Promise<void> {
    await this.signal(signal)
    await this.exited
  }
}

/** The first process of the namespaces: the bash that was given the folder. */
async function firstProcess(folder: string): Promise<number> {
  const { stdout } = await runCommand('pgrep', [
    '--full',
    '--exact',
    '--',
    `bash .*/debian-init.sh ${folder} .*`,
  ])
  return Number(stdout.trim().split('\n')[0])
}
