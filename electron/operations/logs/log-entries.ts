import { basename, dirname, join } from 'node:path'
import { isOperationName, type OperationName } from '../../contract/contract'
import type { EventPayload, LaminaEvent } from '../../contract/events'
import { originOf, type Failure } from '../../core/base/failure'
import type { Log, LogEvent, LogFacts } from '../../core/logs/log'
import { cleanText } from '../../core/logs/log-line'
import { failureFacts, reasonIn, type NamedHost } from './failure-facts'

/** These end as an event tells too, of the host or of the listing: one line is enough for one failure. */
const toldByEvents: ReadonlySet<string> = new Set<OperationName>(['hosts.connect', 'changes.refresh'])

/** So many hosts are told apart; each takes a few bytes. */
const mostHosts = 1000

/**
 * Writes into the log what operations and events tell: that they failed, of what kind, and when; never what they were asked, and no address.
 * A host is told by its kind and a number of this process (`ssh-1`), since the user of an address may be a token (`ssh://TOKEN@host`).
 */
export class LogEntries {
  readonly #log: Log
  readonly #dataDir: string
  readonly #hosts = new Map<string, string>()
  /** What was told last of each host: most events repeat it. */
  readonly #told = new Map<string, string>()
  /** Since when each host is as it is, by `performance.now()`. */
  readonly #since = new Map<string, number>()
  readonly #inEvents = new WeakSet<object>()

  constructor(log: Log, dataDir: string) {
    this.#log = log
    this.#dataDir = dataDir
  }

  hear(event: LaminaEvent): void {
    if (event.name === 'host.changed') this.#addHost(event.payload)
    else if (event.name === 'storage.noticed') this.#addNotice(event.payload)
  }

  /** An operation that failed after `ms` milliseconds. What was cancelled did not fail. */
  addFailure(operation: string, input: unknown, failure: Failure, ms: number): void {
    if (toldByEvents.has(operation) && this.#inEvents.has(failure)) return
    // Anything may stand there: what was meant as an input.
    const name = isOperationName(operation) ? operation : 'unknown'
    this.#add('operation.failed', failure, { operation: name, ms: Math.round(ms) }, this.#hostIn(input))
  }

  /** Something that works on in the background for a host has failed, as a listing does. */
  addBackgroundFailure(event: LogEvent, hostId: string, failure: Failure, facts: LogFacts): void {
    this.#inEvents.add(failure)
    this.#add(event, failure, facts, this.#named(hostId))
  }

  #add(event: LogEvent, failure: Failure, facts: LogFacts, host: NamedHost | undefined): void {
    if (failure.kind === 'cancelled') return
    const all = { ...facts, host: host?.name, ...failureFacts(failure, host) }
    const origin = originOf(failure)
    if (failure.kind === 'internal' && origin !== undefined) this.#log.error(event, origin, all)
    else this.#log.warning(event, all)
  }

  #addHost(change: EventPayload<'host.changed'>): void {
    const { hostId, state, description, failure, silence, notLive, retryIn } = change
    const named = this.#named(hostId)
    const host = named.name
    switch (state) {
      case 'connecting':
        // What it was before is told again if it comes to that.
        if (this.#since.size >= mostHosts) this.#since.clear()
        this.#since.set(hostId, performance.now())
        return
      case 'connected':
        if (silence !== undefined) this.#tellOnce(hostId, 'host.silent', { host })
        else if (notLive !== undefined)
          this.#tellOnce(hostId, 'host.not-live', { host, why: reasonIn(notLive, named) })
        else if (description !== undefined)
          this.#tellOnce(hostId, 'host.connected', {
            host,
            engine: description.engine,
            version: cleanText(description.version),
            api: cleanText(description.apiVersion),
            storage:
              description.storageDriver === undefined ? undefined : cleanText(description.storageDriver),
            rootless: description.rootless,
            hostLens: description.hostLens.works,
            why:
              description.hostLens.reason === undefined
                ? undefined
                : reasonIn(description.hostLens.reason, named),
            ms: this.#msOf(hostId),
          })
        return
      case 'lost':
        if (failure !== undefined) this.#inEvents.add(failure)
        this.#tellOnce(hostId, 'host.lost', {
          host,
          ...(failure === undefined ? {} : failureFacts(failure, named)),
          ms: this.#msOf(hostId),
          retryIn,
        })
        return
      case 'disconnected':
        this.#tellOnce(hostId, 'host.disconnected', { host })
    }
  }

  #tellOnce(
    hostId: string,
    event: 'host.connected' | 'host.silent' | 'host.not-live' | 'host.lost' | 'host.disconnected',
    facts: LogFacts,
  ): void {
    // Each attempt takes another time, and waits longer than the last.
    const key = JSON.stringify([event, { ...facts, at: undefined, ms: undefined, retryIn: undefined }])
    if (this.#told.get(hostId) === key) return
    if (this.#told.size >= mostHosts) this.#told.clear()
    this.#told.set(hostId, key)
    if (event === 'host.connected' || event === 'host.disconnected') this.#log.info(event, facts)
    else this.#log.warning(event, facts)
  }

  #addNotice({ file, problem, movedTo, restored, count, reason }: EventPayload<'storage.noticed'>): void {
    this.#log.warning('file.noticed', {
      file: this.#ownName(file),
      problem,
      movedTo: movedTo === undefined ? undefined : this.#ownName(movedTo),
      restored,
      count,
      reason: reason === undefined ? undefined : cleanText(reason.replaceAll(this.#dataDir, '')),
    })
  }

  /** A file of Lamina's own; any other is a person's. */
  #ownName(file: string): string {
    const isOwn = [this.#dataDir, join(this.#dataDir, 'journal')].includes(dirname(file))
    return isOwn ? basename(file) : 'not in the data folder'
  }

  /** Milliseconds since it was begun to connect a host, the last time. */
  #msOf(hostId: string): number | undefined {
    const since = this.#since.get(hostId)
    return since === undefined ? undefined : Math.round(performance.now() - since)
  }

  #hostIn(input: unknown): NamedHost | undefined {
    if (typeof input !== 'object' || input === null || !('hostId' in input)) return undefined
    return typeof input.hostId === 'string' ? this.#named(input.hostId) : undefined
  }

  #named(hostId: string): NamedHost {
    return { hostId, name: this.#nameOf(hostId) }
  }

  #nameOf(hostId: string): string {
    if (hostId === 'local') return hostId
    const known = this.#hosts.get(hostId)
    if (known !== undefined) return known
    if (this.#hosts.size >= mostHosts) return 'another'
    const name = `${hostId.startsWith('unix:') ? 'socket' : 'ssh'}-${String(this.#hosts.size + 1)}`
    this.#hosts.set(hostId, name)
    return name
  }
}
