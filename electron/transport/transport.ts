import type { Duplex } from 'node:stream'
import { failed, type FailureError } from '../core/base/failure'
import type { Prompt, PromptAnswer } from '../core/hosts/prompt'
import { commandFailure } from './command-failure'

/**
 * Puts a question to a person and gives the answer, or undefined where the person declines. Where nobody can be asked
 * there is no `Ask` at all, and what would need one fails with `prompt-required`.
 */
export type Ask = (prompt: Prompt, signal: AbortSignal) => Promise<PromptAnswer | undefined>

/** A command for the host. The script is a constant of this program; whatever varies goes in as `input`. */
export interface HostCommand {
  /** What it does, in words that go on with "failed": `listing the upper directory`. */
  readonly name: string
  /** Text for `/bin/sh -c`; never built from data. */
  readonly script: string
  /** Bytes for standard input, which is then closed. */
  readonly input?: Buffer
  /** Run through `sudo -n`. */
  readonly elevated?: boolean
  /** Exit statuses that count as success besides 0. */
  readonly accepts?: readonly number[]
  /** Complaints, a line each, that leave an exit status of 1 a success where there are no others. */
  readonly passesOver?: RegExp
  /** It may say nothing for long, because it reads or removes much before it says anything. */
  readonly silence?: 'long'
}

/** In the place of a socket's path: the engine that the only command leads to which the host runs for this login. */
export const engineOfOnlyCommand = ''

/**
 * Byte streams and commands on one host, wherever it is. A transport that lost its host connects again by itself when it
 * is next used.
 */
export interface Transport {
  /** It leads to this machine: what a person can do about a failure depends on it. */
  readonly isHere?: true
  /**
   * Makes sure that the host can be used, connecting if need be. Streams and commands do the same by themselves, but
   * without anybody to ask: what needs a person then fails with `prompt-required`.
   * @throws FailureError `host-unreachable`, `host-key-changed`, `host-key-revoked`, `host-key-refused`,
   * `authentication-failed`, `prompt-required`, `server-misbehaved`, `cancelled`
   */
  open(ask: Ask | undefined, signal: AbortSignal): Promise<void>
  /**
   * Opens a stream to a Unix socket of the host, or to `engineOfOnlyCommand`. Aborting ends the opening, and what came of it; an open
   * stream no longer.
   * @throws FailureError `engine-unreachable`, `permission-denied`, `cancelled`, or what `open` throws; a stream that breaks is
   * destroyed with a FailureError `connection-lost`
   */
  openStream(socketPath: string, signal: AbortSignal): Promise<Duplex>
  /**
   * Whether the host runs one command alone for this login, whatever is to be run, and that leads to an engine, such as
   * `docker system dial-stdio` in the line of a key. Then `engineOfOnlyCommand` is that engine, and `run` fails at once when this is known.
   * @throws FailureError what `open` throws
   */
  readonly leadsToEngine?: (signal: AbortSignal) => Promise<boolean>
  /**
   * Runs a command and gives its standard output as it comes. The iteration ends normally only when the
   * command ended with an accepted status; leaving it early or aborting ends the command, and the waiting for it also where it cannot be
   * ended. A command that does not begin, or says nothing more for long, is given up (`CommandLimits`).
   * @throws FailureError `command-failed`, `cancelled`, `connection-lost`, or what `open` throws
   */
  run(command: HostCommand, signal: AbortSignal): AsyncIterable<Buffer>
  /** Bytes that came from the host over its present connection, whatever for; absent where no line lies between. */
  readonly received?: () => number
  /**
   * Asks whatever ends the line on the host, which is not the engine, for nothing but an answer, which comes behind all that is on its way.
   * False where the line is gone; absent where none lies between.
   */
  readonly roundTrip?: () => Promise<boolean>
  close(): Promise<void>
}

/** Why no command runs where `Transport.leadsToEngine` says so. */
export function runsOneCommand(): FailureError {
  return failed(
    'command-failed',
    'This login may only run one command, which leads to an engine, as "docker system dial-stdio" does.',
    'For more than that, use a key without command= in authorized_keys, or an account without ForceCommand in sshd_config.',
  )
}

/**
 * The whole output of a command, for those that say little; at most `limit` bytes.
 * @throws FailureError what `Transport.run` throws, and `command-failed` for a command that says more
 */
export async function outputOf(
  transport: Pick<Transport, 'run'>,
  command: HostCommand,
  signal: AbortSignal,
  limit = 16 * 1024 * 1024,
): Promise<Buffer> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of transport.run(command, signal)) {
    length += part.length
    if (length > limit)
      throw commandFailure(command, `the command said more than the ${String(limit)} bytes that it may say`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}
