import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** What a command gave: its output as text, as bytes, and its exit status. */
export interface CommandResult {
  readonly stdout: string
  readonly stderr: string
  readonly bytes: Buffer
  readonly status: number | null
}

/** How to run a command. `mayFail` gives the result of a failed command instead of throwing. */
export interface CommandOptions {
  readonly input?: string | Uint8Array | Readable
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  readonly mayFail?: boolean
  readonly signal?: AbortSignal
}

/** Runs a command to its end. Throws with what it printed when it ends with anything but 0. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(command, args, {
    env: options.env ?? process.env,
    cwd: options.cwd,
    signal: options.signal,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [status] = await Promise.all([closed, feed(child.stdin, options.input)])
  const bytes = Buffer.concat(out)
  const stderr = Buffer.concat(err).toString('utf8')
  const result = { stdout: bytes.toString('utf8'), stderr, bytes, status }
  if (status !== 0 && options.mayFail !== true) {
    throw new Error(`${command} ${args.join(' ')} ended with ${String(status)}: ${stderr || result.stdout}`)
  }
  return result
}

async function feed(stdin: NodeJS.WritableStream, input: CommandOptions['input']): Promise<void> {
  try {
    if (input === undefined) stdin.end()
    else if (typeof input === 'string' || input instanceof Uint8Array) await pipeline([input], stdin)
    else await pipeline(input, stdin)
  } catch (error) {
    // A command may end without reading all of its input; whether that is a fault is for its exit status to say.
    if (
      (error as NodeJS.ErrnoException).code !== 'EPIPE' &&
      (error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE'
    )
      throw error
  }
}
