import { isAborted } from '../../core/aborted'
import { brokenStream } from '../../core/broken-stream'
import { failed, type FailureError } from '../../core/failure'
import { isAccepted } from '../accepted-end'
import type { HostCommand } from '../transport'
import { packCommand } from './command-frame'
import type { HostShell, ShellEnd, ShellRun } from './host-shell'
import { inOneLine } from './login-failure'
import type { SessionChannels } from './session-channels'

/** Runs a command as `Transport.run` describes, in a shell on a session channel. */
export async function* runCommand(
  sessions: Pick<SessionChannels, 'shells'>,
  command: HostCommand,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (signal.aborted) throw failed('cancelled', 'The command was cancelled before it began.')
  for (;;) {
    const shell = await sessions.shells.take(command.elevated === true ? 'root' : 'user', signal)
    const run = shell.run(packCommand(command.script, command.input ?? Buffer.alloc(0)))
    try {
      yield* outputOf(shell, run, command, signal)
      return
    } catch (error) {
      if (isAborted(signal) || !run.isUntouched()) throw error
    }
  }
}

async function* outputOf(
  shell: HostShell,
  run: ShellRun,
  command: HostCommand,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let hasEnded = false
  void run.end.then(() => (hasEnded = true))
  const leave = (failure?: FailureError) => {
    // A shell that goes on to another command is not this one's any more.
    if (!hasEnded) shell.retire(failure)
    run.output.destroy(failure)
  }
  const cancel = () => {
    leave(failed('cancelled', 'The command was cancelled.'))
  }
  signal.addEventListener('abort', cancel, { once: true })
  try {
    if (signal.aborted) cancel()
    for await (const part of run.output) yield part as Buffer
    const end = await run.end
    if (!isAccepted(command, end.status, end.complaints)) throw failureOf(end)
  } catch (error) {
    throw brokenStream(error, 'command-failed', 'A command on the host was cut off')
  } finally {
    signal.removeEventListener('abort', cancel)
    leave()
  }
}

function failureOf({ status, complaints }: ShellEnd): FailureError {
  return failed(
    'command-failed',
    `A command on the host ended with status ${String(status)}. ${inOneLine(complaints)}`.trim(),
  )
}
