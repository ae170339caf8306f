import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../run-command'

/**
 * The accounts of a private sshd with their passwords. `keeper` may use the engine's socket, `helper` may use sudo without
 * a password, `stranger` may do nothing.
 */
export const sshdUsers = {
  root: { uid: 0, password: 'root-password' },
  keeper: { uid: 7001, password: 'keeper-password' },
  helper: { uid: 7002, password: 'helper-password' },
  stranger: { uid: 7003, password: 'stranger-password' },
} as const

export type SshdUser = keyof typeof sshdUsers

const firstMoreUid = 7010

interface UserOptions {
  readonly pam?: readonly string[]
  readonly sudoers?: readonly string[]
  readonly shells?: Readonly<Partial<Record<SshdUser, string>>>
  readonly aging?: Readonly<Partial<Record<SshdUser, string>>>
  readonly socketGroup?: number
  readonly moreUsers?: readonly string[]
}

// Without the two seconds after a wrong password.
const usualAuthentication = ['auth required pam_unix.so nodelay']

/** Writes what sshd-init.sh lays over the machine's files: users, passwords, groups, PAM and sudo rules, and makes homes. */
export async function writeUsers(
  folder: string,
  { pam, sudoers = [], shells, aging, socketGroup, moreUsers = [] }: UserOptions,
): Promise<void> {
  const etc = join(folder, 'etc')
  await mkdir(join(etc, 'pam.d'), { recursive: true })
  const names = Object.keys(sshdUsers) as SshdUser[]
  const accounts: string[] = []
  const passwords: string[] = []
  for (const name of names) {
    const { uid, password } = sshdUsers[name]
    const home = join(folder, 'home', name)
    await mkdir(home)
    await chown(home, uid, uid)
    accounts.push(`${name}:x:${uid}:${uid}::${home}:${shells?.[name] ?? '/bin/sh'}`)
    passwords.push(`${name}:${await hashOf(password)}:${aging?.[name] ?? '20000:0:99999:7:::'}`)
  }
  for (const [index, name] of moreUsers.entries()) {
    const [uid, home] = [firstMoreUid + index, join(folder, 'home', `more-${String(index)}`)]
    await mkdir(home)
    await chown(home, uid, uid)
    accounts.push(`${name}:x:${uid}:${uid}::${home}:/bin/sh`)
    passwords.push(`${name}:*:20000:0:99999:7:::`)
  }
  const isOurs = (line: string) => names.some((name) => line.startsWith(`${name}:`))
  const others = async (file: string) =>
    (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '' && !isOurs(line))
  const groups = names.map((name) => `${name}:x:${sshdUsers[name].uid}:`)
  const socket = socketGroup === undefined || socketGroup === 0 ? [] : [`engine:x:${socketGroup}:keeper`]
  const isFree = (line: string) => Number(line.split(':')[2]) !== socketGroup || socketGroup === 0
  await write(join(etc, 'passwd'), 0o644, [...accounts, ...(await others('/etc/passwd'))])
  await write(join(etc, 'shadow'), 0o600, passwords)
  await write(join(etc, 'group'), 0o644, [
    ...groups,
    ...socket,
    ...(await others('/etc/group')).filter(isFree),
  ])
  const rules = ['root ALL=(ALL) ALL', 'helper ALL=(ALL) NOPASSWD: ALL', ...sudoers]
  await write(join(etc, 'sudoers'), 0o440, rules)
  await write(join(etc, 'pam.d', 'sshd'), 0o644, [
    ...(pam ?? usualAuthentication),
    'account required pam_unix.so',
    'session required pam_unix.so',
  ])
}

async function write(path: string, mode: number, lines: readonly string[]): Promise<void> {
  await writeFile(path, `${lines.join('\n')}\n`)
  await chmod(path, mode)
}

/** crypt(3) with SHA-512; perl-base is on every Debian. */
async function hashOf(password: string): Promise<string> {
  const salt = randomBytes(8).toString('hex')
  const { stdout } = await runCommand('perl', [
    '-e',
    'print crypt($ARGV[0], "\\$6\\$$ARGV[1]\\$")',
    password,
    salt,
  ])
  return stdout
}
