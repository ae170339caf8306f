import { errorFacts, logLine } from '../../core/logs/log-line'
import type { Log, LogEvent, LogFacts, LogLevel } from '../../core/logs/log'
import { LineLimit, type LineRate } from '../../core/logs/line-limit'
import type { LogFile } from './log-file'

/** More than a busy window writes; a flood comes to 50 kB a minute. */
const usualRate: LineRate = { burst: 300, perSecond: 10 }
/** Milliseconds after which it is told that lines were left out, where no line follows. */
const tellAfter = 1000

export interface OwnLogOptions {
  /** Which part of which process writes, in a word or two: `window`, `thread`, `command-line`. */
  readonly part: string
  /** Where lines go; to the console alone otherwise. */
  readonly file?: LogFile
  /** Facts of the line `lamina.started`, which stands before the first one of this process. */
  readonly start?: LogFacts
  readonly rate?: LineRate
  /** Hears in words why the log cannot be written, once whenever that begins. */
  readonly onProblem?: (why: string) => void
}

/** The log of one process or thread: writes lines as they come, few enough, and errors whole to the console too. */
export class OwnLog implements Log {
  readonly #part: string
  readonly #file: LogFile | undefined
  readonly #limit: LineLimit
  readonly #onProblem: (why: string) => void
  #start: LogFacts | undefined
  #unwritten = 0
  #why: string | undefined
  #telling: NodeJS.Timeout | undefined

  constructor({ part, file, start, rate = usualRate, onProblem = () => undefined }: OwnLogOptions) {
    this.#part = `${part}[${String(process.pid)}]`
    this.#file = file
    this.#start = start
    this.#limit = new LineLimit(rate)
    this.#onProblem = onProblem
  }

  /** Where it is written. */
  get path(): string | undefined {
    return this.#file?.path
  }

  /** In words why the last line could not be written. */
  get problem(): string | undefined {
    return this.#why
  }

  /** Writes the line about the start now, and not before the first other one. */
  begin(): void {
    const start = this.#start
    this.#start = undefined
    if (start !== undefined) this.#write('info', 'lamina.started', start)
  }

  /** What nobody caught, which Node writes to the console itself. It is written however many lines came before. */
  crash(error: unknown, facts: LogFacts): void {
    this.begin()
    this.#tellLeftOut()
    this.#write('error', 'lamina.crashed', { ...facts, ...errorFacts(error) })
  }

  info(event: LogEvent, facts?: LogFacts): void {
    this.#add('info', event, facts)
  }

  warning(event: LogEvent, facts?: LogFacts): void {
    this.#add('warning', event, facts)
  }

  error(event: LogEvent, error: unknown, facts?: LogFacts): void {
    console.error(`${event}:`, error)
    this.#add('error', event, { ...facts, ...errorFacts(error) })
  }

  #add(level: LogLevel, event: LogEvent, facts?: LogFacts): void {
    if (this.#file === undefined) return
    if (!this.#limit.takes(performance.now())) {
      this.#tellLater()
      return
    }
    this.begin()
    this.#tellLeftOut()
    this.#write(level, event, facts)
  }

  #tellLater(): void {
    if (this.#telling !== undefined) return
    process.once('exit', this.#tellLeftOut)
    this.#telling = setTimeout(this.#tellLeftOut, tellAfter).unref()
  }

  readonly #tellLeftOut = (): void => {
    process.off('exit', this.#tellLeftOut)
    clearTimeout(this.#telling)
    this.#telling = undefined
    const lines = this.#limit.takeLeftOut()
    if (lines > 0) this.#write('warning', 'log.left-out', { lines })
  }

  #write(level: LogLevel, event: LogEvent, facts: LogFacts = {}): void {
    if (this.#file === undefined) return
    if (this.#unwritten > 0 && this.#append('warning', 'log.unwritten', { lines: this.#unwritten }))
      this.#unwritten = 0
    if (this.#unwritten > 0 || !this.#append(level, event, facts)) this.#unwritten += 1
  }

  #append(level: LogLevel, event: LogEvent, facts: LogFacts): boolean {
    const why = this.#file?.append(logLine({ time: Date.now(), level, part: this.#part, event, facts }))
    const isNew = why !== undefined && this.#why === undefined
    this.#why = why
    if (isNew) this.#onProblem(why)
    return why === undefined
  }
}
