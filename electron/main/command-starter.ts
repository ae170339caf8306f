import { utilityProcess } from 'electron'
import { join } from 'node:path'
import type { StarterNews } from '../transport/local/command-starter'
import { startHere, type StartCommand } from '../transport/local/started-command'
import { StarterClient } from '../transport/local/starter-client'

/**
 * A small process that starts commands for this one, which would stand still for each with a million paths in it
 * (docs/decisions/0008). Until it is launched, commands are started from here.
 */
export class CommandStarter {
  #client: StarterClient | undefined
  #end: () => void = () => undefined

  readonly start: StartCommand = (command) => (this.#client?.start ?? startHere)(command)

  launch(): void {
    const child = utilityProcess.fork(join(import.meta.dirname, 'starter-process.js'), [], {
      serviceName: 'Lamina commands',
      stdio: 'ignore',
    })
    const client = new StarterClient({
      order: (order) => {
        child.postMessage(order)
      },
      onNews: (listener) => {
        child.on('message', (news: StarterNews) => {
          listener(news)
        })
      },
      onGone: (listener) => {
        child.once('exit', listener)
      },
    })
    this.#client = client
    this.#end = () => {
      client.close()
      child.kill()
    }
  }

  close(): void {
    this.#end()
  }
}
