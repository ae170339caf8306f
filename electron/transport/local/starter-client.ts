import { randomBytes } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { makeTemporaryFolder, removeFolder } from '../../machine/temporary-folder'
import type { HostCommand } from '../transport'
import { headLength, headOf, type StarterNews, type StarterOrder } from './command-starter'
import { startHere, type CommandEnd, type StartCommand, type StartedCommand } from './started-command'

/** The way to a starter that runs in another process. */
export interface StarterLink {
  order(order: StarterOrder): void
  onNews(listener: (news: StarterNews) => void): void
  /** The other process ended, for whatever reason. */
  onGone(listener: () => void): void
}

/** A command that was ordered and whose output or end is still to come. */
class OrderedCommand implements StartedCommand {
  readonly output: Promise<Readable>
  readonly end: Promise<CommandEnd>
  readonly #input: Buffer
  readonly #stop: () => void
  #gotOutput: (output: Readable) => void = () => undefined
  #gotEnd: (end: CommandEnd) => void = () => undefined
  #stream: Readable | undefined
  #inputEnd: Socket | undefined
  #endsInput: boolean
  #isEnded = false

  constructor({ input = Buffer.alloc(0), elevated }: HostCommand, stop: () => void) {
    this.#input = input
    this.#endsInput = elevated !== true
    this.#stop = stop
    this.output = new Promise((resolve) => (this.#gotOutput = resolve))
    this.end = new Promise((resolve) => (this.#gotEnd = resolve))
  }

  /** Both its output and its end are there, in whatever order they came. */
  get isComplete(): boolean {
    return this.#stream !== undefined && this.#isEnded
  }

  says(output: Readable): void {
    if (this.#stream !== undefined) {
      output.destroy()
      return
    }
    this.#stream = output
    this.#gotOutput(output)
  }

  /** A connection that leads to its standard input. */
  reads(connection: Socket): void {
    this.#inputEnd = connection
    connection.write(this.#input)
    if (this.#endsInput) connection.end()
  }

  endInput(): void {
    this.#endsInput = true
    this.#inputEnd?.end()
  }

  ended(end: CommandEnd): void {
    // What was not begun says nothing, and what was lost may never say anything.
    if (end.error !== undefined || end.lost !== undefined) this.says(Readable.from([]))
    this.#isEnded = true
    this.#inputEnd?.destroy()
    this.#gotEnd(end)
  }

  stop(): void {
    this.says(Readable.from([]))
    this.#stream?.destroy()
    this.#inputEnd?.destroy()
    if (!this.#isEnded) this.#stop()
  }
}

/**
 * Starts commands through a starter (`serveCommands`), and from this process until that is there, once it is gone, and where there is no
 * room for the socket between the two.
 */
export class StarterClient {
  readonly #link: StarterLink
  readonly #folder = newFolder()
  readonly #socketPath = join(this.#folder ?? '', 'commands.sock')
  readonly #server: Server
  readonly #ordered = new Map<string, OrderedCommand>()
  #isReady = false

  constructor(link: StarterLink) {
    this.#link = link
    this.#server = createServer((connection) => {
      this.#meet(connection)
    })
    this.#server.on('error', () => {
      this.#giveUp()
    })
    if (this.#folder !== undefined) this.#server.listen(this.#socketPath)
    link.onNews((news) => {
      this.#hear(news)
    })
    link.onGone(() => {
      this.#giveUp()
    })
  }

  readonly start: StartCommand = (command) =>
    this.#isReady && this.#server.listening ? this.#startThere(command) : startHere(command)

  close(): void {
    this.#giveUp()
    this.#server.close()
    if (this.#folder !== undefined) removeFolder(this.#folder)
  }

  #startThere(wanted: HostCommand): StartedCommand {
    const token = randomBytes(16).toString('hex')
    const command = new OrderedCommand(wanted, () => {
      this.#link.order({ stop: token })
    })
    this.#ordered.set(token, command)
    const { script, elevated = false, input = Buffer.alloc(0) } = wanted
    const hasInput = input.length > 0
    this.#link.order({ begin: token, script, elevated, hasInput, socketPath: this.#socketPath })
    return command
  }

  #hear(news: StarterNews): void {
    if ('ready' in news) {
      this.#isReady = true
      return
    }
    this.#ordered.get(news.ended)?.ended(news.end)
    this.#forget(news.ended)
  }

  /** A connection says first which command it belongs to; one that does not is nobody's. */
  #meet(connection: Socket): void {
    connection.on('error', () => undefined)
    const read = () => {
      const head = connection.read(headLength) as Buffer | null
      if (head === null) return
      connection.off('readable', read)
      const token = head.toString('latin1', 0, headLength - 1)
      const command = this.#ordered.get(token)
      if (command === undefined) connection.destroy()
      else if (head.equals(headOf(token, 'input'))) command.reads(connection)
      else command.says(connection)
      this.#forget(token)
    }
    connection.on('readable', read)
  }

  #forget(token: string): void {
    if (this.#ordered.get(token)?.isComplete === true) this.#ordered.delete(token)
  }

  #giveUp(): void {
    this.#isReady = false
    for (const command of this.#ordered.values())
      command.ended({ complaints: '', lost: 'the process that starts commands has ended' })
    this.#ordered.clear()
  }
}

/** A folder for a socket; nothing where none can be made, such as on a full disk. */
function newFolder(): string | undefined {
  try {
    return makeTemporaryFolder('commands')
  } catch {
    return undefined
  }
}
