import type { IncomingMessage } from 'node:http'
import { connectionFailure, stalled, unbelievable } from './connection-failure'

/** The largest answer that is taken into memory, in bytes. */
const largestAnswer = 384 * 1024 * 1024
/** Milliseconds in which something more of a body comes that an engine has begun. */
const betweenBytes = 60_000
/** Bytes that are more than a trickle in that time. */
const leastBytes = 1024
/** Milliseconds after which a reader that had something else to do gets the whole time again. */
const slowReader = 1_000

/** Tells once when some milliseconds were quiet; `own` counts the bytes of the answer itself. Gives the function that ends the waiting. */
type Limit = (milliseconds: number, tell: () => void, own?: () => number) => () => void

/** A whole body, which has to come in less and less time the smaller it is: one that trickles is given up too. */
export async function wholeBody(
  answer: IncomingMessage,
  limit: Limit,
  wanted = betweenBytes,
  signal: AbortSignal,
): Promise<Buffer> {
  const timeout = Math.min(wanted, betweenBytes)
  const parts: Buffer[] = []
  let length = 0
  const ended = limit(
    timeout,
    () => answer.destroy(stalled(timeout)),
    () => length,
  )
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      length += part.length
      if (length > largestAnswer) throw unbelievable("The engine's answer is too large to read.")
      parts.push(part)
    }
  } catch (error) {
    throw connectionFailure(error, signal)
  } finally {
    ended()
  }
  return Buffer.concat(parts)
}

/**
 * The body of an answer as it comes, however slowly it is read.
 * @throws FailureError `timed-out` where next to nothing more comes of it, and what broke it
 */
export async function* partsOf(
  answer: IncomingMessage,
  limit: Limit,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const iterator = (answer as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  let came = 0
  let isAwaited = false
  let ended: (() => void) | undefined
  const begin = () => {
    ended?.()
    came = 0
    ended = limit(betweenBytes, () => {
      // Only while somebody waits for it.
      if (isAwaited) answer.destroy(stalled(betweenBytes))
      else ended = undefined
    })
  }
  let readAt = performance.now()
  try {
    for (;;) {
      if (ended === undefined || came >= leastBytes || performance.now() - readAt > slowReader) begin()
      isAwaited = true
      const part = await iterator.next()
      isAwaited = false
      if (part.done === true) return
      came += part.value.length
      readAt = performance.now()
      yield part.value
    }
  } catch (error) {
    throw connectionFailure(error, signal)
  } finally {
    ended?.()
    answer.destroy()
  }
}
