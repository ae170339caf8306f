import { utilityProcess } from 'electron'
import { join } from 'node:path'
import type { StarterNews, StarterOrder } from '../transport/local/command-starter'
import { log } from './logs/log'

/** Milliseconds after which one that has ended is started anew. */
const restartAfter = 2000
/** One that ends so often is not started any more. */
const mostStarts = 10

/**
 * A small process that starts commands for this one, which would stand still for each with a million paths in it
 * (docs/decisions/0008). Until it is there and while it is not, whoever wants a command starts it.
 */
export class CommandStarter {
  readonly #hear: (news: StarterNews | 'gone') => void
  #child: Electron.UtilityProcess | undefined
  #starts = 0
  #isClosed = false

  /** `hear` gets what it tells, and that it has ended. */
  constructor(hear: (news: StarterNews | 'gone') => void) {
    this.#hear = hear
  }

  launch(): void {
    if (this.#isClosed || this.#starts >= mostStarts) return
    this.#starts += 1
    const child = utilityProcess.fork(join(import.meta.dirname, 'starter-process.js'), [], {
      serviceName: 'Lamina commands',
      stdio: 'ignore',
    })
    child.on('message', (news: StarterNews) => {
      this.#hear(news)
    })
    // A failure of V8 in it is told apart, and would end this process if nobody listened; its exit follows.
    child.on('error', (type) => {
      log.error('process.gone', new Error(`It failed: ${type}`), { process: 'commands' })
    })
    child.once('exit', () => {
      this.#child = undefined
      this.#hear('gone')
      setTimeout(() => {
        this.launch()
      }, restartAfter)
    })
    this.#child = child
  }

  order(order: StarterOrder): void {
    this.#child?.postMessage(order)
  }

  close(): void {
    this.#isClosed = true
    this.#child?.kill()
  }
}
