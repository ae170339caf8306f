import { setMaxListeners } from 'node:events'
import type { Duplex } from 'node:stream'
import { failed, isFailure, needsPerson, type FailureError } from '../../core/base/failure'
import { unlessAborted } from '../../core/base/unless-aborted'
import { HangingCommands } from '../limits/hanging-commands'
import { SharedWork } from '../shared-work'
import type { Ask, HostCommand, Transport } from '../transport'
import { type CommandLimits, usualLimits } from '../limits/command-limits'
import { ConnectionLog, type LogEntry } from '../remote/connection-log'
import { EngineStreams } from './engine-streams'
import type { ResolvedHost } from '../ssh-config/hop-settings'
import { KeptSecrets } from '../remote/kept-secrets'
import { openLink, type Link } from './link/link'
import { OnlyCommand } from './commands/only-command'
import { SessionChannels } from './commands/session-channels'
import { SessionHostKeys } from './host-keys/session-host-keys'

export interface SshTransport extends Transport {
  /** What happened on the way to this host and since, the oldest first; the newest thousand lines. */
  log(): readonly LogEntry[]
  /** What ssh_config says and Lamina does not follow, and what of known_hosts cannot be used, as of the last attempt. */
  warnings(): readonly string[]
}

/** A link with what runs over it. */
interface Line {
  readonly link: Link
  readonly streams: EngineStreams
  readonly only: OnlyCommand
  readonly hanging: HangingCommands
}

/**
 * A host over SSH: one connection that everything shares. `resolve` is asked anew for each attempt, so that an edited
 * ssh_config counts.
 */
export function openSshTransport({
  resolve,
  limits = {},
}: {
  readonly resolve: (signal: AbortSignal) => Promise<ResolvedHost>
  /** Other limits of commands than the usual ones. */
  readonly limits?: Partial<CommandLimits>
}): SshTransport {
  return new SharedConnection(resolve, { ...usualLimits, ...limits })
}

class SharedConnection implements SshTransport {
  readonly #resolve: (signal: AbortSignal) => Promise<ResolvedHost>
  readonly #limits: CommandLimits
  readonly #log = new ConnectionLog()
  readonly #secrets = new KeptSecrets()
  readonly #hostKeys = new SessionHostKeys()
  readonly #closing = new AbortController()
  #warnings: readonly string[] = []
  #line: Line | undefined
  #attempt: SharedWork<Line> | undefined
  /** Why the last attempt failed for good. */
  #refusal: FailureError | undefined

  constructor(resolve: (signal: AbortSignal) => Promise<ResolvedHost>, limits: CommandLimits) {
    this.#resolve = resolve
    this.#limits = limits
    // Every stream that waits for the connection listens.
    setMaxListeners(0, this.#closing.signal)
  }

  log(): readonly LogEntry[] {
    return this.#log.entries()
  }

  warnings(): readonly string[] {
    return this.#warnings
  }

  received(): number {
    return this.#line?.link.received() ?? 0
  }

  roundTrip(): Promise<boolean> {
    const link = this.#line?.link
    return link === undefined ? Promise.resolve(false) : link.line.roundTrip()
  }

  async open(ask: Ask | undefined, signal: AbortSignal): Promise<void> {
    // An attempt that nobody can be asked in may fail for that alone.
    if (ask !== undefined) await this.#attempt?.value(signal, cancelled).catch(unlessCancelled(signal))
    // Whoever opens a host wants it tried anew; what merely uses it does not.
    this.#refusal = undefined
    await this.#connected(ask, signal)
  }

  async openStream(socketPath: string, signal: AbortSignal): Promise<Duplex> {
    const { streams } = await this.#connected(undefined, signal)
    return await streams.open(socketPath, signal)
  }

  async *run(command: HostCommand, signal: AbortSignal): AsyncGenerator<Buffer> {
    // Any number of commands may be given the same signal.
    setMaxListeners(0, signal)
    const { only, hanging } = await this.#connected(undefined, signal)
    yield* hanging.watched(command, () => only.run(command, signal))
  }

  async leadsToEngine(signal: AbortSignal): Promise<boolean> {
    const { only } = await this.#connected(undefined, signal)
    return await unlessAborted(only.leadsToEngine(), signal, cancelled)
  }

  close(): Promise<void> {
    this.#closing.abort()
    this.#secrets.clear()
    this.#hostKeys.clear()
    const link = this.#line?.link
    this.#line = undefined
    link?.close()
    return Promise.resolve()
  }

  async #connected(ask: Ask | undefined, signal: AbortSignal): Promise<Line> {
    if (this.#closing.signal.aborted) throw failed('cancelled', 'The host was closed.')
    if (this.#line !== undefined) return this.#line
    if (this.#refusal !== undefined) throw this.#refusal
    if (this.#attempt?.isGivenUp === true) {
      // A server counts who comes twice at once.
      await unlessAborted(
        this.#attempt.outcome.catch(() => undefined),
        signal,
        cancelled,
      )
      return await this.#connected(ask, signal)
    }
    const isShared = this.#attempt !== undefined
    this.#attempt ??= new SharedWork((wanted) =>
      this.#connect(ask, [wanted, this.#closing.signal, ...(ask === undefined ? [] : [signal])]),
    )
    try {
      return await this.#attempt.value(signal, cancelled)
    } catch (error) {
      // Who was asked gave up, which is no reason for the others.
      if (!isFailure(error, 'cancelled') || signal.aborted || !isShared) throw error
      return await this.#connected(ask, signal)
    }
  }

  async #connect(ask: Ask | undefined, signals: AbortSignal[]): Promise<Line> {
    const began = performance.now()
    const signal = AbortSignal.any(signals)
    try {
      const resolved = await this.#resolve(signal)
      this.#warnings = []
      for (const warning of resolved.warnings) this.#warn(warning)
      const link = await openLink(resolved, {
        ask,
        signal,
        log: this.#log,
        secrets: this.#secrets,
        accepted: this.#hostKeys,
        warn: (sentence) => {
          this.#warn(sentence)
        },
      })
      this.#log.add(`Connected after ${(performance.now() - began).toFixed(0)} ms`)
      return this.#use(link)
    } catch (error) {
      if (!isFailure(error)) throw error
      this.#log.add(`Not connected: ${error.failure.message}`)
      if (needsPerson(error.failure)) this.#refusal = error
      throw error
    } finally {
      this.#attempt = undefined
    }
  }

  #warn(sentence: string): void {
    if (this.#warnings.includes(sentence)) return
    this.#warnings = [...this.#warnings, sentence]
    this.#log.add(`Warning: ${sentence}`)
  }

  #use(link: Link): Line {
    const sessions = new SessionChannels(link, this.#log, this.#limits)
    const only = new OnlyCommand(sessions, this.#log, this.#limits)
    const streams = new EngineStreams(link, { sessions, only }, this.#log, this.#limits)
    const line = { link, only, streams, hanging: new HangingCommands(this.#limits) }
    if (this.#closing.signal.aborted) link.close()
    this.#line = line
    void link.gone.then((reason) => {
      if (this.#line !== line) return
      this.#line = undefined
      if (needsPerson(reason.failure)) this.#refusal = reason
    })
    return line
  }
}

const cancelled = 'Connecting was cancelled.'

/** How an attempt ended is no matter to who only waits for its end, unless they gave up themselves. */
function unlessCancelled(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (signal.aborted) throw error
  }
}
