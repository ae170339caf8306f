import type { OverlayDirectories } from '../core/container'
import { failed } from '../core/failure'
import type { ContainerDetails, Engine, EngineDescription } from '../engine/engine'
import { probeHostFiles, type HostFiles, type HostFilesProbe } from '../hostfs/host-files'
import type { Transport } from '../transport/transport'

/** Opens the engine of a host anew, as is done at first and after it was lost. */
export type EngineOpener = (transport: Transport, signal: AbortSignal) => Promise<Engine>

/** How the host lens stands for one container: its directories, or the reason why it cannot be used. */
export type ContainerFiles =
  | { readonly works: true; readonly files: HostFiles; readonly directories: OverlayDirectories }
  | { readonly works: false; readonly reason: string }

/** What is known of a connected host as long as its engine is the same. */
interface Connection {
  readonly engine: Engine
  readonly description: EngineDescription
  readonly hostFiles: HostFilesProbe
}

/** One host: its transport, its engine, and what can be done there. Opens when first asked. */
export class HostSession {
  readonly hostId: string
  readonly #transport: Transport
  readonly #openEngine: EngineOpener
  readonly #closing = new AbortController()
  #connecting: Promise<Connection> | undefined
  #lastSnapshot: Promise<unknown> = Promise.resolve()

  constructor(hostId: string, transport: Transport, openEngine: EngineOpener) {
    this.hostId = hostId
    this.#transport = transport
    this.#openEngine = openEngine
  }

  async engine(): Promise<Engine> {
    return (await this.#connection()).engine
  }

  async description(): Promise<EngineDescription & { hostFiles: HostFilesProbe }> {
    const { description, hostFiles } = await this.#connection()
    return { ...description, hostFiles }
  }

  /** Whether and how a container's upper layer can be read on the host itself. */
  async filesOf(container: ContainerDetails): Promise<ContainerFiles> {
    const { hostFiles } = await this.#connection()
    if (!hostFiles.works) return hostFiles
    const { directories } = container
    if (directories === undefined) {
      return { works: false, reason: "The engine does not say where the container's upper directory is." }
    }
    return { works: true, files: hostFiles.files, directories }
  }

  async hostFiles(): Promise<HostFiles | undefined> {
    const { hostFiles } = await this.#connection()
    return hostFiles.works ? hostFiles.files : undefined
  }

  /** Forgets the engine after it was lost; the next request looks for it again. */
  forgetEngine(): void {
    const lost = this.#connecting
    this.#connecting = undefined
    lost?.then(
      ({ engine }) => {
        engine.close()
      },
      () => undefined,
    )
  }

  /** One snapshot after the other: sibling commits at once can fail on the containerd store (moby#44450). */
  inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = this.#lastSnapshot.then(work)
    this.#lastSnapshot = mine.catch(() => undefined)
    return mine
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.forgetEngine()
    await this.#transport.close()
  }

  #connection(): Promise<Connection> {
    if (this.#closing.signal.aborted) return Promise.reject(failed('cancelled', 'The host was closed.'))
    const connecting = (this.#connecting ??= this.#connect())
    connecting.catch(() => {
      if (this.#connecting === connecting) this.#connecting = undefined
    })
    return connecting
  }

  async #connect(): Promise<Connection> {
    const { signal } = this.#closing
    const engine = await this.#openEngine(this.#transport, signal)
    try {
      const description = await engine.describe(signal)
      return { engine, description, hostFiles: await this.#hostFiles(description, signal) }
    } catch (error) {
      engine.close()
      throw error
    }
  }

  async #hostFiles(description: EngineDescription, signal: AbortSignal): Promise<HostFilesProbe> {
    if (description.storageDriver !== 'overlay2') {
      return {
        works: false,
        reason: `The storage driver ${description.storageDriver} is not read on the host.`,
      }
    }
    if (!description.nativeDiff) {
      return {
        works: false,
        reason:
          'The host uses overlayfs with redirect_dir, metacopy or userxattr, which the host lens does not read yet.',
      }
    }
    return await probeHostFiles(this.#transport, description.dataRoot, signal)
  }
}
