import { randomInt } from 'node:crypto'
import { connect, createServer, type ListenOptions, type Server } from 'node:net'

/** Below those that the kernel gives to whoever connects (ip_local_port_range), so that none of them is taken by chance. */
const [lowest, highest] = [20_000, 32_000] as const

/**
 * A port of loopback that nobody listens on, and that no other process gets from here as long as this one lives: a server that is
 * killed can listen there again.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest)
    // A socket without a file: the kernel lets go of it with this process, however that ends.
    const claim = await listening({ path: `\0lamina-test-port-${String(port)}` })
    const server = await listening({ port, host: '127.0.0.1' })
    if (server !== undefined) await new Promise((resolve) => server.close(resolve))
    if (claim !== undefined && server !== undefined) return port
    claim?.close()
  }
}

/** Nothing where somebody else has the address. */
function listening(address: ListenOptions): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen(address, () => {
      server.unref()
      resolve(server)
    })
  })
}

/** Whether somebody listens on a port of loopback, or at a Unix socket. */
export function listens(place: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(typeof place === 'string' ? { path: place } : { host: '127.0.0.1', port: place })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
