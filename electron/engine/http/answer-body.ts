import type { IncomingMessage } from 'node:http'
import { connectionFailure, unbelievable } from '../connection-failure'
import { stalled, type SilenceOf } from './silence'

/** The largest answer that is taken into memory, in bytes. What may be longer is read while it comes. */
const largestAnswer = 64 * 1024 * 1024
/** Milliseconds in which something more of a body comes that an engine has begun. */
const betweenBytes = 60_000
/** Bytes that are more than a trickle in that time. */
const leastBytes = 1024
/** Milliseconds after which a reader that had something else to do gets the whole time again. */
const slowReader = 1_000

type Silence = Pick<SilenceOf, 'giveUpAfter'>

/** A whole body, which has to come in less and less time the smaller it is: one that trickles is given up too. */
export async function wholeBody(
  answer: IncomingMessage,
  silence: Silence,
  wanted = betweenBytes,
  signal: AbortSignal,
): Promise<Buffer> {
  const timeout = Math.min(wanted, betweenBytes)
  const parts: Buffer[] = []
  let length = 0
  const ended = silence.giveUpAfter(timeout, (isThere) => answer.destroy(stalled(timeout, isThere)))
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
  silence: Silence,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const iterator = (answer as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
  let came = 0
  let isAwaited = false
  let ended: (() => void) | undefined
  const begin = () => {
    ended?.()
    came = 0
    ended = silence.giveUpAfter(betweenBytes, (isThere) => {
      // Only while somebody waits for it.
      if (isAwaited) answer.destroy(stalled(betweenBytes, isThere))
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
