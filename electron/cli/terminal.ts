import { createInterface, type Interface } from 'node:readline'
import { Writable } from 'node:stream'

interface Question {
  readonly text: string
  readonly echo: boolean
  readonly settle: (line: string | undefined) => void
}

/**
 * The person at a terminal. There is one reader for commands and answers, so that none takes the other's line: while a
 * question stands, what is typed is its answer.
 */
export class Terminal {
  readonly #output: NodeJS.WritableStream
  readonly #reader: Interface
  readonly #questions: Question[] = []
  readonly #lines: string[] = []
  #wanted: ((line: string | undefined) => void) | undefined
  #isMuted = false
  #isEnded = false

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.#output = output
    // Readline echoes what is typed through its output: nothing goes through while a secret is.
    const echo = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#isMuted) output.write(chunk)
        done()
      },
    })
    this.#reader = createInterface({ input, output: echo, terminal: true, historySize: 0, prompt: '' })
    this.#reader.on('line', (line) => {
      this.#take(line)
    })
    this.#reader.on('close', () => {
      this.#end()
    })
    // A terminal that is gone answers nothing any more.
    this.#reader.on('error', () => {
      this.#reader.close()
    })
    // In raw mode the terminal leaves it to the program what Ctrl+C does.
    this.#reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  }

  /** Prints a text as it is. */
  say(text: string): void {
    this.#output.write(text)
  }

  /** The next line, one question after the other; nothing at the end of input or when the signal is aborted. */
  ask(text: string, { echo }: { echo: boolean }, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted || this.#isEnded) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      const question: Question = {
        text,
        echo,
        settle: (line) => {
          signal.removeEventListener('abort', withdraw)
          const isShown = this.#questions[0] === question
          this.#questions.splice(this.#questions.indexOf(question), 1)
          if (isShown && (line === undefined || !echo)) this.say('\n')
          if (isShown) this.#show()
          resolve(line)
        },
      }
      const withdraw = () => {
        question.settle(undefined)
      }
      signal.addEventListener('abort', withdraw, { once: true })
      this.#questions.push(question)
      if (this.#questions.length === 1) this.#show()
    })
  }

  /** Lines that answer no question, until the end of input. */
  async *lines(): AsyncGenerator<string> {
    for (;;) {
      const line = this.#lines.shift() ?? (await this.#nextLine())
      if (line === undefined) return
      yield line
    }
  }

  /** Gives the terminal back. */
  close(): void {
    this.#reader.close()
  }

  #nextLine(): Promise<string | undefined> {
    if (this.#isEnded) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#wanted = resolve
    })
  }

  #show(): void {
    const [question] = this.#questions
    this.#isMuted = question?.echo === false
    // Readline draws the line anew when it is edited, and must know what stands before it.
    this.#reader.setPrompt(question?.echo === true ? question.text : '')
    if (question?.echo === true) this.#reader.prompt()
    else if (question !== undefined) this.say(question.text)
  }

  #take(line: string): void {
    const [question] = this.#questions
    if (question !== undefined) question.settle(line)
    else if (this.#wanted === undefined) this.#lines.push(line)
    else {
      this.#wanted(line)
      this.#wanted = undefined
    }
  }

  #end(): void {
    this.#isEnded = true
    for (const question of [...this.#questions]) question.settle(undefined)
    this.#wanted?.(undefined)
    this.#wanted = undefined
  }
}
