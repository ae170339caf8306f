import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { brokenStream } from '../../../core/base/broken-stream'
import type { FailureError } from '../../../core/base/failure'
import { keepRoom } from '../guard/given-room'
import { whenTaken } from '../guard/inside'
import type { FairLine } from '../flow/fair-line'
import type { ChannelShare } from '../flow/sent-bytes'

/** What a channel's stream has to know of its surroundings. */
export interface ChannelSurroundings {
  /** Why the link is lost, where it is. */
  readonly loss: () => FailureError | undefined
  /** What shares the connection among its channels. */
  readonly line: Pick<FairLine, 'adopt'>
  /** Hears that the channel is about to be closed, and gives what that has to wait for. */
  readonly beforeClose?: () => Promise<unknown> | undefined
  /** Hears when Node's http agent puts the stream aside for later (true) and takes it up again (false). */
  readonly idle?: (stream: ChannelStream, isIdle: boolean) => void
}

/** Bytes that are sent at once, so that others have their turn. */
const mostAtOnce = 16 * 1024

/**
 * A channel as a well-behaved stream: it fails when the link is lost instead of ending as if all had come, keeps the error
 * it is destroyed with, and has what Node's http agent calls on sockets. What is written to a channel that the server closed
 * is lost without an error, because the server may close it before the first write: the end of the stream tells, and what
 * the server said before is still to be read.
 */
export class ChannelStream extends Duplex {
  readonly #channel: ClientChannel
  readonly #surroundings: ChannelSurroundings
  readonly #share: ChannelShare
  #written: (() => void) | undefined
  #isClosed = false
  /** The other side has said all that it had to say. */
  hasEnded = false
  /** Bytes that came so far, as of Node's sockets. */
  bytesRead = 0

  constructor(channel: ClientChannel, surroundings: ChannelSurroundings) {
    super({ allowHalfOpen: true })
    this.#channel = channel
    this.#surroundings = surroundings
    // The link may be lost before anybody listens. Whoever reads or writes is told of it all the same.
    this.on('error', () => undefined)
    this.#share = surroundings.line.adopt(channel)
    channel.on('data', (data: Buffer) => {
      this.bytesRead += data.length
      // What still comes for a stream that nobody reads any more is dropped: ssh2 closes a channel only after its end.
      if (!this.destroyed && !this.push(data)) channel.pause()
    })
    channel.on('end', () => {
      this.hasEnded = true
      if (!this.destroyed && surroundings.loss() === undefined) this.push(null)
    })
    channel.on('error', (error: Error) => this.destroy(brokenChannel(error)))
    channel.on('close', () => {
      this.#isClosed = true
      if (this.destroyed) return
      const loss = surroundings.loss()
      if (loss !== undefined) this.destroy(loss)
      else this.#endAfterRead()
    })
  }

  setKeepAlive(): this {
    return this
  }

  setNoDelay(): this {
    return this
  }

  setTimeout(): this {
    return this
  }

  /** Node's http agent calls this when it takes a kept stream up again. */
  ref(): this {
    this.#surroundings.idle?.(this, false)
    return this
  }

  /** Node's http agent calls this when it keeps the stream for later. */
  unref(): this {
    this.#surroundings.idle?.(this, true)
    return this
  }

  override _read(): void {
    this.#channel.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // ssh2 never answers a write on a channel that the other side closes meanwhile.
    this.#written = done
    this.#send(chunk, done)
  }

  #send(chunk: Buffer, done: (error?: Error | null) => void): void {
    const part = chunk.subarray(0, mostAtOnce)
    this.#share.whenRoom(part.length, () => {
      if (this.#written !== done) return
      const settle = (error?: Error | null) => {
        this.#written = undefined
        done(error && brokenChannel(error))
      }
      // ssh2 ends a channel as soon as the server closes it, which is told only when all of it was read.
      if (this.#isClosed || this.destroyed || this.#channel.writableEnded) {
        settle()
        return
      }
      const written = (error?: Error | null) => {
        if (this.#written !== done) return
        if (error || part.length === chunk.length) settle(error)
        else this.#send(chunk.subarray(part.length), done)
      }
      try {
        this.#channel.write(part, (error?: Error | null) => {
          if (error) written(error)
          // A server may give room for more than the line takes.
          else whenTaken(this.#channel, written)
        })
      } catch (error) {
        // ssh2 has taken itself apart, which the end of the channel will tell.
        settle(error instanceof Error ? error : new Error(String(error)))
      }
    })
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#isClosed) this.#channel.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const ready = this.#isClosed ? undefined : this.#surroundings.beforeClose?.()
    const close = () => {
      if (!this.#isClosed) closeChannel(this.#channel)
    }
    if (ready === undefined) close()
    else void ready.then(close)
    done(error)
  }

  /** The other side closed both directions; what it had sent is still to be read. */
  #endAfterRead(): void {
    this.#channel.resume()
    if (!this.readableEnded) this.push(null)
    const written = this.#written
    this.#written = undefined
    written?.()
    // Not before all was read: writing to a stream that has ended destroys it with what is still to be read.
    if (this.readableEnded) this.end()
    else this.once('end', () => this.end())
  }
}

/** Closes a channel, of which what still comes is dropped. */
export function closeChannel(channel: ClientChannel): void {
  channel.destroy()
  keepRoom(channel)
  channel.resume()
  channel.stderr.resume()
}

function brokenChannel(error: Error): FailureError {
  return brokenStream(
    error,
    'connection-lost',
    'A channel of the connection to the host broke',
    'Try it again.',
  )
}
