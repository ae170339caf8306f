import { displayName } from '../core/base/display-name'
import { failed, type FailureError } from '../core/base/failure'

/** Stands in remedies for the name of the account, which whoever knows it puts there. */
export const anyUser = 'USER'

const rule = `Add the line "${anyUser} ALL=(root) NOPASSWD: /bin/sh" with visudo, or use the host as root.`
const asRoot = 'Use the host as root.'

/** What sudo (or sudo-rs) says with LC_ALL=C, what it means, and what helps. The first that fits counts. */
const reasons: readonly (readonly [said: RegExp, why: string, remedy: string])[] = [
  [
    /must have a tty/,
    'its requiretty refuses commands without a terminal',
    `Add the line "Defaults:${anyUser} !requiretty" with visudo, or use the host as root.`,
  ],
  [
    /password is required|terminal is required|no tty present|interactive authentication is required|askpass/,
    'it wants a password, or its rules do not allow the command',
    rule,
  ],
  [/not in the sudoers file|afraid I can't do that/, 'no rule of sudoers(5) names this user', rule],
  [
    /is not allowed to (run|execute)|may not run/,
    'the rules of sudoers(5) allow this user other commands only',
    rule,
  ],
  [
    /no new privileges/i,
    'this process may gain no rights ("no new privileges"), as in a sandbox or a container',
    asRoot,
  ],
  [
    /effective uid is not 0|setuid bit|nosuid/,
    'it is not installed with the rights of root (setuid), or lies on a file system that takes them away (nosuid)',
    'Install the package sudo anew on the host, or use the host as root.',
  ],
  [
    /no valid sudoers|parse error|syntax error|unable to (open|initialize|stat|read).*(sudoers|policy)|is (world|group) writable|is owned by (uid|gid)/,
    'its own configuration is broken',
    'Check it on the host as root with visudo -c.',
  ],
  [
    /account validation failure|account expired|PAM account|password expired|account.*locked/i,
    'the account may not use it, as it has expired or is locked',
    'Whoever runs the host can renew it (chage, passwd), or use the host as root.',
  ],
  [
    /Permission denied/,
    'its noexec lets /bin/sh start no other program',
    `Write the line "${anyUser} ALL=(root) NOPASSWD: EXEC: /bin/sh" with visudo, or use the host as root.`,
  ],
  [
    /unable to change (directory|root)|chroot/,
    'its rules run commands in a folder that is not there (runcwd, runchroot)',
    rule,
  ],
  [/sudo.*(not found|No such file)|not found.*sudo/, 'there is no sudo on the host', asRoot],
]

/** Complaints that leave a command as it is. */
const harmless = /unable to resolve host|unable to send (audit message|mail)|^\s*\^|: unknown defaults entry/

const ofSudo = /^(sudo|env|Sorry|\S+ is not (in|allowed)|Account)/
const mostWords = 300

/**
 * A command for root that sudo did not begin. `complaints` are all that was said on standard error before it.
 */
export function refusedBySudo(complaints: string): FailureError {
  const lines = complaints.split(/[\r\n]+/).filter((line) => line.trim() !== '' && !harmless.test(line))
  const own = lines.filter((line) => ofSudo.test(line))
  // A shell puts all that it was to run before its own complaint.
  const words = own.length > 0 ? own.join(' ') : (lines.at(-1) ?? '').replace(/^.*: (exec: )/, '$1')
  // Such a sentence quotes the whole command, which tells nobody anything.
  const said = displayName(words.replace(/(execute|run) '.*' as /, '$1 this as ').slice(0, mostWords))
  const [, why, remedy] = reasons.find(([pattern]) => lines.some((line) => pattern.test(line))) ?? []
  const told = said === '' ? '' : ` It says: “${said}”`
  return why === undefined || remedy === undefined
    ? failed('command-failed', `sudo ran no command as root.${told}`, rule)
    : failed('command-failed', `sudo ran no command as root: ${why}.${told}`, remedy)
}
