import { Agent, request } from 'node:http'

/** Requests on a socket with nothing around them but a connection that is kept. */
export interface BareRequests {
  /** The answer's body, whole and not parsed. */
  get(path: string): Promise<Buffer>
  close(): void
}

/** Opens nothing yet; the first request does. */
export function bareRequests(socketPath: string): BareRequests {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    get: (path) =>
      new Promise((resolve, reject) => {
        const asked = request({ socketPath, path, agent }, (answer) => {
          const parts: Buffer[] = []
          answer.on('data', (part: Buffer) => parts.push(part))
          answer.on('error', reject)
          answer.on('end', () => resolve(Buffer.concat(parts)))
        })
        asked.on('error', reject)
        asked.end()
      }),
    close: () => agent.destroy(),
  }
}
