import type { FailureError } from '../../../core/base/failure'
import { commandFailure } from '../../command-failure'
import type { HostCommand } from '../../transport'
import { shownWords } from '../hello/server-words'

/** What a host said and did instead of running a command. */
interface Instead {
  /** What came on standard output and standard error, in this order. */
  readonly said: string
  /** Status that the server told; undefined where it told none. */
  readonly status: number | undefined
}

const remedies: readonly (readonly [said: RegExp, remedy: string])[] = [
  [
    /password change required|password (has|is) expired|change your password/i,
    'Log in with ssh on a terminal once and give the account a new password.',
  ],
  [
    /sftp connections only/i,
    'The account is for SFTP alone (ForceCommand internal-sftp in sshd_config). Use another account.',
  ],
  [
    /account is (currently )?not available/i,
    'The login shell of the account runs no commands (nologin). Give it another with usermod -s, or use another account.',
  ],
]

/** A command whose shell never came: another one ran in its place, or none. */
export function didNotBegin(command: HostCommand, { said, status }: Instead): FailureError {
  const words = shownWords(said)
  const ended =
    (status ?? 0) === 0 ? '' : `What ran instead ended with status ${String(status)} and said nothing.`
  return commandFailure(
    command,
    'the command did not begin',
    words === '' ? ended : words,
    remedies.find(([pattern]) => pattern.test(words))?.[1] ??
      'Try ssh with a command by hand: the login shell of the account, a ForceCommand in sshd_config, or a command="…" in authorized_keys allows none.',
  )
}
