import { isFailure } from '../../core/base/failure'
import type { Engine } from '../../engine/engine'
import { passed } from '../base/passed'

/** No answer comes from an engine that was asked, as from one that is stopped or stuck, or over a line that is. */
export interface Silence {
  /** When it was asked in vain, in milliseconds since 1970. */
  readonly since: number
  /** What waits longest for an answer, as `GET /containers/json`; absent where nothing but the question waits. */
  readonly request?: string
  /** The engine itself answers, and containerd, which it needs for much, answers it nothing. */
  readonly isPartial?: true
}

/** Milliseconds between an answer and the next question. With the next one a silence is told within five seconds. */
const askedEvery = 1_000
/** Milliseconds after which an answer is missed. An engine answers `/_ping` within some milliseconds, on a busy machine within some seconds. */
const missedAfter = 3_600
/** The same for an engine that was slow before, at most. */
const mostPatience = 20_000
/** Milliseconds that the answer of an engine takes that is not slow. */
const quick = 1_000
/** Milliseconds for which something waits before the engine's parts are asked for. */
const waitsLong = 500
/** Milliseconds after which they are asked for again at the latest: it costs the host two processes. */
const partsEvery = 30_000

/**
 * Asks an engine again and again whether it answers, one question at a time, and tells of a silence that begins, and with nothing of
 * its end. A request that takes long is none, since the question is answered beside it, and while the line is full of other answers none is
 * told. An engine that goes on to answer slowly is given more time, so that it does not come and go. Where something waits for an answer, the
 * engine is asked for its parts too. Ends with the signal.
 */
export async function followPulse(
  engine: Engine,
  tell: (silence: Silence | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  if (engine.ping === undefined) return
  let told: Silence | undefined
  const changed = () => {
    const isPartial = whole.silentSince === undefined
    const since = whole.silentSince ?? parts.silentSince
    if (told?.since === since && (told?.isPartial === true) === (since !== undefined && isPartial)) return
    const waiting = engine.waiting?.()
    told =
      since === undefined
        ? undefined
        : {
            since,
            ...(waiting === undefined ? {} : { request: waiting.request }),
            ...(isPartial ? { isPartial } : {}),
          }
    tell(told)
  }
  const whole = new Question(engine, changed)
  const parts = new Question(engine, changed)
  await Promise.all([followWhole(engine.ping, whole, signal), followParts(engine, parts, whole, signal)])
}

async function followWhole(ping: Ask, whole: Question, signal: AbortSignal): Promise<void> {
  let wait = askedEvery
  while (await passed(wait, signal)) {
    const wasSilent = whole.silentSince !== undefined
    const isAnswered = await whole.ask(ping, () => true, signal)
    // Whether it stood still or is slow, the next answer tells.
    wait = isAnswered && (wasSilent || whole.wasMissed) ? 0 : askedEvery
  }
}

async function followParts(
  { askParts, waiting }: Engine,
  parts: Question,
  whole: Question,
  signal: AbortSignal,
): Promise<void> {
  if (askParts === undefined) return
  let askedAt = Date.now()
  let askedFor: number | undefined
  let wait = askedEvery
  while (await passed(waitsLong, signal)) {
    const now = Date.now()
    const { since } = waiting?.() ?? {}
    if (since !== askedFor) wait = 0
    if (since === undefined || now - since < waitsLong) wait = partsEvery
    if (now - askedAt < wait) continue
    askedAt = now
    askedFor = since
    // Of an engine that answers nothing at all its parts are not missed.
    await parts.ask(askParts, () => whole.answeredTo > now, signal)
    wait = Math.min(Math.max(2 * wait, askedEvery), partsEvery)
  }
}

type Ask = NonNullable<Engine['ping']>

/** One of the questions, and whether it is answered. */
class Question {
  /** When it was asked in vain, in milliseconds since 1970; absent while it is answered. */
  silentSince: number | undefined
  /** When it was asked for the last time of those that were answered. */
  answeredTo = 0
  /** Whether the last answer was missed before it came. */
  wasMissed = false
  readonly #engine: Engine
  readonly #changed: () => void
  #patience = missedAfter

  constructor(engine: Engine, changed: () => void) {
    this.#engine = engine
    this.#changed = changed
  }

  /** Asks once, for as long as it takes; says whether an answer came. An answer is missed where `isDue` says so then. */
  async ask(send: Ask, isDue: () => boolean, signal: AbortSignal): Promise<boolean> {
    const { afterQuiet = passedBy, afterQuietLine } = this.#engine
    const ending = new Set<() => void>()
    const since = Date.now()
    const begun = performance.now()
    this.wasMissed = false
    const missAfterQuiet = (wait: typeof passedBy) => {
      const end = wait(this.#patience, () => {
        ending.delete(end)
        if (isDue()) this.#miss(since)
        else missAfterQuiet(wait)
      })
      ending.add(end)
    }
    // The question may not come to the engine over a line that stands still.
    if (afterQuietLine !== undefined) missAfterQuiet(afterQuietLine)
    const asked = () => {
      missAfterQuiet(afterQuiet)
    }
    try {
      await send(asked, signal)
      this.#answered(since, performance.now() - begun)
      return true
    } catch (error) {
      // The engine is gone, or not to be asked any more, which the end of its events tells.
      if (!isFailure(error)) throw error
      return false
    } finally {
      for (const end of ending) end()
    }
  }

  #miss(since: number): void {
    this.wasMissed = true
    if (this.silentSince !== undefined) return
    this.silentSince = since
    this.#changed()
  }

  #answered(asked: number, took: number): void {
    this.answeredTo = asked
    this.#patience = took < quick ? missedAfter : Math.min(Math.max(missedAfter, 2 * took), mostPatience)
    if (this.silentSince === undefined) return
    this.silentSince = undefined
    this.#changed()
  }
}

/** Where nothing tells what else comes from the host. */
function passedBy(milliseconds: number, tell: () => void): () => void {
  const timer = setTimeout(tell, milliseconds)
  return () => {
    clearTimeout(timer)
  }
}
