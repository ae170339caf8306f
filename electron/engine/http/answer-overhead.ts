import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { failed, type FailureError } from '../../core/base/failure'
import { unbelievable } from '../connection-failure'

/** Bytes of an answer that are none of its body: its header, answers before it, and what is written around each chunk. */
const mostAround = 1024 * 1024
/** And so many more for each byte of the body: a chunk of one byte takes six. */
const mostAroundByte = 16

/**
 * Tells once when an answer consists of everything but its body: answers before the answer (1xx), empty lines, extensions and lengths of chunks
 * without an end. Node bounds what it keeps, and goes on for ever with what it leaves out.
 */
export function watchOverhead(outgoing: ClientRequest, tell: (failure: FailureError) => void): void {
  let around = 0
  const count = (part: Buffer) => {
    around += part.length
    if (around > mostAround) stop(tell)
  }
  let stop: (then?: typeof tell) => void = () => undefined
  outgoing.once('socket', (socket: Duplex) => {
    socket.on('data', count)
    stop = (then) => {
      socket.off('data', count)
      then?.(unbelievable('The answer of the engine has no end and next to nothing in it.'))
    }
  })
  outgoing.once('response', (answer: IncomingMessage) => {
    // Only what comes here tells what of the bytes is the body.
    const push = answer.push.bind(answer)
    answer.push = (part: Buffer | null, encoding) => {
      if (part !== null) around -= part.length * (1 + mostAroundByte)
      return push(part, encoding)
    }
  })
  outgoing.once('close', () => {
    stop()
  })
}

/** Why an answer cannot be read whose form nobody asked for, such as one that is compressed: a few bytes may become any number. */
export function unaskedForm({ headers }: IncomingMessage): FailureError | undefined {
  const form = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (form === 'identity' || form === '') return undefined
  return failed(
    'engine-answer-invalid',
    `The answer of the engine is compressed (${form.slice(0, 50)}), which was not asked for.`,
    'Engines do not do that. Look for a proxy in between that compresses, and have it leave answers as they are.',
  )
}
