import { randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { codeOf, whyBroken } from '../../core/base/broken-stream'

/** How much is kept: bytes of the file that is written to, and of all files together. */
export interface LogSizes {
  readonly file: number
  readonly all: number
}

const usualSizes: LogSizes = { file: 1_000_000, all: 5_000_000 }
/** Full files that are kept, however small they are. */
const mostFiles = 20
/** So many things that are no log are set aside before the last one is replaced. */
const mostSetAside = 9
/** Something in the way is mended, then the file is full, then the line is written; more only where others do the same. */
const mostTries = 5

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants

/**
 * The log in the data folder, which any number of processes and threads write to at once. Each line is one write(2) to the end of the file,
 * so that lines stay whole. The file is opened for each, so that nobody writes on to one that was put aside, and nothing is left unwritten
 * when a process is killed. A full file gets a name of its own, and the oldest are removed (docs/decisions/0014).
 */
export class LogFile {
  readonly path: string
  readonly #sizes: LogSizes
  #endsInPart = false

  constructor(dataDir: string, sizes: LogSizes = usualSizes) {
    this.path = join(dataDir, 'logs', 'lamina.log')
    this.#sizes = sizes
  }

  /** Adds a line, and gives in words why it could not. Waits for nobody; never throws. */
  append(line: string): string | undefined {
    const bytes = Buffer.from(`${this.#endsInPart ? '\n' : ''}${line}\n`)
    try {
      for (let tries = 0; tries < mostTries; tries += 1) if (this.#hasWritten(bytes)) return undefined
      return 'what stands in its place changes all the time'
    } catch (error) {
      return whyBroken(error)
    }
  }

  /** False where something was in the way that is mended now. */
  #hasWritten(bytes: Buffer): boolean {
    const file = this.#open()
    if (file === undefined) return false
    try {
      const found = fstatSync(file)
      // A pipe that somebody reads.
      if (!found.isFile()) this.#setAside()
      else if (found.size > 0 && found.size + bytes.length > this.#sizes.file) this.#putAside(found.ino)
      else {
        this.#write(file, bytes)
        return true
      }
      return false
    } finally {
      closeSync(file)
    }
  }

  #open(): number | undefined {
    try {
      return openSync(this.path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW, 0o600)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 })
      // A folder, a link, a pipe that nobody reads or a socket.
      else if (['EISDIR', 'ELOOP', 'ENXIO'].includes(codeOf(error))) this.#setAside()
      else throw error
      return undefined
    }
  }

  /** Where the disk is full a part may be written; what comes next begins a line of its own. */
  #write(file: number, bytes: Buffer): void {
    const written = writeSync(file, bytes)
    this.#endsInPart = written > 0 && written < bytes.length
    if (written < bytes.length) throw Object.assign(new Error('The disk is full.'), { code: 'ENOSPC' })
  }

  /** Gives a full file a name of its own, unless another process was faster, and removes the oldest. */
  #putAside(full: number): void {
    if (statSync(this.path, { throwIfNoEntry: false })?.ino !== full) return
    const time = new Date().toISOString().replace(/[:.]/g, '-')
    // Nobody else gives this name: no file with lines in it is ever replaced.
    renameSync(this.path, join(dirname(this.path), `lamina-${time}-${randomBytes(4).toString('hex')}.log`))
    this.#removeOldest()
  }

  #removeOldest(): void {
    const folder = dirname(this.path)
    const old = readdirSync(folder).filter((name) => /^lamina-\d{4}-.*\.log$/.test(name))
    let room = this.#sizes.all - this.#sizes.file
    for (const [index, name] of old.sort().reverse().entries()) {
      room -= statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
      if (room < 0 || index >= mostFiles) rmSync(join(folder, name), { force: true })
    }
  }

  /** Moves what stands in the place of the log, and is none, out of the way. */
  #setAside(): void {
    const name = (number: number) => `${this.path}.unreadable-${String(number)}`
    let number = 1
    while (number < mostSetAside && existsSync(name(number))) number += 1
    renameSync(this.path, name(number))
  }
}
