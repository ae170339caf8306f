import type { ChildProcess } from 'node:child_process'
import { Duplex } from 'node:stream'
import { displayName } from '../../../core/base/display-name'
import { failed } from '../../../core/base/failure'
import { startProcess } from '../../start-process'
import type { ConnectionLog } from '../../remote/connection-log'

/** A command that ended may leave a process that holds standard error open; its last words are not waited for longer. */
const lastWordsWithin = 300
const longestSaying = 400

/**
 * The standard streams of a ProxyCommand as one stream. As in OpenSSH the user's shell replaces itself with the command
 * (ssh_config(5), ProxyCommand). What it says on standard error is in the log before the stream ends.
 */
export class ProxyStream extends Duplex {
  readonly #child: ChildProcess | undefined
  #said = ''
  #ended: string | undefined

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
      this.#said = ''
      if (!this.push(data)) child.stdout?.pause()
    })
    child?.stderr?.on('data', (data: Buffer) => {
      const said = data.toString('utf8').slice(0, longestSaying)
      this.#said = (this.#said + said).slice(-longestSaying)
      log.add(`ProxyCommand: ${said}`)
    })
    let timer: NodeJS.Timeout | undefined
    const end = () => {
      clearTimeout(timer)
      if (!this.destroyed && !this.readableEnded) this.push(null)
    }
    child?.stdout?.once('end', () => (timer = setTimeout(end, lastWordsWithin)))
    child?.once('exit', (code, by) => {
      const ended = code === null ? `ended by ${String(by)}` : `ended with status ${String(code)}`
      if (!this.destroyed) this.#ended = ended
      log.add(`ProxyCommand ${ended}`)
    })
    child?.once('close', end)
  }

  /** What became of the command and what it said last, as half a sentence; undefined where it runs and said nothing. */
  account(): string | undefined {
    const parts = [this.#ended, this.#said === '' ? undefined : `said "${oneLine(this.#said)}"`]
    const known = parts.filter((part) => part !== undefined)
    return known.length === 0 ? undefined : `its ProxyCommand ${known.join(' and ')}`
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

function oneLine(text: string): string {
  return displayName(text.trim().replace(/\s*\n\s*/g, '; '))
}
