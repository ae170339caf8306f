import { basename, dirname, join } from 'node:path'
import { isOperationName } from '../contract/contract'
import type { EventPayload, LaminaEvent } from '../contract/events'
import type { Failure, FailureKind } from '../core/failure'
import type { Log, LogFacts } from '../core/log'
import { cleanText } from '../core/log-line'

/** Of these the log has Lamina's own words beside the kind; of any other kind they may hold what a server, an engine or a person wrote. */
const ownWords: ReadonlySet<string> = new Set<FailureKind>([
  'engine-answer-invalid',
  'engine-unsupported',
  'command-failed',
])

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
    const { kind } = failure
    if (kind === 'cancelled') return
    this.#log.warning('operation.failed', {
      // Anything may stand there: what was meant as an input.
      operation: isOperationName(operation) ? operation : 'unknown',
      kind,
      ms: Math.round(ms),
      host: this.#hostIn(input),
      ...wordsOf(failure),
    })
  }

  #addHost(change: EventPayload<'host.changed'>): void {
    const { hostId, state, description, failure, silence, retryIn } = change
    const host = this.#nameOf(hostId)
    switch (state) {
      case 'connecting':
        // What it was before is told again if it comes to that.
        return
      case 'connected':
        if (silence !== undefined) this.#tellOnce(hostId, 'host.silent', { host })
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
          })
        return
      case 'lost':
        this.#tellOnce(hostId, 'host.lost', {
          host,
          kind: failure?.kind,
          ...(failure === undefined ? {} : wordsOf(failure)),
          retryIn,
        })
        return
      case 'disconnected':
        this.#tellOnce(hostId, 'host.disconnected', { host })
    }
  }

  #tellOnce(
    hostId: string,
    event: 'host.connected' | 'host.silent' | 'host.lost' | 'host.disconnected',
    facts: LogFacts,
  ): void {
    // Each attempt waits longer than the last.
    const key = JSON.stringify([event, { ...facts, retryIn: undefined }])
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

  #hostIn(input: unknown): string | undefined {
    if (typeof input !== 'object' || input === null || !('hostId' in input)) return undefined
    return typeof input.hostId === 'string' ? this.#nameOf(input.hostId) : undefined
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

/** What follows the first sentence may be what a command on the host complained of. */
function wordsOf({ kind, message }: { readonly kind: string; readonly message: string }): LogFacts {
  return ownWords.has(kind) ? { why: cleanText(message.split(/(?<=[.!?])\s/, 1)[0] ?? '') } : {}
}
