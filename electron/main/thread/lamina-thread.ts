import type { BirpcReturn } from 'birpc'
import { Worker } from 'node:worker_threads'
import type { OperationName } from '../../contract/contract'
import type { LaminaEvent } from '../../contract/events'
import type { Result } from '../../core/base/failure'
import type { Log } from '../../core/logs/log'
import type { Lamina } from '../../operations/application'
import type { StorageNotice } from '../../storage/files/storage-notices'
import type { StarterNews } from '../../transport/local/command-starter'
import { exchange, type MainFunctions, type ThreadFunctions, type ThreadStart } from './exchange'

type Link = BirpcReturn<ThreadFunctions, MainFunctions>

/**
 * Lamina in a thread of its own, so that the process's main thread, which every window, menu and dialog waits for, has nothing to
 * do but hand messages on (docs/decisions/0009). A thread that ends by itself is replaced with the next call.
 */
export class LaminaThread implements Lamina {
  readonly #script: string
  readonly #start: ThreadStart
  readonly #functions: Omit<MainFunctions, 'tell'>
  readonly #log: Log
  readonly #listeners = new Set<(event: LaminaEvent) => void>()
  readonly #lost = new Set<() => void>()
  #thread: { readonly worker: Worker; readonly link: Link } | undefined
  /** For the thread that takes the place of one which ended. */
  readonly #notices: StorageNotice[] = []
  #lastCall = 0
  #hasStarter = false
  #isClosed = false

  /** `script` is the built thread/entry.ts; `functions` are what the thread cannot do. */
  constructor(script: string, start: ThreadStart, functions: Omit<MainFunctions, 'tell'>, log: Log) {
    this.#script = script
    this.#start = start
    this.#functions = functions
    this.#log = log
    this.#link()
  }

  async call(
    operation: string,
    input: unknown,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Result<unknown>> {
    if (signal?.aborted === true || this.#isClosed) return cancelled(operation)
    const id = (this.#lastCall += 1)
    // A thread that has ended meanwhile has cancelled everything.
    const cancel = () => void this.#thread?.link.cancel(id).catch(() => undefined)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await this.#link().call(id, operation, input)
    } catch (error) {
      if (this.#isClosed) return cancelled(operation)
      const message = error instanceof Error ? error.message : String(error)
      return { ok: false, failure: { kind: 'internal', message: `${operation} was cut off: ${message}` } }
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  on(listener: (event: LaminaEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Calls a listener whenever the thread has ended by itself, with all that was open in it, until the returned function is called. */
  onLost(listener: () => void): () => void {
    this.#lost.add(listener)
    return () => void this.#lost.delete(listener)
  }

  async busy(): Promise<readonly OperationName[]> {
    return (await this.#thread?.link.busy().catch(() => undefined)) ?? []
  }

  notice(notice: StorageNotice): void {
    this.#notices.push(notice)
    void this.#thread?.link.notice(notice)
  }

  /** Hands on what the process that starts commands tells, or that it has ended. */
  hearStarter(news: StarterNews | 'gone'): void {
    if (news === 'gone') this.#hasStarter = false
    else if ('ready' in news) this.#hasStarter = true
    void this.#thread?.link.hearStarter(news)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const thread = this.#thread
    if (thread === undefined) return
    await thread.link.close().catch(() => undefined)
    await thread.worker.terminate()
  }

  #link(): Link {
    if (this.#thread !== undefined) return this.#thread.link
    const worker = new Worker(this.#script, { workerData: this.#start })
    const functions: MainFunctions = {
      ...this.#functions,
      tell: (event) => {
        for (const listener of this.#listeners) listener(event)
      },
    }
    const link: Link = exchange(worker, functions, ['cancel', 'hearStarter', 'notice'])
    worker.on('error', (error) => {
      this.#log.error('thread.failed', error)
    })
    worker.once('exit', (status) => {
      this.#thread = undefined
      link.$close(new Error('what was under way has ended unexpectedly.'))
      if (this.#isClosed) return
      this.#log.warning('thread.gone', { status })
      for (const listener of this.#lost) listener()
    })
    this.#thread = { worker, link }
    for (const notice of this.#notices) void link.notice(notice)
    if (this.#hasStarter) void link.hearStarter({ ready: true })
    return link
  }
}

function cancelled(operation: string): Result<never> {
  return { ok: false, failure: { kind: 'cancelled', message: `${operation} was cancelled.` } }
}
