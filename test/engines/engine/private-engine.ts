import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startDebianHost, type DebianHost, type HostDaemon } from '../debian/debian-host'
import type { DebianSuite } from '../debian/debian-folder'
import { dockerCli, type DockerCli } from '../docker/docker-cli'
import { answersPing } from '../docker/engine-ping'
import { containerdSocket, startContainerd } from '../debian/host-containerd'
import { preparePodman, storageConf, type PodmanMounts } from '../podman/podman-config'
import { eventually } from '../wait'

/** The engines that `npm test` tries Lamina with, by what a person would call them. */
export const engineKinds = [
  'docker-20',
  'docker-26',
  'docker-26-containerd',
  'docker-26-vfs',
  'podman-5',
  'podman-4',
] as const

/** Those of Debian testing, which changes daily: `npm run test:newer` tries them, and `npm test` reads what they once answered. */
export const newerEngineKinds = ['docker-28', 'docker-28-containerd', 'podman-5.8'] as const

export const allEngineKinds = [...engineKinds, ...newerEngineKinds] as const

export type EngineKind = (typeof allEngineKinds)[number]

const suites: Readonly<Record<EngineKind, DebianSuite>> = {
  'docker-20': 'bookworm',
  'docker-26': 'trixie',
  'docker-26-containerd': 'trixie',
  'docker-26-vfs': 'trixie',
  'podman-5': 'trixie',
  'podman-4': 'bookworm',
  'docker-28': 'testing',
  'docker-28-containerd': 'testing',
  'podman-5.8': 'testing',
}

/** Engines that name their storage otherwise: the driver is overlay2. */
const drivers: Partial<Record<EngineKind, string>> = {
  'docker-26-vfs': 'vfs',
  'docker-26-containerd': 'overlayfs',
  'docker-28-containerd': 'overlayfs',
}

/** An engine of our own on a Debian host of our own. */
export interface PrivateEngine {
  readonly kind: EngineKind
  readonly host: DebianHost
  readonly socketPath: string
  readonly dataRoot: string
  readonly dockerHost: string
  /** The docker command line against it, also for Podman, which speaks the same API. */
  readonly docker: DockerCli
  /** Ends the engine; its containers go too, unless it is Podman. */
  end(signal?: 'KILL' | 'TERM'): Promise<void>
  /** Starts it again on the same data. */
  start(): Promise<void>
  /** Ends it and, where the host was made for it, the host. */
  stop(): Promise<void>
}

/** Where an engine is put, and how it is set up there. */
export interface EnginePlace {
  /** A host that runs already, of the engine's own release; one is made otherwise. */
  readonly host?: DebianHost
  readonly socketPath?: string
  readonly dataRoot?: string
  /** Of Podman; the kernel mounts otherwise. */
  readonly mounts?: PodmanMounts
  /** Of dockerd, such as `--userns-remap`. */
  readonly flags?: readonly string[]
}

/** Starts an engine and resolves when it answers. It ends with `stop()` or with this process. */
export async function startEngine(kind: EngineKind, place: EnginePlace = {}): Promise<PrivateEngine> {
  const host = place.host ?? (await startDebianHost(suites[kind]))
  const socketPath = place.socketPath ?? join(host.folder, 'engine.sock')
  const dataRoot = place.dataRoot ?? join(host.folder, 'data')
  const engine = new StartedEngine(kind, host, socketPath, dataRoot, place)
  try {
    await engine.prepare(place.mounts ?? 'kernel')
    await engine.start()
  } catch (error) {
    const log = await engine.log()
    await engine.stop()
    throw new Error(`${kind} did not start:\n${log}`, { cause: error })
  }
  return engine
}

class StartedEngine implements PrivateEngine {
  readonly dockerHost: string
  readonly docker: DockerCli
  private daemon: HostDaemon | undefined
  private containerd: HostDaemon | undefined

  constructor(
    readonly kind: EngineKind,
    readonly host: DebianHost,
    readonly socketPath: string,
    readonly dataRoot: string,
    private readonly place: EnginePlace,
  ) {
    this.dockerHost = `unix://${socketPath}`
    this.docker = dockerCli(this.dockerHost, host.folder)
  }

  async prepare(mounts: PodmanMounts): Promise<void> {
    await mkdir(this.dataRoot, { recursive: true })
    if (this.kind.startsWith('podman')) {
      await preparePodman(this.host)
      const input = storageConf(mounts, this.dataRoot)
      await this.host.run(['tee', '/etc/containers/storage.conf'], { input })
    }
    if (this.#isContainerd()) this.containerd = await startContainerd(this.host)
  }

  async start(): Promise<void> {
    const command = this.kind.startsWith('podman') ? this.#podman() : await this.#dockerd()
    this.daemon = await this.host.startDaemon(command)
    await eventually(() => answersPing(this.socketPath), { what: `${this.kind} to answer` })
  }

  async end(signal: 'KILL' | 'TERM' = 'TERM'): Promise<void> {
    await this.daemon?.end(signal)
    this.daemon = undefined
  }

  async stop(): Promise<void> {
    if (this.place.host === undefined) return await this.host.stop()
    await this.end()
    await this.containerd?.end()
  }

  async log(): Promise<string> {
    if (this.daemon === undefined) return 'it was not begun'
    const { stdout } = await this.host.run(['tail', '-n', '15', this.daemon.logFile], { mayFail: true })
    return stdout
  }

  async #dockerd(): Promise<string[]> {
    const isContainerd = this.#isContainerd()
    const config = join(this.host.folder, `${this.kind}.json`)
    await writeFile(
      config,
      JSON.stringify(isContainerd ? { features: { 'containerd-snapshotter': true } } : {}),
    )
    const driver = drivers[this.kind] ?? 'overlay2'
    return [
      'dockerd',
      ...['--config-file', config, '--data-root', this.dataRoot, '--exec-root', `${this.dataRoot}-exec`],
      ...['--pidfile', `${this.dataRoot}.pid`, '--host', this.dockerHost, '--storage-driver', driver],
      ...(isContainerd ? ['--containerd', containerdSocket] : []),
      ...['--bridge', 'none', '--iptables=false', '--ip6tables=false'],
      ...['--exec-opt', 'native.cgroupdriver=cgroupfs', '--cgroup-parent', `/${this.host.cgroup}`],
      ...(this.place.flags ?? []),
    ]
  }

  #isContainerd(): boolean {
    return drivers[this.kind] === 'overlayfs'
  }

  #podman(): string[] {
    return ['podman', 'system', 'service', '--time', '0', this.dockerHost]
  }
}
