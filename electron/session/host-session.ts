import { failed, isFailure, type Failure } from '../core/failure'
import type { ContainerDetails, Engine, EngineDescription, ToldEngine } from '../engine/engine'
import type { HostFilesProbe } from '../hostfs/host-files'
import { usualOwners } from '../hostfs/remapped-owners'
import type { OwnerMap } from '../core/id-map'
import { virtualMachineAt } from '../core/virtual-machine'
import type { Ask, Transport } from '../transport/transport'
import { containerFiles, probeStorage, type ContainerFiles } from './container-files'

import { hostEngines, type HostEngine } from './host-engines'
import { realSocketPath } from './host-sockets'
import type { NamedSocket } from './named-socket'
import { remappedEngine } from './remapped-engine'
import { unlessFailed } from './unless-failed'

export type { ContainerFiles } from './container-files'
export type { Ask } from '../transport/transport'

/** Opens the engine of a host anew, as is done at first and after it was lost. */
export type EngineOpener = (transport: Transport, signal: AbortSignal) => Promise<Engine>

/** What a transport remembers of its way to the host; this machine's has nothing to tell. */
export interface ConnectionRecord {
  /** Times in milliseconds since 1970; no secrets. */
  log(): readonly { readonly time: number; readonly text: string }[]
  warnings(): readonly string[]
}

const nothingRecorded: ConnectionRecord = { log: () => [], warnings: () => [] }

/** Watches where the engine listens, from the call on; its host alone can do that. */
export type SocketWatch = () => { readonly changed: Promise<void>; close(): void }

/** Finds out which socket a host names for Docker's CLI; nothing where it names none. */
export type SocketNames = (transport: Transport, signal: AbortSignal) => Promise<NamedSocket | undefined>

/** What is found out about a host as long as its engine is the same; each part when it is first asked for. */
interface Connection {
  readonly engine: Promise<Engine>
  opened?: Engine
  description?: Promise<EngineDescription>
  hostFiles?: Promise<HostFilesProbe>
}

/** One host: its transport, its engine, and what can be done there. Opens when first asked. */
export class HostSession {
  readonly hostId: string
  readonly record: ConnectionRecord
  /** Absent where nobody tells that a socket came to be, so that it has to be tried. */
  readonly watchSocket: SocketWatch | undefined
  readonly #transport: Transport
  readonly #openEngine: EngineOpener
  readonly #named: SocketNames | undefined
  readonly #closing = new AbortController()
  #connection: Connection | undefined
  /** Where the engine was when it last answered. */
  #socketPath: string | undefined
  #lastSnapshot: Promise<unknown> = Promise.resolve()

  constructor(
    hostId: string,
    transport: Transport,
    openEngine: EngineOpener,
    {
      record = nothingRecorded,
      watchSocket,
      named,
    }: { record?: ConnectionRecord; watchSocket?: SocketWatch; named?: SocketNames } = {},
  ) {
    this.hostId = hostId
    this.record = record
    this.watchSocket = watchSocket
    this.#transport = transport
    this.#openEngine = openEngine
    this.#named = named
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /**
   * Connects, asking what has to be asked; nothing to do where the connection stands. The engine is not asked for yet.
   * @throws FailureError what `Transport.open` throws
   */
  async open(ask: Ask | undefined, signal: AbortSignal): Promise<void> {
    this.#refuseClosed()
    // An attempt that could ask nobody must not decide about one that can.
    if (this.#connection !== undefined && this.#connection.opened === undefined) this.forgetEngine()
    await this.#transport.open(ask, AbortSignal.any([signal, this.#closing.signal]))
  }

  /** The engine, and nothing that a first list does not need. */
  engine(): Promise<Engine> {
    return Promise.resolve().then(() => this.#connect().engine)
  }

  async description(): Promise<EngineDescription & { hostFiles: HostFilesProbe }> {
    const connection = this.#connect()
    const [description, hostFiles] = await Promise.all([
      this.#describe(connection),
      this.#hostFiles(connection),
    ])
    return { ...description, hostFiles }
  }

  /** How owners are numbered in the engine's containers, where it was given a user namespace for them (`--userns-remap`). */
  async engineOwners(): Promise<OwnerMap | undefined> {
    return await this.#ownersOf(this.#connect())
  }

  /** All engines that can be seen on the host, whether or not this one's own answers. */
  async engines(signal: AbortSignal): Promise<HostEngine[]> {
    this.#refuseClosed()
    const either = AbortSignal.any([signal, this.#closing.signal])
    await this.engine().catch(() => undefined)
    const named = this.#named && (await unlessFailed(this.#named(this.#transport, either)))
    const places = { connectedTo: this.#socketPath, named }
    return await hostEngines(this.#transport, places, either)
  }

  /** Whether and how a container's upper layer can be read on the host itself. */
  async filesOf(container: ContainerDetails): Promise<ContainerFiles> {
    const connection = this.#connect()
    const [{ imageStore }, hostFiles] = await Promise.all([
      this.#describe(connection),
      this.#hostFiles(connection),
    ])
    if (!hostFiles.works) return hostFiles
    const { signal } = this.#closing
    const imageLayers = async (): Promise<number | undefined> => {
      if (container.imageId === '') return undefined
      try {
        return (await (await connection.engine).image(container.imageId, signal)).diffIds.length
      } catch (error) {
        // Which of the layers are the image's then stays unknown, and nothing else.
        if (isFailure(error, 'not-found') || isFailure(error, 'permission-denied')) return undefined
        throw error
      }
    }
    try {
      return await containerFiles(hostFiles.files, imageStore, container, imageLayers, signal)
    } catch (error) {
      if (!isFailure(error, 'command-failed')) throw error
      return { works: false, reason: error.failure.message }
    }
  }

  /** Forgets the engine after it was lost; the next request looks for it again. */
  forgetEngine(): void {
    const lost = this.#connection
    this.#connection = undefined
    lost?.engine.then(
      (engine) => {
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

  #refuseClosed(): void {
    if (!this.isClosed) return
    throw failed('connection-lost', 'This host was disconnected.', 'Connect it again.')
  }

  #connect(): Connection {
    this.#refuseClosed()
    this.#giveUpDoubtful()
    if (this.#connection !== undefined) return this.#connection
    const opened = this.#openEngine(this.#transport, this.#closing.signal)
    const connection: Connection = {
      engine: opened.then((engine) => remappedEngine(engine, () => this.#ownersOf(connection))),
    }
    this.#connection = connection
    connection.engine.then(
      (engine) => {
        connection.opened = engine
        this.#socketPath = engine.socketPath
      },
      () => {
        if (this.#connection === connection) this.#connection = undefined
      },
    )
    return connection
  }

  /**
   * An engine that ended a connection may have been replaced by another since, of another version or with another image store. What
   * is under way there may still come to its end, unless another one answers at its socket already.
   */
  #giveUpDoubtful(): void {
    const engine = this.#connection?.opened
    const standing = engine?.standing?.() ?? 'sure'
    if (standing === 'sure') return
    if (standing === 'replaced') {
      this.forgetEngine()
      return
    }
    this.#connection = undefined
    engine?.retire?.()
  }

  /** How owners are numbered in the engine's containers, where it has a user namespace for them; as usual where the host does not tell. */
  async #ownersOf(connection: Connection): Promise<OwnerMap | undefined> {
    const { remapped } = await this.#describe(connection)
    if (remapped === undefined) return undefined
    const hostFiles = await this.#hostFiles(connection)
    return (hostFiles.works ? hostFiles.files.owners?.inThese : undefined) ?? usualOwners(remapped)
  }

  #describe(connection: Connection): Promise<EngineDescription> {
    const asked = (connection.description ??= connection.engine.then((engine) =>
      engine.describe(this.#closing.signal),
    ))
    const forget = () => {
      if (connection.description === asked) delete connection.description
    }
    // What was not told is asked for again: a proxy's rules may be mended meanwhile.
    asked.then(({ untold }) => {
      if (untold !== undefined) forget()
    }, forget)
    return asked
  }

  #hostFiles(connection: Connection): Promise<HostFilesProbe> {
    const forget = () => {
      if (connection.hostFiles === asked) delete connection.hostFiles
    }
    const asked = (connection.hostFiles ??= this.#describe(connection).then(async (description) => {
      if (description.untold === undefined) return await this.#probe(connection, description)
      forget()
      return { works: false, reason: storageUntold(description.untold) }
    }))
    asked.catch(forget)
    return asked
  }

  async #probe(connection: Connection, description: ToldEngine): Promise<HostFilesProbe> {
    try {
      const { socketPath } = await connection.engine
      const place = socketPath && (await realSocketPath(this.#transport, socketPath, this.#closing.signal))
      const machine = description.virtualMachine ?? (place && virtualMachineAt(place))
      if (machine !== undefined && machine !== '') return { works: false, reason: inMachine(machine) }
      return await probeStorage(this.#transport, description, this.#closing.signal)
    } catch (error) {
      // An account may be allowed to forward and not to run commands; the engine lens needs none.
      if (!isFailure(error, 'command-failed')) throw error
      return { works: false, reason: `No commands can be run on the host. ${error.failure.message}` }
    }
  }
}

function storageUntold({ message, remedy = '' }: Failure): string {
  return `The engine does not say where and how it stores layers. ${message} ${remedy}`.trim()
}

function inMachine(name: string): string {
  return `The engine runs in the virtual machine of ${name}, whose files are not on this host.`
}
