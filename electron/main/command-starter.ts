import { utilityProcess } from 'electron'
import { join } from 'node:path'
import type { StarterNews, StarterOrder } from '../transport/local/command-starter'

/**
 * A small process that starts commands for this one, which would stand still for each with a million paths in it
 * (docs/decisions/0008). Until it is launched and once it has ended, whoever wants a command starts it.
 */
export class CommandStarter {
  #child: Electron.UtilityProcess | undefined

  /** `hear` gets what it tells, and that it has ended. */
  launch(hear: (news: StarterNews | 'gone') => void): void {
    const child = utilityProcess.fork(join(import.meta.dirname, 'starter-process.js'), [], {
      serviceName: 'Lamina commands',
      stdio: 'ignore',
    })
    child.on('message', (news: StarterNews) => {
      hear(news)
    })
    child.once('exit', () => {
      hear('gone')
    })
    this.#child = child
  }

  order(order: StarterOrder): void {
    this.#child?.postMessage(order)
  }

  close(): void {
    this.#child?.kill()
  }
}
