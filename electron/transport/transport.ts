import type { Duplex } from 'node:stream'

/** A command for the host. The script is a constant of this program; whatever varies goes in as `input`. */
export interface HostCommand {
  /** Text for `/bin/sh -c`; never built from data. */
  readonly script: string
  /** Bytes for standard input, which is then closed. */
  readonly input?: Buffer
  /** Run through `sudo -n`. */
  readonly elevated?: boolean
  /** Exit statuses that count as success besides 0. */
  readonly accepts?: readonly number[]
}

/** Byte streams and commands on one host, wherever it is. */
export interface Transport {
  /**
   * Opens a stream to a Unix socket of the host.
   * @throws FailureError `engine-unreachable` or `permission-denied`
   */
  openStream(socketPath: string): Promise<Duplex>
  /**
   * Runs a command and gives its standard output as it comes. The iteration ends normally only when the
   * command ended with an accepted status; leaving it early or aborting ends the command.
   * @throws FailureError `command-failed` or `cancelled`
   */
  run(command: HostCommand, signal: AbortSignal): AsyncIterable<Buffer>
  close(): Promise<void>
}

/** The whole output of a command, for those that say little; at most `limit` bytes. */
export async function outputOf(
  transport: Transport,
  command: HostCommand,
  signal: AbortSignal,
  limit = 16 * 1024 * 1024,
): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of transport.run(command, signal)) {
    length += part.length
    if (length > limit) throw new Error('a command said more than its caller can hold')
    parts.push(part)
  }
  return Buffer.concat(parts)
}
