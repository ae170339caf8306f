import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { failed, FailureError } from '../../../core/base/failure'
import { brokenCommand, commandFailure } from '../../command-failure'
import type { HostCommand } from '../../transport'
import { whenTooLate } from '../../limits/begin-limit'
import { FrameReader, type PackedCommand } from '../../remote/command-frame'
import type { CommandLimits } from '../../limits/command-limits'
import { CommandWait } from '../../limits/command-wait'
import { Complaints } from './complaints'
import { EndedLogin, neverCame, printsTooMuch } from '../login/login-failure'
import type { SessionChannel } from './session-channel'
import { readyMark, type ShellKind } from './shell-loop'

/** What a shell has to know of its surroundings and tells them. */
interface ShellSurroundings {
  readonly limits: CommandLimits
  /** Milliseconds since the host said anything, whatever it was. */
  readonly silence: () => number
  /** Its command has ended, and it can take another one. */
  readonly isFree: (shell: HostShell) => void
  /** Its command waits for its reader. */
  readonly isStalled: () => void
}

type Named = Pick<HostCommand, 'name' | 'silence'>

/** How a command came to its end. */
export interface ShellEnd {
  readonly status: number
  /** The end of what it said on standard error, without what stands there whatever runs. */
  readonly complaints: string
}

/** A command that a shell was given. */
export interface ShellRun {
  /** Its standard output, which fails where its end is not known. */
  readonly output: Readable
  /** Settles behind the output. */
  readonly end: Promise<ShellEnd>
  /** The host did not begin it, because a kept shell was gone. It may be given to another one. */
  readonly isUntouched: () => boolean
}

interface Running {
  readonly command: Named
  readonly marks: PackedCommand
  readonly reader: FrameReader
  readonly output: Readable
  readonly settle: (end: ShellEnd) => void
  readonly wait: CommandWait
  lastWords?: NodeJS.Timeout
}

/** What a login may print before, in bytes. */
const mostNoise = 1024 * 1024
/** Standard error is a stream of its own, whose last words may come after the end of the output. */
const complaintsWithin = 2000
const held = 256 * 1024

/** A shell on the host, in a session channel, that runs one command after the other. */
export class HostShell {
  readonly kind: ShellKind
  /** Settles when it takes commands. @throws FailureError `command-failed`, `connection-lost`, `cancelled` */
  readonly ready: Promise<void>
  readonly #channel: SessionChannel
  readonly #surroundings: ShellSurroundings
  #isReady = false
  #isGone = false
  #hasRun = false
  #isKept = false
  #tellReady: (failure?: FailureError) => void = () => undefined
  readonly #stopWaiting: () => void
  /** What came before it was ready. */
  #printed = Buffer.alloc(0)
  readonly #complaints = new Complaints()
  #running: Running | undefined
  #isPaused = false
  #isAhead = false

  constructor(kind: ShellKind, channel: SessionChannel, surroundings: ShellSurroundings) {
    this.kind = kind
    this.#channel = channel
    this.#surroundings = surroundings
    this.ready = new Promise((resolve, reject) => {
      this.#tellReady = (failure) => {
        if (failure === undefined) resolve()
        else reject(failure)
      }
    })
    this.ready.catch(() => undefined)
    channel.onComplaints((part) => {
      this.#complaints.hear(part)
      const running = this.#running
      if (running?.reader.status !== undefined) this.#ended(running, running.reader.status)
    })
    const { stream } = channel
    stream.on('data', (part: Buffer) => {
      this.#hear(part)
    })
    stream.on('error', (error) => {
      const command = this.#running?.command ?? { name: 'logging in to the host for a command' }
      this.#over(brokenCommand(command, error, 'it was cut off'))
    })
    for (const last of ['end', 'close'])
      stream.once(last, () => {
        this.#over()
        stream.end()
      })
    const { silence, limits } = surroundings
    this.#stopWaiting = whenTooLate(limits.beginWithin, silence, () => {
      this.retire(neverCame(limits.beginWithin, this.#said()))
    })
    if (stream.destroyed) this.#over(this.#loss())
  }

  get isGone(): boolean {
    return this.#isGone
  }

  /** Its command has more to say and waits until that is read. */
  get isStalled(): boolean {
    return this.#isPaused
  }

  /** It stands by for a command that is not there yet, and may be gone by then. */
  keep(): void {
    this.#isKept = true
  }

  /** Gives it a command; it has none at that time. */
  run(command: Named, marks: PackedCommand): ShellRun {
    const [hasRun, isKept] = [this.#hasRun, this.#isKept]
    this.#hasRun = true
    this.#isKept = false
    const output = new Readable({
      highWaterMark: held,
      read: () => {
        this.#resume(output)
      },
    })
    // Whoever reads it is told of it all the same.
    output.on('error', () => undefined)
    const reader = new FrameReader(marks)
    const end = new Promise<ShellEnd>((settle) => {
      const { silence, limits } = this.#surroundings
      const isHeldUp = () => this.#isPaused || this.#channel.stream.writableLength > 0
      const wait = new CommandWait(command, limits, { silence, isHeldUp }, (failure) => {
        this.retire(failure)
      })
      this.#running = { command, marks, reader, output, settle, wait }
    })
    const isUntouched = () => isKept && this.#isGone && !reader.hasBegun
    if (this.#isGone) this.#fail(this.#loss() ?? commandFailure(command, 'the command did not begin'))
    else {
      // The empty line ends what came before.
      const { packed } = marks
      this.#channel.stream.write(hasRun ? Buffer.concat([Buffer.from('\n'), packed]) : packed)
    }
    return { output, end, isUntouched }
  }

  /** Its output is taken ahead of the reader, so that it comes to its end. */
  readAhead(): void {
    this.#isAhead = true
    if (this.#isPaused) this.#flow()
  }

  /** Closes it, which ends what runs in it. */
  retire(failure?: FailureError): void {
    this.#over(failure)
    this.#channel.stream.destroy()
  }

  /** What came before it was ready. */
  #said(): string {
    return `${this.#printed.toString('utf8')}\n${this.#complaints.before}`
  }

  #loss(): FailureError | undefined {
    const error = this.#channel.stream.errored
    return error instanceof FailureError ? error : undefined
  }

  #hear(part: Buffer): void {
    const rest = this.#isReady ? part : this.#hearEarly(part)
    const running = this.#running
    if (running === undefined || rest.length === 0) return
    try {
      for (const said of running.reader.push(rest)) this.#say(running, said)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.retire(commandFailure(running.command, why))
      return
    }
    if (running.reader.hasBegun) running.wait.heard()
    const { status } = running.reader
    if (status !== undefined) this.#ended(running, status)
  }

  /** Gives what comes behind the mark. */
  #hearEarly(part: Buffer): Buffer {
    const looked = Math.max(0, this.#printed.length - readyMark.length)
    this.#printed = Buffer.concat([this.#printed, part])
    const at = this.#printed.indexOf(readyMark, looked)
    if (at === -1) {
      if (this.#printed.length > mostNoise)
        this.retire(printsTooMuch(this.#printed.toString('utf8', this.#printed.length - 1000)))
      return Buffer.alloc(0)
    }
    const rest = this.#printed.subarray(at + readyMark.length)
    this.#isReady = true
    this.#printed = Buffer.alloc(0)
    this.#stopWaiting()
    this.#tellReady()
    return rest
  }

  #say({ output }: Running, said: Buffer): void {
    if (output.push(said) || output.destroyed) return
    if (!this.#isAhead) {
      this.#isPaused = true
      this.#channel.stream.pause()
      this.#surroundings.isStalled()
    } else if (output.readableLength > this.#surroundings.limits.ahead) {
      this.retire(
        failed(
          'command-failed',
          `The host allows so few sessions at once that a command had to be read to its end before the next one, and it said more than ${String(Math.round(this.#surroundings.limits.ahead / 1e6))} MB.`,
          "Set MaxSessions in the host's sshd_config to 10, which is its usual value.",
        ),
      )
    }
  }

  #resume(output: Readable): void {
    if (this.#running?.output === output && this.#isPaused) this.#flow()
  }

  #flow(): void {
    this.#isPaused = false
    this.#channel.stream.resume()
  }

  #ended(running: Running, status: number): void {
    if (this.#running !== running) return
    const { begin, end } = running.marks
    const since = status === 0 ? '' : this.#complaints.between(begin, end)
    if (since === undefined) {
      running.lastWords ??= setTimeout(() => {
        this.retire()
      }, complaintsWithin)
      return
    }
    this.#settle(running, status, since)
    this.#surroundings.isFree(this)
  }

  #settle(running: Running, status: number, complaints: string): void {
    running.wait.stop()
    clearTimeout(running.lastWords)
    this.#running = undefined
    this.#isAhead = false
    if (this.#isPaused) this.#flow()
    running.output.push(null)
    running.settle({ status, complaints })
  }

  /** Nothing more comes. */
  #over(failure?: FailureError): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#stopWaiting()
    if (!this.#isReady) void this.#tellUnready(failure)
    const running = this.#running
    if (running === undefined) return
    const { status } = running.reader
    if (status !== undefined) this.#settle(running, status, this.#complaints.since(running.marks.begin))
    else this.#fail(failure ?? this.#cutOff(running))
  }

  /** What the host says of the end may come behind it. */
  async #tellUnready(failure?: FailureError): Promise<void> {
    if (failure === undefined)
      await Promise.race([this.#channel.close(), sleep(complaintsWithin, undefined, { ref: false })])
    this.#tellReady(failure ?? this.#loss() ?? new EndedLogin(this.#said(), this.#channel.exitStatus()))
  }

  #cutOff({ command, reader, marks }: Running): FailureError {
    const how = reader.hasBegun ? 'ended before its output was whole' : 'did not begin'
    return commandFailure(command, `the command ${how}`, this.#complaints.since(marks.begin))
  }

  #fail(failure: FailureError): void {
    const running = this.#running
    this.#running = undefined
    running?.wait.stop()
    running?.output.destroy(failure)
  }
}
