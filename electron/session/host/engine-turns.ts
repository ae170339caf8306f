import type { EngineDescription } from '../../engine/engine'
import { unlessAborted } from '../../core/base/unless-aborted'
import { passed } from '../base/passed'

/** Whose work it is. */
interface TurnTaker {
  /** Fails where the engine is lost. */
  engine(signal: AbortSignal): Promise<unknown>
  description(signal: AbortSignal): Promise<Pick<EngineDescription, 'engineId'>>
}

/** A turn that somebody has, or waits for. */
interface Turn {
  readonly taker: TurnTaker
  /** Those before it are over, as far as they are waited for. */
  readonly begins: Promise<void>
  readonly ended: Promise<void>
}

/** Milliseconds for which a host may be lost before its work is waited for no longer: it may be the only one that lost the engine. */
const longestLoss = 15_000
/** Milliseconds between two looks whether it is, and for one of them. */
const lookEvery = 1_000
const lookWithin = 5_000

/** The last turn of each engine in this process, by the engine's id; one that has none has the turns of each host alone. */
const lastOfEngine = new Map<string, Turn>()

/**
 * Turns of one host's work that writes to its engine. They are taken with all others of the host, and of whoever reaches the same engine by
 * another address in this process. Other processes are not waited for: engines lock what they must themselves, and eighteen sibling commits
 * at once on the containerd store (moby#44450) went well with Docker 26.
 */
export class EngineTurns {
  readonly #taker: TurnTaker
  readonly #ofHost = new Map<'host', Turn>()

  constructor(taker: TurnTaker) {
    this.#taker = taker
  }

  /** @throws FailureError `cancelled` where the signal came before the turn, what `description` throws, and what the work throws */
  async inTurn<Value>(work: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
    const endOfHost = await this.#take(this.#ofHost, 'host', signal)
    try {
      const { engineId } = await this.#taker.description(signal)
      if (engineId === undefined) return await work()
      const endOfEngine = await this.#take(lastOfEngine, engineId, signal)
      try {
        return await work()
      } finally {
        endOfEngine()
      }
    } finally {
      endOfHost()
    }
  }

  /** Waits for a turn and gives what ends it. Who comes next waits for the turns before, too, where this one is given up. */
  async #take<Key>(last: Map<Key, Turn>, key: Key, signal: AbortSignal): Promise<() => void> {
    const before = last.get(key)
    const begins = before === undefined ? Promise.resolve() : waitedFor(before, this.#taker)
    let end: () => void = () => undefined
    const ended = new Promise<void>((resolve) => (end = resolve))
    const turn = { taker: this.#taker, begins, ended }
    last.set(key, turn)
    void Promise.all([begins, ended]).then(() => {
      if (last.get(key) === turn) last.delete(key)
    })
    try {
      await unlessAborted(begins, signal, 'It was cancelled while other work on the engine was waited for.')
    } catch (error) {
      end()
      throw error
    }
    return end
  }
}

/** A turn is waited for to its end, unless it is another host's that has lost the engine for long. */
async function waitedFor({ taker, begins, ended }: Turn, own: TurnTaker): Promise<void> {
  await begins
  const waiting = new AbortController()
  await Promise.race([ended, ...(taker === own ? [] : [lostForLong(taker, waiting.signal)])])
  waiting.abort()
}

/** Resolves when a host has lost its engine for long, and with the signal. */
async function lostForLong(taker: TurnTaker, signal: AbortSignal): Promise<void> {
  let since: number | undefined
  while (since === undefined || performance.now() - since < longestLoss) {
    if (!(await passed(lookEvery, signal))) return
    try {
      await taker.engine(AbortSignal.any([signal, AbortSignal.timeout(lookWithin)]))
      since = undefined
    } catch {
      since ??= performance.now()
    }
  }
}
