import { connect, type Socket } from 'node:net'
import { whyBroken } from '../../core/base/broken-stream'
import { spawnCommand } from './started-command'
import type { CommandEnd } from './started-command'

/** What a starter is told: to begin a command, or to end one. `token` is both connections' first bytes. */
export type StarterOrder =
  | {
      readonly begin: string
      readonly script: string
      readonly elevated: boolean
      readonly hasInput: boolean
      /** Where whoever wants the command listens. */
      readonly socketPath: string
    }
  | { readonly stop: string }

/** What a starter tells: that it takes orders, and how a command came to its end. */
export type StarterNews = { readonly ready: true } | { readonly ended: string; readonly end: CommandEnd }

/** The ways between a starter and the process that it starts for. */
export interface StarterPort {
  post(news: StarterNews): void
  onOrder(listener: (order: StarterOrder) => void): void
}

/** First bytes of a connection: the command's token, and which of its ends it is. */
export function headOf(token: string, end: 'input' | 'output'): Buffer {
  return Buffer.from(`${token}${end === 'input' ? 'i' : 'o'}`, 'latin1')
}
export const headLength = 33

/**
 * Starts commands for another process, which is large: a process that starts one is copied for a moment, page by page, and stands
 * still meanwhile. A command's input and output are connections to that process, so that nothing it says comes through here.
 */
export function serveCommands(port: StarterPort): void {
  const stops = new Map<string, () => void>()
  port.onOrder((order) => {
    if ('stop' in order) stops.get(order.stop)?.()
    else void begin(order)
  })
  port.post({ ready: true })

  async function begin(order: Extract<StarterOrder, { begin: string }>): Promise<void> {
    const token = order.begin
    let isStopped = false
    stops.set(token, () => (isStopped = true))
    const connections: Socket[] = []
    try {
      const open = async (end: 'input' | 'output') => {
        const connection = await connected(order.socketPath, headOf(token, end))
        connections.push(connection)
        return connection
      }
      const [input, output] = await Promise.all([
        order.hasInput ? open('input') : ('ignore' as const),
        open('output'),
      ])
      if (isStopped) {
        port.post({ ended: token, end: { complaints: '' } })
        return
      }
      const { end, stop } = spawnCommand(order, [input, output])
      stops.set(token, stop)
      // The command has them now; here they would keep the other side waiting for its end.
      for (const connection of connections) connection.destroy()
      port.post({ ended: token, end: await end })
    } catch (error) {
      port.post({ ended: token, end: { complaints: '', error: whyBroken(error) } })
    } finally {
      for (const connection of connections) connection.destroy()
      stops.delete(token)
    }
  }
}

function connected(socketPath: string, head: Buffer): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const connection = connect({ path: socketPath })
    // Also when it breaks later: the command that has it then finds out by itself.
    connection.on('error', reject)
    connection.write(head, (error) => {
      // What broke it is told by the event.
      if (error) return
      connection.pause()
      resolve(connection)
    })
  })
}
