import { failed, isFailure, wholeText } from '../../core/base/failure'
import type { ContainerDetails, Engine, EngineDescription } from '../../engine/engine'
import type { HostFilesProbe } from '../../hostfs/host/host-files'
import { usualOwners } from '../../hostfs/host/remapped-owners'
import type { OwnerMap } from '../../core/owners/id-map'
import { SharedWork } from '../../transport/shared-work'
import type { Ask, Transport } from '../../transport/transport'
import { containerFiles, type ContainerFiles } from './container-files'
import type { EngineOpener } from '../engines/engine-socket'
import { EngineTurns } from './engine-turns'
import { hostEngines, type HostEngine } from '../engines/host-engines'
import type { NamedSocket } from '../engines/named-socket'
import { remappedEngine } from '../engines/remapped-engine'
import { probedFiles, storageUntold } from './probed-files'
import { unlessFailed } from '../base/unless-failed'

export type { ContainerFiles } from './container-files'
export type { Ask } from '../../transport/transport'

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
  readonly engine: SharedWork<Engine>
  opened?: Engine
  description?: SharedWork<EngineDescription>
  hostFiles?: SharedWork<HostFilesProbe>
}

/** What whoever stops waiting is told. */
const noLongerWanted = 'What was asked of the host is not wanted any more.'

/**
 * One host: its transport, its engine, and what can be done there. Opens when first asked. What several ask for is found out once for all
 * of them, until nobody waits for it any more: a signal ends the waiting of its own caller alone.
 */
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
  readonly #turns = new EngineTurns({
    engine: (signal) => this.engine(signal),
    // Which engine it is; what its host says of its files may be long in coming, and others wait for their turn meanwhile.
    description: (signal) => this.#describe(this.#connect(), signal),
  })

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
  async engine(signal: AbortSignal): Promise<Engine> {
    return await this.#connect().engine.value(signal, noLongerWanted)
  }

  async description(signal: AbortSignal): Promise<EngineDescription & { hostFiles: HostFilesProbe }> {
    const connection = this.#connect()
    const [description, hostFiles] = await Promise.all([
      this.#describe(connection, signal),
      this.#hostFiles(connection, signal),
    ])
    return { ...description, hostFiles }
  }

  /** How owners are numbered in the engine's containers, where it was given a user namespace for them (`--userns-remap`). */
  async engineOwners(signal: AbortSignal): Promise<OwnerMap | undefined> {
    return await this.#ownersOf(this.#connect(), signal)
  }

  /** All engines that can be seen on the host, whether or not this one's own answers. */
  async engines(signal: AbortSignal): Promise<HostEngine[]> {
    this.#refuseClosed()
    const either = this.#either(signal)
    await this.engine(either).catch(() => undefined)
    const named = this.#named && (await unlessFailed(this.#named(this.#transport, either)))
    const places = { connectedTo: this.#socketPath, named }
    return await hostEngines(this.#transport, places, either)
  }

  /** Whether and how a container's upper layer can be read on the host itself. */
  async filesOf(container: ContainerDetails, wanted: AbortSignal): Promise<ContainerFiles> {
    const signal = this.#either(wanted)
    const { imageStore, hostFiles } = await this.description(signal)
    if (!hostFiles.works) return hostFiles
    const imageLayers = async (): Promise<number | undefined> => {
      if (container.imageId === '') return undefined
      try {
        return (await (await this.engine(signal)).image(container.imageId, signal)).diffIds.length
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
      return { works: false, reason: wholeText(error.failure) }
    }
  }

  /** Looks for the engine again with the next request. What is under way goes on: what broke need not be its connection. */
  leaveEngine(): void {
    const left = this.#connection
    this.#connection = undefined
    left?.engine.outcome.then((engine) => engine.retire?.(), nothing)
  }

  /** Forgets the engine, with what is under way there; the next request looks for it again. */
  forgetEngine(): void {
    const lost = this.#connection
    this.#connection = undefined
    const hadOpened = lost?.opened !== undefined
    lost?.engine.outcome.then((engine) => {
      // Whoever still waits for one that opens now is to have an answer of it.
      if (hadOpened) engine.close()
      else engine.retire?.()
    }, nothing)
  }

  /**
   * Does one piece of work that writes to the engine after the other, by whatever addresses it is reached: snapshots and undoings.
   * @throws FailureError `cancelled` where the signal came before the turn, what tells which engine it is, and what the work throws
   */
  async inTurn<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    return await this.#turns.inTurn(work, this.#either(signal))
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
    if (this.#connection?.engine.isGivenUp === false) return this.#connection
    const connection: Connection = {
      engine: new SharedWork(async (wanted) => {
        const engine = await this.#openEngine(this.#transport, this.#either(wanted))
        return remappedEngine(engine, (signal) => this.#ownersOf(connection, signal))
      }),
    }
    this.#connection = connection
    connection.engine.outcome.then(
      (engine) => {
        // It may come when nobody waits any more.
        if (connection.engine.isGivenUp) {
          engine.close()
          return
        }
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
  async #ownersOf(connection: Connection, signal: AbortSignal): Promise<OwnerMap | undefined> {
    const { remapped } = await this.#describe(connection, signal)
    if (remapped === undefined) return undefined
    const hostFiles = await this.#hostFiles(connection, signal)
    return (hostFiles.works ? hostFiles.files.owners?.inThese : undefined) ?? usualOwners(remapped)
  }

  #describe(connection: Connection, signal: AbortSignal): Promise<EngineDescription> {
    if (connection.description?.isGivenUp !== false) {
      const asked = new SharedWork(async (wanted) => {
        const engine = await connection.engine.value(wanted, noLongerWanted)
        return await engine.describe(this.#either(wanted))
      })
      const forget = () => {
        if (connection.description === asked) delete connection.description
      }
      // What was not told is asked for again: a proxy's rules may be mended meanwhile.
      asked.outcome.then(({ untold }) => {
        if (untold !== undefined) forget()
      }, forget)
      connection.description = asked
    }
    return connection.description.value(signal, noLongerWanted)
  }

  #hostFiles(connection: Connection, signal: AbortSignal): Promise<HostFilesProbe> {
    if (connection.hostFiles?.isGivenUp !== false) {
      const forget = () => {
        if (connection.hostFiles === asked) delete connection.hostFiles
      }
      const asked = new SharedWork<HostFilesProbe>(async (wanted) => {
        const description = await this.#describe(connection, wanted)
        if (description.untold === undefined) {
          const { socketPath } = await connection.engine.value(wanted, noLongerWanted)
          return await probedFiles(this.#transport, socketPath, description, this.#either(wanted))
        }
        forget()
        return { works: false, reason: storageUntold(description.untold) }
      })
      asked.outcome.catch(forget)
      connection.hostFiles = asked
    }
    return connection.hostFiles.value(signal, noLongerWanted)
  }

  #either(wanted: AbortSignal): AbortSignal {
    return AbortSignal.any([wanted, this.#closing.signal])
  }
}

function nothing(): void {
  // Whoever waits for the engine hears of it.
}
