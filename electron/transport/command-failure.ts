import { brokenStream } from '../core/base/broken-stream'
import { displayName } from '../core/base/display-name'
import { failed, type FailureError } from '../core/base/failure'

interface Named {
  /** What a command does, in the words of `HostCommand.name`. */
  readonly name: string
}

/** Characters of a command's complaints that a failure says, from their end. */
const saidComplaints = 600

/**
 * Why a command on a host did not do what it was to do. `how` is the rest of a sentence about it, such as `its output was cut off`; what it
 * complained of (standard error) is a stranger's text.
 */
export function commandFailure(command: Named, how: string, complaints = '', remedy?: string): FailureError {
  const said = saidBy(complaints)
  const why = /[.!?…]$/.test(said) || said === '' ? said : `${said}.`
  const mend =
    said === '' ? undefined : 'Look at what the command says of it, and try it again when that is mended.'
  return failed('command-failed', `${begun(command)} failed: ${how}. ${why}`.trim(), remedy ?? mend)
}

/** What a shell says of a command that was ended by SIGKILL (POSIX, 2.8.2). */
const killedInShell = 128 + 9

/** The same of a command that came to its end; without a status it was killed. */
export function endFailure(command: Named, status: number | undefined, complaints: string): FailureError {
  if (status === undefined || status === killedInShell)
    return commandFailure(
      command,
      'the command was killed',
      // So says the shell around it, where there is one.
      complaints.replace(/^Killed\s*$/m, ''),
      "Something on the host ended it, such as its kernel for want of memory: look at the host's log, and try it again.",
    )
  const remedy = remedies.get(status)
  return commandFailure(command, `the command ended with status ${String(status)}`, complaints, remedy)
}

/** POSIX, 2.8.2, "Exit Status for Commands". */
const remedies: ReadonlyMap<number, string> = new Map([
  [126, 'Let the account on the host run what could not be run, and try it again.'],
  [127, 'Install what was not found on the host, and try it again.'],
])

/** What broke the streams of a command as a failure of it; what is a failure already stays what it is. */
export function brokenCommand(command: Named, error: unknown, how: string): FailureError {
  return brokenStream(error, 'command-failed', `${begun(command)} failed: ${how}`, 'Try it again.')
}

/** Who wanted the command gave it up. */
export function cancelledCommand(command: Named): FailureError {
  return failed('cancelled', `${begun(command)} was cancelled.`)
}

/** A command's name as the beginning of a sentence. */
function begun({ name }: Named): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

function saidBy(complaints: string): string {
  const whole = displayName(complaints.trim().replace(/\s*\n\s*/g, ' '))
  return whole.length <= saidComplaints ? whole : `…${whole.slice(-saidComplaints)}`
}
