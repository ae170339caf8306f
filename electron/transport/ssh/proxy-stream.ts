import type { ChildProcess } from 'node:child_process'
import { Duplex } from 'node:stream'
import { failed } from '../../core/failure'
import { startProcess } from '../start-process'
import type { ConnectionLog } from './connection-log'

/** A command that ended may leave a process that holds standard error open; its last words are not waited for longer. */
const lastWordsWithin = 300

/**
 * The standard streams of a ProxyCommand as one stream. As in OpenSSH the user's shell replaces itself with the command
 * (ssh_config(5), ProxyCommand). What it says on standard error is in the log before the stream ends.
 */
export class ProxyStream extends Duplex {
  readonly #child: ChildProcess | undefined

  constructor(command: string, log: ConnectionLog) {
    super({ allowHalfOpen: false })
    // An error may come before ssh2 listens.
    this.on('error', () => undefined)
    const shell = process.env['SHELL'] ?? '/bin/sh'
    const child = startProcess(shell, ['-c', `exec ${command}`], { stdio: 'pipe' }, (why) => {
      this.destroy(failed('host-unreachable', `ProxyCommand could not be started: ${why}.`))
    })
    this.#child = child
    child?.stdout?.on('data', (data: Buffer) => {
      if (!this.push(data)) child.stdout?.pause()
    })
    child?.stderr?.on('data', (said: Buffer) => {
      log.add(`ProxyCommand: ${said.toString('utf8').slice(0, 400)}`)
    })
    let timer: NodeJS.Timeout | undefined
    const end = () => {
      clearTimeout(timer)
      if (!this.destroyed && !this.readableEnded) this.push(null)
    }
    child?.stdout?.once('end', () => (timer = setTimeout(end, lastWordsWithin)))
    child?.once('close', (code) => {
      log.add(`ProxyCommand ended${code === null ? '' : ` with status ${String(code)}`}`)
      end()
    })
  }

  override _read(): void {
    this.#child?.stdout?.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // What was written to a command that ends is lost; its end tells.
    this.#child?.stdin?.write(chunk, () => {
      done()
    })
  }

  override _final(done: () => void): void {
    this.#child?.stdin?.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#child?.stdin?.destroy()
    this.#child?.kill()
    done(error)
  }
}
