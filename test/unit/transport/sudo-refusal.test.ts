import { describe, expect, it } from 'vitest'
import { refusedBySudo } from '../../../electron/transport/sudo-refusal'

const { failure: plain } = refusedBySudo('')
const withRule = expect.stringContaining('USER ALL=(root) NOPASSWD: /bin/sh') as string

describe('What sudo says', () => {
  it.each<[said: string, why: RegExp, remedy: string | RegExp]>([
    ['sudo: sorry, you must have a tty to run sudo', /requiretty refuses/, /Defaults:USER !requiretty/],
    ['sudo: a password is required', /wants a password/, withRule],
    ['sudo: sorry, a password is required to run sudo', /wants a password/, withRule],
    [
      'sudo: a terminal is required to read the password; either use the -S option',
      /wants a password/,
      withRule,
    ],
    ['sudo: no tty present and no askpass program specified', /wants a password/, withRule],
    ['sudo: interactive authentication is required', /wants a password/, withRule],
    ['sudo-rs: interactive authentication is required', /wants a password/, withRule],
    [
      'olga is not in the sudoers file.\nThis incident has been reported to the administrator.',
      /no rule/,
      withRule,
    ],
    ["sudo: I'm sorry olga. I'm afraid I can't do that", /no rule/, withRule],
    ["sudo-rs: authentication failed: I'm sorry olga. I'm afraid I can't do that", /no rule/, withRule],
    [
      "Sorry, user olga is not allowed to execute '/bin/sh -c set -f; p=' as root on build.",
      /other commands only.*“Sorry, user olga is not allowed to execute this as root on build\.”/,
      withRule,
    ],
    ['Sorry, user olga may not run sudo on build.', /other commands only/, withRule],
    [
      'sudo: The "no new privileges" flag is set, which prevents sudo from running as root.\nsudo: If sudo is running in a container',
      /may gain no rights/,
      /as root/,
    ],
    ['sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set', /setuid/, /anew/],
    ['sudo must be owned by uid 0 and have the setuid bit set', /setuid/, /anew/],
    [
      "sudo: effective uid is not 0, is /usr/bin/sudo on a file system with the 'nosuid' option set",
      /nosuid/,
      /anew/,
    ],
    [
      'sudo: parse error in /etc/sudoers near line 27\nsudo: no valid sudoers sources found, quitting\nsudo: unable to initialize policy plugin',
      /configuration is broken/,
      /visudo -c/,
    ],
    ['sudo: /etc/sudoers is world writable', /configuration is broken/, /visudo -c/],
    ['sudo: account validation failure, is your account locked?', /expired or is locked/, /chage/],
    [
      'sudo: Account expired or PAM config lacks an "account" section for sudo, contact your system administrator',
      /expired or is locked/,
      /chage/,
    ],
    ['/bin/sh: 1: exec: env: Permission denied', /noexec/, /EXEC: \/bin\/sh/],
    ['/bin/sh: line 1: exec: env: cannot execute: Permission denied', /noexec/, /EXEC: \/bin\/sh/],
    [
      'sudo: unable to change directory to /nonexistent: No such file or directory\nsudo: unable to execute /bin/sh',
      /runcwd/,
      withRule,
    ],
    ['env: ‘sudo’: No such file or directory', /there is no sudo/, /as root/],
    ['env: sudo: not found', /there is no sudo/, /as root/],
    ['sudo: something that no version says today', /^sudo ran no command as root\. It says/, withRule],
  ])('%j has a reason and a remedy', (said, why, remedy) => {
    const { kind, message, remedy: told = '' } = refusedBySudo(said).failure
    expect(kind).toBe('command-failed')
    expect(message).toMatch(why)
    if (remedy instanceof RegExp) expect(told).toMatch(remedy)
    else expect(told).toEqual(remedy)
  })

  it('is told without what a login file says, and without what changes nothing', () => {
    const { message } = refusedBySudo(
      'stty: standard input: Inappropriate ioctl\nsudo: unable to resolve host build: Name or service not known\nsudo: a password is required\n',
    ).failure
    expect(message).toMatch(/It says: “sudo: a password is required”$/)
  })

  it('is safe to show and no longer than a sentence', () => {
    const { message } = refusedBySudo(`sudo: \u001b[31m${'x'.repeat(5000)}`).failure
    expect(message).toContain('\\u001b[31m')
    expect(message.length).toBeLessThan(500)
  })

  it('may be nothing', () => {
    expect(plain).toMatchObject({ message: 'sudo ran no command as root.', remedy: withRule })
  })
})
