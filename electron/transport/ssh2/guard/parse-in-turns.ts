import type { Duplex } from 'node:stream'
import type { Protocol } from './inside'

/** Milliseconds of one turn of the event loop that one connection may take. */
const sliceLength = 5

/** Time and turns, which tests put in the place of the real ones. */
export interface Turns {
  /** In milliseconds. */
  now(): number
  next(work: () => void): void
}

const realTurns: Turns = { now: () => performance.now(), next: (work) => void setImmediate(work) }

export interface ParsedInTurns {
  /** Nothing more is read. */
  stop(): void
}

/**
 * Has ssh2 read what comes for some milliseconds of each turn of the event loop only. By itself it reads a piece of the socket to its end,
 * and up to two megabytes of such pieces follow each other in one turn: that is sixty thousand small messages. The socket is paused while
 * something waits, so that no more than what it holds waits with it.
 * @param broken hears of what reading threw, after which nothing more is read
 */
export function parseInTurns(
  protocol: Protocol,
  socket: Pick<Duplex, 'pause' | 'resume'>,
  broken: (error: unknown) => void,
  turns: Turns = realTurns,
): ParsedInTurns {
  const waiting: Buffer[] = []
  let began: number | undefined
  let isStopped = false

  const isOver = () => {
    if (began === undefined) turns.next(nextTurn)
    began ??= turns.now()
    return turns.now() - began >= sliceLength
  }
  const nextTurn = () => {
    began = undefined
    if (waiting.length === 0) return
    for (let chunk = waiting.shift(); chunk !== undefined; chunk = waiting.shift()) {
      read(chunk)
      if (waiting.length > 0 && isOver()) return
    }
    if (!isStopped) socket.resume()
  }
  const read = (chunk: Buffer) => {
    try {
      let at: number | undefined = 0
      while (at !== undefined && at < chunk.length && !isStopped && protocol._destruct !== undefined) {
        at = protocol._parse(chunk, at, chunk.length)
        if (at === undefined || at >= chunk.length || !isOver()) continue
        waiting.unshift(chunk.subarray(at))
        return
      }
    } catch (error) {
      stop()
      broken(error)
    }
  }
  const stop = () => {
    isStopped = true
    waiting.length = 0
  }

  const handle = protocol._onPayload
  protocol._onPayload = (payload) => handle(payload) ?? (isOver() ? false : undefined)
  protocol.parse = (chunk, from, to) => {
    if (isStopped) return
    const part = chunk.subarray(from, to)
    if (waiting.length > 0 || isOver()) waiting.push(part)
    else read(part)
    if (waiting.length > 0) socket.pause()
  }
  return { stop }
}
