import { displayName } from '../../../core/base/display-name'
import { FailureError } from '../../../core/base/failure'

/** Characters of what a login printed that are shown, the last ones: a question stands at the end. */
const shown = 300

/** A login that does not come to its command, or to its channel, and whose next attempt would cost as much as this one did. */
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

/** The server was asked for a channel and has not answered `within` so many milliseconds. */
export function neverOpened(within: number): HangingLogin {
  return new HangingLogin({
    kind: 'command-failed',
    message: `The server did not answer within ${String(within / 1000)} seconds when it was asked to run a command.`,
    remedy:
      'Look at its log and its load: something there keeps it from beginning a session. Then connect again.',
  })
}

export function printsTooMuch(printed: string): HangingLogin {
  return new HangingLogin({
    kind: 'command-failed',
    message:
      `Logging in to the host for a command failed: the login shell prints more than any login shell does. ${said(printed)}`.trim(),
    remedy,
  })
}

/** A login that the host ended before it came to any command; `said` is what it said until then, `status` what the server told of its end. */
export class EndedLogin extends FailureError {
  readonly said: string
  readonly status: number | undefined

  constructor(said: string, status: number | undefined) {
    super({
      kind: 'command-failed',
      message:
        `Logging in to the host for a command did not come to the command. ${lastOf(inOneLine(said))}`.trim(),
    })
    this.said = said
    this.status = status
  }
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
function inOneLine(text: string): string {
  return displayName(text.trim()).replaceAll('\\n', ' ')
}
