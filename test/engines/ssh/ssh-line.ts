import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What a line does to bytes. */
export interface LineOptions {
  /** Milliseconds each way. */
  readonly delay?: number
  /** Bytes a second towards the client. */
  readonly bytesPerSecond?: number
}

/** A TCP line in front of a port on loopback that can be slow, frozen or cut. */
export interface SshLine {
  readonly port: number
  /** Connections made so far. */
  connections(): number
  /**
   * Forwards nothing any more but what is on its way, and keeps all connections: what a pulled cable looks like. New ones are
   * taken and stay silent.
   */
  freeze(): void
  /** Bytes that clients have said into the silence. */
  withheld(): number
  thaw(): void
  /** Resets all connections. */
  cut(): void
  close(): Promise<void>
}

/** A connection, and what is done to the other side as soon as the line is no longer frozen. */
interface Pair {
  readonly client: Socket
  readonly target: Socket
  readonly withheld: (() => void)[]
}

/** Puts a line in front of a port. */
export async function sshLine(targetPort: number, options: LineOptions = {}): Promise<SshLine> {
  const pairs = new Set<Pair>()
  let isFrozen = false
  let made = 0
  let withheld = 0
  const mayGoOn = () => !isFrozen
  const { delay = 0, bytesPerSecond } = options
  const server = createServer((client) => {
    made += 1
    const target = connect({ host: '127.0.0.1', port: targetPort, noDelay: true })
    client.setNoDelay(true)
    const pair: Pair = { client, target, withheld: [] }
    pairs.add(pair)
    const end = (): void => {
      pairs.delete(pair)
      client.destroy()
      target.destroy()
    }
    const orWithhold = (work: () => void): void => {
      if (isFrozen) pair.withheld.push(work)
      else work()
    }
    for (const what of ['error', 'close'] as const) {
      client.on(what, () => {
        orWithhold(end)
      })
      target.on(what, end)
    }
    const toTarget = carrier(client, target, { delay, bytesPerSecond: undefined, mayGoOn })
    client.on('data', (chunk: Buffer) => {
      if (isFrozen) withheld += chunk.length
      orWithhold(() => {
        toTarget(chunk)
      })
    })
    target.on('data', carrier(target, client, { delay, bytesPerSecond, mayGoOn }))
    if (isFrozen) target.pause()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    connections: () => made,
    freeze() {
      isFrozen = true
      withheld = 0
      for (const { target } of pairs) target.pause()
    },
    withheld: () => withheld,
    thaw() {
      isFrozen = false
      for (const pair of pairs) {
        for (const work of pair.withheld.splice(0)) work()
        pair.target.resume()
      }
    },
    cut() {
      for (const { client, target } of pairs) {
        client.resetAndDestroy()
        target.resetAndDestroy()
      }
    },
    async close() {
      for (const { client, target } of pairs) for (const socket of [client, target]) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Carries bytes in their order, each chunk after its delay, and no faster than the line. */
function carrier(
  from: Socket,
  to: Socket,
  {
    delay,
    bytesPerSecond,
    mayGoOn,
  }: { delay: number; bytesPerSecond: number | undefined; mayGoOn: () => boolean },
): (chunk: Buffer) => void {
  let freeAt = 0
  return (chunk) => {
    const now = performance.now()
    freeAt =
      Math.max(freeAt, now) + (bytesPerSecond === undefined ? 0 : (chunk.length / bytesPerSecond) * 1000)
    const wait = freeAt - now + delay
    if (wait <= 0) {
      if (!to.destroyed) to.write(chunk)
      return
    }
    // A slow line takes no more than it can carry.
    if (bytesPerSecond !== undefined) from.pause()
    setTimeout(() => {
      if (!to.destroyed) to.write(chunk)
      if (bytesPerSecond !== undefined && mayGoOn()) from.resume()
    }, wait)
  }
}
