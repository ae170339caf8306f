import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { freePort, listens } from '../ports'
import { eventually } from '../wait'
import { runCommand } from '../run-command'
import { sshdUsers, writeUsers, type SshdUser } from './sshd-users'

/** How a private sshd is started. */
export interface PrivateSshdOptions {
  /** The program; OpenSSH's where it is left out. Dropbear reads no `config` and no PAM rules. */
  readonly program?: 'dropbear'
  /** Files that lie over others of the machine (absolute paths), for this server's sessions alone. */
  readonly instead?: Readonly<Record<string, string>>
  /** Lines of sshd_config(5) that go before the rig's own. */
  readonly config?: readonly string[]
  readonly hostKeys?: readonly KeyType[]
  /** PATH of sessions, such as a folder of busybox links. */
  readonly path?: string
  /** Lines of the PAM service `sshd` (pam.d(5)) before the usual account and session rules; the password alone is asked otherwise. */
  readonly pam?: readonly string[]
  /** Lines that sudoers(5) has besides the rig's own. */
  readonly sudoers?: readonly string[]
  /** Login shells other than /bin/sh. */
  readonly shells?: Readonly<Partial<Record<SshdUser, string>>>
  /** What shadow(5) has after a password, from the day of its last change on; a password that is good for ever otherwise. */
  readonly aging?: Readonly<Partial<Record<SshdUser, string>>>
  /** Numeric group of the engine's socket; `keeper` belongs to it. */
  readonly socketGroup?: number
  /** Names of further accounts, which log in with keys alone. */
  readonly moreUsers?: readonly string[]
}

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa'

/** An OpenSSH server of our own on loopback, with users of its own. */
export interface PrivateSshd {
  readonly folder: string
  readonly port: number
  /** known_hosts with this server's keys, for tests that are not about host keys. */
  readonly knownHostsFile: string
  /** `ssh://user@127.0.0.1:PORT/path.sock` */
  address(user: SshdUser, socketPath?: string): string
  home(user: SshdUser): string
  /**
   * Makes a key pair in the rig's folder and gives the path of its private half. A passphrase is stretched once unless more `rounds` are
   * asked for (ssh-keygen -a); each costs a moment whenever it is tried.
   */
  makeKey(type: KeyType, passphrase?: string, rounds?: number): Promise<string>
  authorize(user: string, keyPath: string): Promise<void>
  logText(): Promise<string>
  /** Ends the listener and all sessions at once, as a crash would. */
  kill(): Promise<void>
  /** Listens again on the same port after `kill`. */
  start(): Promise<void>
  /** Ends everything and removes the folder. */
  stop(): Promise<void>
}

const keeperScript = fileURLToPath(new URL('sshd-keeper.sh', import.meta.url))

/** Starts a private OpenSSH server (root only) and resolves when it answers. It ends with `stop()` or with this process. */
export async function startPrivateSshd(options: PrivateSshdOptions = {}): Promise<PrivateSshd> {
  if (process.getuid?.() !== 0) throw new Error('A private sshd needs root')
  const folder = await mkdtemp(join(tmpdir(), 'lamina-sshd-'))
  await chmod(folder, 0o755)
  const port = await freePort()
  await Promise.all(['keys', 'home', 'host'].map((name) => mkdir(join(folder, name))))
  await writeUsers(folder, options)
  await writeConfig(folder, port, options)
  await writeStart(folder, port, options)
  await writeKnownHosts(folder, port, options.hostKeys ?? ['ed25519'])
  const keeper = spawn('sh', [keeperScript, folder], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  const server = new KeptSshd(folder, port, keeper, options.program)
  try {
    await server.start()
  } catch (error) {
    const log = await server.logText()
    await server.stop()
    throw new Error(`The private sshd did not start:\n${log}`, { cause: error })
  }
  return server
}

async function writeConfig(folder: string, port: number, options: PrivateSshdOptions): Promise<void> {
  const keys = options.hostKeys ?? ['ed25519']
  for (const type of keys) await makeKeyAt(join(folder, 'host', type), type)
  const lines = [
    ...(options.config ?? []),
    ...(options.path === undefined ? [] : [`SetEnv PATH=${options.path}`]),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...keys.map((type) => `HostKey ${join(folder, 'host', type)}`),
    `AuthorizedKeysFile ${folder}/keys/%u`,
    'PidFile none',
    'StrictModes no',
    'PermitRootLogin yes',
    'UsePAM yes',
    'PrintMotd no',
    'LogLevel VERBOSE',
    // Of this one the last line counts (servconf.c, sMaxStartups).
    ...(options.config?.some((line) => line.startsWith('MaxStartups ')) === true ? [] : ['MaxStartups 100']),
    ...(await withoutPenalties()),
  ]
  await writeFile(join(folder, 'sshd_config'), `${lines.join('\n')}\n`)
}

async function writeStart(folder: string, port: number, options: PrivateSshdOptions): Promise<void> {
  const instead = join(folder, 'instead')
  await mkdir(instead)
  for (const [path, content] of Object.entries(options.instead ?? {})) {
    const file = join(instead, path.replaceAll('/', '@'))
    await writeFile(file, content)
    await chmod(file, 0o755)
  }
  let start = `exec /usr/sbin/sshd -D -f '${folder}/sshd_config' -E '${folder}/sshd.log'`
  if (options.program === 'dropbear') {
    const keys = options.hostKeys ?? ['ed25519']
    for (const type of keys) {
      const key = join(folder, 'host', type)
      await runCommand('dropbearconvert', ['openssh', 'dropbear', key, `${key}.dropbear`])
    }
    const hostKeys = keys.map((type) => `-r '${folder}/host/${type}.dropbear'`).join(' ')
    start = `exec dropbear -F -E -P /dev/null -p 127.0.0.1:${port} ${hostKeys}`
  }
  await writeFile(join(folder, 'start'), `${start}\n`)
}

let penalties: Promise<readonly string[]> | undefined

/**
 * Since 9.8 a server shuts out for a while who failed to log in several times within a short time, which all tests would have to bear who
 * come from the same address. Older ones do not know the setting.
 */
function withoutPenalties(): Promise<readonly string[]> {
  penalties ??= runCommand('/usr/sbin/sshd', ['-T', '-f', '/dev/null', '-o', 'PerSourcePenalties=no'], {
    mayFail: true,
  }).then(({ stderr }) => (stderr.includes('Bad configuration option') ? [] : ['PerSourcePenalties no']))
  return penalties
}

async function writeKnownHosts(folder: string, port: number, types: readonly KeyType[]): Promise<void> {
  const keys = await Promise.all(types.map((type) => readFile(join(folder, 'host', `${type}.pub`), 'utf8')))
  const lines = keys.map((key) => `[127.0.0.1]:${port} ${key.split(' ').slice(0, 2).join(' ')}\n`)
  await writeFile(join(folder, 'known_hosts'), lines.join(''))
}

async function makeKeyAt(path: string, type: KeyType, passphrase = '', rounds = 1): Promise<string> {
  const strength = ['-a', String(rounds), '-N', passphrase]
  await runCommand('ssh-keygen', ['-q', '-t', type, ...strength, '-C', 'lamina-test', '-f', path])
  return path
}

class KeptSshd implements PrivateSshd {
  readonly knownHostsFile: string
  private readonly answers: Interface
  private readonly exited: Promise<unknown>
  private keys = 0

  constructor(
    readonly folder: string,
    readonly port: number,
    private readonly keeper: ChildProcessByStdio<Writable, Readable, null>,
    private readonly program: PrivateSshdOptions['program'],
  ) {
    this.knownHostsFile = join(folder, 'known_hosts')
    this.answers = createInterface({ input: keeper.stdout })
    this.exited = once(keeper, 'exit')
    keeper.stdin.on('error', () => undefined)
  }

  address(user: SshdUser, socketPath = ''): string {
    return `ssh://${user}@127.0.0.1:${this.port}${socketPath}`
  }

  home(user: SshdUser): string {
    return join(this.folder, 'home', user)
  }

  async makeKey(type: KeyType, passphrase = '', rounds = 1): Promise<string> {
    return await makeKeyAt(join(this.folder, `key-${++this.keys}-${type}`), type, passphrase, rounds)
  }

  async authorize(user: string, keyPath: string): Promise<void> {
    const key = await readFile(`${keyPath}.pub`)
    await appendFile(join(this.folder, 'keys', user), key)
    if (this.program !== 'dropbear') return
    // It knows no other place.
    const own = join(this.folder, 'home', user, '.ssh')
    await mkdir(own, { recursive: true })
    await appendFile(join(own, 'authorized_keys'), key)
  }

  async logText(): Promise<string> {
    return await readFile(join(this.folder, 'sshd.log'), 'utf8').catch(() => '')
  }

  async start(): Promise<void> {
    await this.tell('start', 'started')
    await eventually(() => listens(this.port), { what: 'sshd to listen' })
  }

  async kill(): Promise<void> {
    await this.tell('kill', 'killed')
  }

  async stop(): Promise<void> {
    this.keeper.stdin.end()
    await this.exited
    this.answers.close()
  }

  private async tell(line: string, answer: string): Promise<void> {
    const answered = new Promise<void>((resolve, reject) => {
      const gone = (): void => reject(new Error(`The keeper ended before it answered '${line}'`))
      this.answers.once('close', gone)
      this.answers.once('line', (text: string) => {
        this.answers.off('close', gone)
        if (text === answer) resolve()
        else reject(new Error(`The keeper answered '${text}' to '${line}'`))
      })
    })
    this.keeper.stdin.write(`${line}\n`)
    await answered
  }
}

export { sshdUsers, type SshdUser }
