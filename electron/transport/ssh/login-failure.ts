import { displayName } from '../../core/display-name'
import { failed, FailureError } from '../../core/failure'

/** Characters of what a login printed that are shown, the last ones: a question stands at the end. */
const shown = 300

/** A login that does not come to its command, and whose next attempt would cost as much as this one did. */
export class HangingLogin extends FailureError {}

const remedy =
  'A login file there (such as ~/.bashrc, ~/.profile or ~/.ssh/rc), a forced command or sudo waits, asks, or starts another program. Let it do so only where there is a terminal ([ -t 0 ] in a shell), then connect again.'

/** `within` in milliseconds. */
export function neverCame(within: number, printed: string): HangingLogin {
  return new HangingLogin({
    kind: 'command-failed',
    message: `Logging in to the host for a command did not come to the command within ${String(within / 1000)} seconds. ${said(printed) || 'It printed nothing.'}`,
    remedy,
  })
}

export function printsTooMuch(printed: string): HangingLogin {
  return new HangingLogin({
    kind: 'command-failed',
    message:
      `A command on the host failed: the login shell prints more than any login shell does. ${said(printed)}`.trim(),
    remedy,
  })
}

/** A command that the host ended before it began. */
export function didNotBegin(why: string): FailureError {
  return failed('command-failed', `A command on the host did not begin. ${lastOf(inOneLine(why))}`.trim())
}

/** What was printed before a command, as a sentence; empty where that is nothing. */
function said(printed: string): string {
  const text = inOneLine(printed)
  return text === '' ? '' : `It printed: ${lastOf(text)}`
}

function lastOf(text: string): string {
  return text.length > shown ? `…${text.slice(-shown)}` : text
}

/** What a host said made safe to show in a sentence. */
export function inOneLine(text: string): string {
  return displayName(text.trim()).replaceAll('\\n', ' ')
}
