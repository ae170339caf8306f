import { isFailure } from '../core/failure'
import type { Engine } from '../engine/engine'
import { passed } from './passed'

/** No answer comes from an engine that was asked, as from one that is stopped or stuck, or over a line that is. */
export interface Silence {
  /** When it was asked in vain, in milliseconds since 1970. */
  readonly since: number
  /** What waits longest for an answer, as `GET /containers/json`; absent where nothing but the question waits. */
  readonly request?: string
}

/** Milliseconds between an answer and the next question. With the next one a silence is told within five seconds. */
const askedEvery = 1_000
/** Milliseconds after which an answer is missed. An engine answers `/_ping` within some milliseconds, on a busy machine within some seconds. */
const missedAfter = 3_600
/** The same for an engine that was slow before, at most. */
const mostPatience = 20_000
/** Milliseconds that the answer of an engine takes that is not slow. */
const quick = 1_000

/**
 * Asks an engine again and again whether it answers, one question at a time, and tells of a silence that begins, and with nothing of
 * its end. A request that takes long is none, since the question is answered beside it, and while the line is full of other answers none is
 * told. An engine that goes on to answer slowly is given more time, so that it does not come and go. Ends with the signal.
 */
export async function followPulse(
  engine: Engine,
  tell: (silence: Silence | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  const { ping, afterQuiet = passedBy, afterQuietLine } = engine
  if (ping === undefined) return
  let isSilent = false
  let patience = missedAfter
  let wait = askedEvery
  while (await passed(wait, signal)) {
    const ending: (() => void)[] = []
    const begun = performance.now()
    const miss = (since: number) => () => {
      if (isSilent) return
      isSilent = true
      const waiting = engine.waiting?.()
      tell({ since, ...(waiting === undefined ? {} : { request: waiting.request }) })
    }
    // The question may not come to the engine over a line that stands still.
    if (afterQuietLine !== undefined) ending.push(afterQuietLine(patience, miss(Date.now())))
    const asked = () => ending.push(afterQuiet(patience, miss(Date.now())))
    wait = askedEvery
    try {
      await ping(asked, signal)
      const took = performance.now() - begun
      if (isSilent) tell(undefined)
      // Whether it stood still or is slow, the next answer tells.
      if (isSilent) wait = 0
      isSilent = false
      patience = took < quick ? missedAfter : Math.min(Math.max(missedAfter, 2 * took), mostPatience)
    } catch (error) {
      // The engine is gone, or not to be asked any more, which the end of its events tells.
      if (!isFailure(error)) throw error
    } finally {
      for (const end of ending) end()
    }
  }
}

/** Where nothing tells what else comes from the host. */
function passedBy(milliseconds: number, tell: () => void): () => void {
  const timer = setTimeout(tell, milliseconds)
  return () => {
    clearTimeout(timer)
  }
}
