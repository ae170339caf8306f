import { failed, type FailureError } from '../../core/base/failure'
import type { Transport } from '../../transport/transport'
import { afterQuiet } from './quiet-time'

/** Milliseconds for an engine to say that it is there, before a request is given up. */
const askedWithin = 2_000

/** What tells an engine that is silent from one whose answers wait for their turn on a line. */
export interface EnginesLine {
  readonly transport: Pick<Transport, 'received' | 'roundTrip'>
  /** Bytes that came from the engine so far, whatever for. */
  readonly received: () => number
  /** Settles when the engine answers the cheapest question. */
  readonly ping: (signal: AbortSignal) => Promise<void>
}

/** Measures the silence of one engine, never how long something takes. */
export class SilenceOf {
  readonly #engine: EnginesLine

  constructor(engine: EnginesLine) {
    this.#engine = engine
  }

  /** Tells once when the engine was silent for some milliseconds (`afterQuiet` of `quiet-time.ts`); gives the function that ends the waiting. */
  after(milliseconds: number, tell: () => void): () => void {
    const { transport, received } = this.#engine
    const heard = {
      engine: received,
      ...(transport.received === undefined ? {} : { received: transport.received.bind(transport) }),
      ...(transport.roundTrip === undefined ? {} : { roundTrip: transport.roundTrip.bind(transport) }),
    }
    return afterQuiet(milliseconds, heard, tell)
  }

  /**
   * Gives up after a silence, and says whether the engine answers anything else, which it is asked near the end. Gives the function that ends
   * the waiting.
   */
  giveUpAfter(milliseconds: number, giveUp: (isThere: boolean) => void): () => void {
    const asking = Math.min(askedWithin, milliseconds / 4)
    const over = new AbortController()
    let isThere = false
    let end = this.after(milliseconds - asking, () => {
      const asked = this.#engine.ping(over.signal)
      asked.then(
        () => (isThere = true),
        () => undefined,
      )
      end = this.after(asking, () => {
        over.abort()
        giveUp(isThere)
      })
    })
    return () => {
      end()
      over.abort()
    }
  }
}

const maybeStopped = 'The engine may be stopped or overloaded; look at its log, or restart it.'
/** The engine is there. */
const maybeStuck =
  'Try it again. Where it stays so, something that the engine needs for this may be stuck, such as containerd or a disk; look at its log.'

/** @param what the request in words, as `GET /containers/json` */
export function silent(timeout: number, isThere: boolean, what: string): FailureError {
  const seconds = `${String(timeout / 1000)} seconds`
  if (isThere)
    return failed(
      'timed-out',
      `The engine answers other requests, but to ${what} it gave no answer within ${seconds}.`,
      maybeStuck,
    )
  return failed(
    'timed-out',
    `The engine accepted the connection but gave no answer within ${seconds}.`,
    maybeStopped,
  )
}

/** Of an answer that has begun. */
export function stalled(timeout: number, isThere: boolean): FailureError {
  return failed(
    'timed-out',
    `The engine began an answer and did not go on with it: next to nothing came in ${String(timeout / 1000)} seconds.`,
    isThere ? maybeStuck : maybeStopped,
  )
}
