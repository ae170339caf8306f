import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import type { FailureError } from '../../core/failure'

/**
 * A channel as a well-behaved stream: it fails when the link is lost instead of ending as if all had come, keeps the error
 * it is destroyed with, and has what Node's http agent calls on sockets.
 */
export class ChannelStream extends Duplex {
  readonly #channel: ClientChannel
  readonly #loss: () => FailureError | undefined
  #isClosed = false

  /** `loss` says why the link is lost, where it is. */
  constructor(channel: ClientChannel, loss: () => FailureError | undefined) {
    super({ allowHalfOpen: true })
    this.#channel = channel
    this.#loss = loss
    channel.on('data', (data: Buffer) => {
      if (!this.push(data)) channel.pause()
    })
    channel.on('end', () => {
      if (this.#loss() === undefined) this.push(null)
    })
    channel.on('error', (error: Error) => this.destroy(error))
    channel.on('close', () => {
      this.#isClosed = true
      const loss = this.#loss()
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

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  override _read(): void {
    this.#channel.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // ssh2 never answers a write on a channel that is not open any more.
    if (this.#isClosed) done(this.#loss() ?? new Error('the channel is closed'))
    else this.#channel.write(chunk, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.#isClosed) this.#channel.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#isClosed) this.#channel.destroy()
    done(error)
  }

  /** The other side closed both directions; what it had sent is still to be read. */
  #endAfterRead(): void {
    this.#channel.resume()
    if (!this.readableEnded) this.push(null)
    if (!this.writableEnded) this.end()
  }
}
