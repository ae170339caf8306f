import { isAborted } from '../../../core/base/abort'
import type { FailureError } from '../../../core/base/failure'
import { isAccepted } from '../../accepted-end'
import { brokenCommand, cancelledCommand, endFailure } from '../../command-failure'
import { HangingCommand } from '../../limits/command-wait'
import { refusedBySudo } from '../../sudo-refusal'
import type { HostCommand } from '../../transport'
import { packCommand } from '../../remote/command-frame'
import type { HostShell, ShellRun } from './host-shell'
import { EndedLogin } from '../login/login-failure'
import type { SessionChannels } from './session-channels'
import { didNotBegin } from './unbegun-command'

/** Runs a command as `Transport.run` describes, in a shell on a session channel. */
export async function* runCommand(
  sessions: Pick<SessionChannels, 'shells'>,
  command: HostCommand,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (signal.aborted) throw cancelledCommand(command)
  for (;;) {
    const shell = await shellFor(sessions, command, signal)
    const run = shell.run(command, packCommand(command.script, command.input ?? Buffer.alloc(0)))
    try {
      yield* outputOf(shell, run, command, signal)
      return
    } catch (error) {
      // One that hangs may still begin.
      if (isAborted(signal) || error instanceof HangingCommand || !run.isUntouched()) throw error
    }
  }
}

async function shellFor(
  { shells }: Pick<SessionChannels, 'shells'>,
  command: HostCommand,
  signal: AbortSignal,
): Promise<HostShell> {
  try {
    return await shells.take(command.elevated === true ? 'root' : 'user', signal)
  } catch (error) {
    if (isAborted(signal)) throw cancelledCommand(command)
    if (error instanceof EndedLogin)
      throw command.elevated === true ? refusedBySudo(error.said) : didNotBegin(command, error)
    throw error
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
    leave(cancelledCommand(command))
  }
  signal.addEventListener('abort', cancel, { once: true })
  try {
    if (signal.aborted) cancel()
    for await (const part of run.output) yield part as Buffer
    const { status, complaints } = await run.end
    if (!isAccepted(command, status, complaints)) throw endFailure(command, status, complaints)
  } catch (error) {
    throw brokenCommand(command, error, 'the command was cut off')
  } finally {
    signal.removeEventListener('abort', cancel)
    leave()
  }
}
