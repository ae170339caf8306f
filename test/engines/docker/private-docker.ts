import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { dockerCli, type DockerCli } from './docker-cli'
import { answersPing } from './engine-ping'
import { cgroupName, createEngineFolder, sweepEngineFolders } from './engine-folder'

/** How a private engine is started. `liveRestore` keeps containers running while dockerd is gone. */
export interface PrivateDockerOptions {
  readonly liveRestore?: boolean
  readonly extraFlags?: readonly string[]
}

/** A dockerd of our own in namespaces of its own, on a folder of its own. */
export interface PrivateDocker {
  readonly folder: string
  readonly socketPath: string
  readonly dataRoot: string
  readonly dockerHost: string
  /** Runs the docker command line against this engine; throws when it fails, unless told otherwise. */
  readonly docker: DockerCli
  /** Sends dockerd a signal such as KILL or STOP; after one that ends it, waits until it is gone. */
  kill(signal: 'KILL' | 'TERM' | 'STOP' | 'CONT'): Promise<void>
  /** Starts dockerd again on the same data after it was killed. */
  start(): Promise<void>
  /** Ends dockerd in good order and starts it again on the same data. */
  restart(): Promise<void>
  /** Ends everything: dockerd, its containers, mounts, cgroups and the folder. */
  stop(): Promise<void>
}

type Keeper = ChildProcessByStdio<Writable, Readable, null>

const keeperScript = fileURLToPath(new URL('keeper.sh', import.meta.url))
const readyWithinMs = 50_000

/**
 * Starts a private Docker engine (root only) and resolves when it answers. It ends with `stop()`, and also when
 * this process ends without calling it, `kill -9` included: see keeper.sh.
 */
export async function startPrivateDocker(options: PrivateDockerOptions = {}): Promise<PrivateDocker> {
  if (process.getuid?.() !== 0) throw new Error('A private Docker engine needs root')
  await sweepEngineFolders()
  const folder = await createEngineFolder()
  await writeFile(join(folder, 'daemon.json'), '{}')
  const flags = [...(options.liveRestore === true ? ['--live-restore'] : []), ...(options.extraFlags ?? [])]
  // Detached: a Ctrl+C in the terminal goes to the runner, and the keeper still has to clean up after it.
  const keeper = spawn('sh', [keeperScript, folder, cgroupName(folder), ...flags], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const engine = new KeptDocker(folder, keeper)
  try {
    await engine.start()
    await engine.requireOverlay2()
  } catch (error) {
    const log = await readFile(join(folder, 'dockerd.log'), 'utf8').catch(() => 'no log')
    await engine.stop()
    throw new Error(`The private engine did not start:\n${log.split('\n').slice(-15).join('\n')}`, {
      cause: error,
    })
  }
  return engine
}

class KeptDocker implements PrivateDocker {
  readonly socketPath: string
  readonly dataRoot: string
  readonly dockerHost: string
  readonly docker: DockerCli
  private readonly answers: Interface
  private readonly exited: Promise<unknown>

  constructor(
    readonly folder: string,
    private readonly keeper: Keeper,
  ) {
    this.socketPath = join(folder, 'docker.sock')
    this.dataRoot = join(folder, 'data')
    this.dockerHost = `unix://${this.socketPath}`
    this.docker = dockerCli(this.dockerHost, folder)
    this.answers = createInterface({ input: keeper.stdout })
    this.exited = once(keeper, 'exit')
    // Writing to a keeper that is gone shows as a missing answer, not as an error event nobody listens to.
    keeper.stdin.on('error', () => undefined)
  }

  async start(): Promise<void> {
    await this.tell('start', 'started')
    const deadline = Date.now() + readyWithinMs
    while (!(await answersPing(this.socketPath))) {
      if (Date.now() > deadline || this.keeper.exitCode !== null) throw new Error('dockerd does not answer')
      await sleep(25)
    }
  }

  async kill(signal: 'KILL' | 'TERM' | 'STOP' | 'CONT'): Promise<void> {
    await this.tell(`signal ${signal}`, 'signalled')
    if (signal === 'KILL' || signal === 'TERM') await this.tell('wait', 'ended')
  }

  async restart(): Promise<void> {
    await this.kill('TERM')
    await this.start()
  }

  async stop(): Promise<void> {
    this.keeper.stdin.end()
    await this.exited
    this.answers.close()
  }

  async requireOverlay2(): Promise<void> {
    const driver = (await this.docker(['info', '--format', '{{.Driver}}'])).stdout.trim()
    if (driver !== 'overlay2') throw new Error(`The storage driver is ${driver}, not overlay2`)
  }

  private async tell(line: string, answer: string): Promise<void> {
    const answered = new Promise<void>((resolve, reject) => {
      const listen = (text: string): void => {
        if (!text.startsWith(answer)) return
        this.answers.off('line', listen)
        resolve()
      }
      this.answers.on('line', listen)
      this.answers.once('close', () => reject(new Error(`The keeper ended before it answered '${line}'`)))
    })
    this.keeper.stdin.write(`${line}\n`)
    await answered
  }
}
