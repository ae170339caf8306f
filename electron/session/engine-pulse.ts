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

/** Milliseconds between an answer and the next question. */
const askedEvery = 3_000
/** Milliseconds after which an answer is missed. A busy engine answers `/_ping` within some milliseconds: it looks at nothing for it. */
const missedAfter = 3_000

/**
 * Asks an engine again and again whether it answers, one question at a time, and tells of a silence that begins, and with nothing of
 * its end. A request that takes long is none, since the question is answered beside it, and while the line is full of other answers none is
 * told. Ends with the signal.
 */
export async function followPulse(
  engine: Engine,
  tell: (silence: Silence | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  const { ping, afterQuiet = passedBy } = engine
  if (ping === undefined) return
  let isSilent = false
  while (await passed(askedEvery, signal)) {
    let endMissing: (() => void) | undefined
    const asked = () => {
      const since = Date.now()
      const missing = () => {
        if (isSilent) return
        isSilent = true
        const waiting = engine.waiting?.()
        tell({ since, ...(waiting === undefined ? {} : { request: waiting.request }) })
      }
      endMissing = afterQuiet(missedAfter, missing)
    }
    try {
      await ping(asked, signal)
      if (isSilent) tell(undefined)
      isSilent = false
    } catch (error) {
      // The engine is gone, or not to be asked any more, which the end of its events tells.
      if (!isFailure(error)) throw error
    } finally {
      endMissing?.()
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
