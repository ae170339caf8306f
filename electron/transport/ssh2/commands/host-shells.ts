import { failed, type FailureError } from '../../../core/base/failure'
import { whenTooLate } from '../../limits/begin-limit'
import type { CommandLimits } from '../../limits/command-limits'
import type { ConnectionLog } from '../../remote/connection-log'
import { HostShell } from './host-shell'
import type { Link } from '../link/link'
import { HangingLogin } from '../login/login-failure'
import type { SessionStarts } from './session-channel'
import { shellLines, type ShellKind } from './shell-loop'
import { sessionsInWords } from '../../remote/limited-slots'

/** Shells that are kept for later, of one link. */
const mostIdle = 4

interface Waiter {
  readonly resolve: (shell: HostShell) => void
  readonly reject: (error: unknown) => void
}

/** A shell that is being started. */
interface Start {
  readonly giveUp: AbortController
  /** It has its channel, so that the login is under way. */
  hasRoom: boolean
}

/** The shells of one kind. */
interface Pool {
  readonly kind: ShellKind
  /** The one that was used last comes last. */
  readonly idle: HostShell[]
  readonly waiting: Waiter[]
  readonly starts: Set<Start>
  /** Why no more logins are tried for now, and since when. */
  refusal?: { readonly failure: FailureError; since: number }
  isSlow: boolean
}

/** The shells that run commands over one link: each is kept after its command, so that a login is paid once. */
export class HostShells {
  readonly #sessions: SessionStarts
  readonly #link: Link
  readonly #log: ConnectionLog
  readonly #limits: CommandLimits
  readonly #pools: Readonly<Record<ShellKind, Pool>> = { user: emptyPool('user'), root: emptyPool('root') }
  readonly #busy = new Set<HostShell>()
  readonly #timers = new Map<HostShell, NodeJS.Timeout>()

  constructor(sessions: SessionStarts, link: Link, log: ConnectionLog, limits: CommandLimits) {
    this.#sessions = sessions
    this.#link = link
    this.#log = log
    this.#limits = limits
  }

  /**
   * A shell that has nothing to do, in the order in which it is asked for. It is free again by itself when its command has ended.
   * @throws FailureError `connection-lost`, `command-failed`, `cancelled`
   */
  take(kind: ShellKind, signal: AbortSignal): Promise<HostShell> {
    const pool = this.#pools[kind]
    const kept = pool.waiting.length === 0 ? pool.idle.pop() : undefined
    if (kept !== undefined) {
      this.#wake(kept)
      this.#prepareAnother(pool)
      return Promise.resolve(kept)
    }
    if (pool.refusal !== undefined) {
      this.#tryAgain(pool, pool.refusal)
      return Promise.reject(pool.refusal.failure)
    }
    return new Promise((resolve, reject) => {
      const giveUp = (why: FailureError) => {
        settled()
        pool.waiting.splice(pool.waiting.indexOf(waiter), 1)
        this.#giveUpStarts(pool)
        reject(why)
      }
      const cancel = () => {
        giveUp(failed('cancelled', 'The command was cancelled before it began.'))
      }
      const stopWaiting = whenTooLate(
        this.#limits.beginWithin,
        () => (this.#isHeldUp ? 0 : Infinity),
        () => {
          giveUp(noRoom(this.#sessions.slots.limit))
        },
      )
      const settled = () => {
        stopWaiting()
        signal.removeEventListener('abort', cancel)
      }
      const waiter: Waiter = {
        resolve: (shell) => {
          settled()
          resolve(shell)
        },
        reject: (error) => {
          settled()
          reject(error instanceof Error ? error : new Error(String(error)))
        },
      }
      signal.addEventListener('abort', cancel, { once: true })
      pool.waiting.push(waiter)
      if (pool.starts.size < pool.waiting.length) this.#start(pool)
    })
  }

  /** Closes a shell that nobody uses, where there is one, for something else that wants its room. */
  giveUpIdle(): boolean {
    for (const { idle } of Object.values(this.#pools)) {
      const [oldest] = idle
      if (oldest === undefined) continue
      this.#retire(oldest)
      return true
    }
    return false
  }

  /**
   * Where somebody waits for room and every command waits for its reader, one of them is read to its end: the reader may be the one who waits.
   */
  relieve(): void {
    if (!this.#sessions.slots.hasWaiting || this.#isUnderWay) return
    const busy = [...this.#busy]
    if (busy.every(({ isStalled }) => isStalled)) busy[0]?.readAhead()
  }

  /** All room is taken by what is no command, and may be so for ever. */
  get #isHeldUp(): boolean {
    return this.#sessions.slots.isFull && this.#busy.size === 0 && !this.#isUnderWay
  }

  /** A login is under way, which brings a shell or makes room. */
  get #isUnderWay(): boolean {
    return Object.values(this.#pools).some(({ starts }) => [...starts].some(({ hasRoom }) => hasRoom))
  }

  #start(pool: Pool): void {
    const start: Start = { giveUp: new AbortController(), hasRoom: false }
    pool.starts.add(start)
    this.#login(pool, start).then(
      (shell) => {
        pool.starts.delete(start)
        delete pool.refusal
        this.#serve(pool, shell)
        this.relieve()
      },
      (error: unknown) => {
        pool.starts.delete(start)
        this.#failedToStart(pool, error, start)
      },
    )
  }

  async #login(pool: Pool, start: Start): Promise<HostShell> {
    const { signal } = start.giveUp
    const channel = await this.#sessions.start(shellLines[pool.kind], signal, pool)
    start.hasRoom = true
    const shell = new HostShell(pool.kind, channel, {
      limits: this.#limits,
      silence: () => this.#link.silence(),
      isFree: (free) => {
        this.#isFree(pool, free)
      },
      isStalled: () => {
        this.relieve()
      },
    })
    channel.stream.once('close', () => {
      this.#forget(shell)
      this.relieve()
    })
    const slow = setTimeout(() => {
      pool.isSlow = true
      this.#prepareAnother(pool)
    }, this.#limits.slowLogin)
    try {
      await shell.ready
      return shell
    } finally {
      clearTimeout(slow)
    }
  }

  #failedToStart(pool: Pool, error: unknown, { giveUp }: Start): void {
    if (giveUp.signal.aborted) return
    if (error instanceof HangingLogin) {
      if (pool.refusal === undefined) this.#log.add(error.failure.message)
      pool.refusal = { failure: error, since: performance.now() }
      for (const start of pool.starts) if (!start.hasRoom) start.giveUp.abort()
      for (const waiter of pool.waiting.splice(0)) waiter.reject(error)
      return
    }
    if (pool.starts.size < pool.waiting.length) pool.waiting.shift()?.reject(error)
  }

  /** A login that is slow is paid in advance for the command that comes while another one runs. */
  #prepareAnother(pool: Pool): void {
    const { slots } = this.#sessions
    if (!pool.isSlow || pool.idle.length > 0 || slots.isFull || slots.hasWaiting) return
    if (pool.starts.size <= pool.waiting.length && pool.refusal === undefined) this.#start(pool)
  }

  /** Whether logins come to their commands again is found out by one that nobody waits for. */
  #tryAgain(pool: Pool, refusal: { since: number }): void {
    const now = performance.now()
    if (now - refusal.since < this.#limits.retryAfter || pool.starts.size > 0) return
    refusal.since = now
    this.#start(pool)
  }

  #isFree(pool: Pool, shell: HostShell): void {
    this.#busy.delete(shell)
    const { slots } = this.#sessions
    // Whoever has waited longer for room has it first.
    if (slots.hasWaiting && slots.firstOwner !== pool) shell.retire()
    else this.#serve(pool, shell)
    this.relieve()
  }

  #serve(pool: Pool, shell: HostShell): void {
    if (shell.isGone) return
    const next = pool.waiting.shift()
    if (next !== undefined) {
      this.#busy.add(shell)
      this.#giveUpStarts(pool)
      next.resolve(shell)
      return
    }
    shell.keep()
    pool.idle.push(shell)
    this.#timers.set(
      shell,
      setTimeout(() => {
        this.#retire(shell)
      }, this.#limits.keptFor).unref(),
    )
    if (this.#timers.size > mostIdle) this.giveUpIdle()
  }

  /** Starts that wait for room are left off where nobody waits for them any more, the last ones first. */
  #giveUpStarts({ starts, waiting }: Pool): void {
    let over = starts.size - waiting.length
    for (const start of [...starts].reverse()) {
      if (over <= 0) return
      over -= 1
      if (start.hasRoom) continue
      starts.delete(start)
      start.giveUp.abort()
    }
  }

  #wake(shell: HostShell): void {
    clearTimeout(this.#timers.get(shell))
    this.#timers.delete(shell)
    this.#busy.add(shell)
  }

  #retire(shell: HostShell): void {
    this.#forget(shell)
    shell.retire()
  }

  #forget(shell: HostShell): void {
    this.#wake(shell)
    this.#busy.delete(shell)
    const { idle } = this.#pools[shell.kind]
    if (idle.includes(shell)) idle.splice(idle.indexOf(shell), 1)
  }
}

function emptyPool(kind: ShellKind): Pool {
  return { kind, idle: [], waiting: [], starts: new Set(), isSlow: false }
}

function noRoom(most: number): FailureError {
  return failed(
    'command-failed',
    `The server allows ${sessionsInWords(most)} at once, and streams to the engine hold them all, so that no command can be run.`,
    "In the host's sshd_config set MaxSessions to 10, which is its usual value, or AllowStreamLocalForwarding yes.",
  )
}
