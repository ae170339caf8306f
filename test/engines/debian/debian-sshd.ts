import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DebianHost } from './debian-host'
import { freePort, listens } from '../ports'
import { runCommand } from '../run-command'
import { eventually } from '../wait'

/** The way into a Debian host of our own: an OpenSSH server of its own release, reached on this machine's loopback. */
export interface DebianSshd {
  readonly port: number
  readonly knownHostsFile: string
  /** A key that every user of the host accepts. */
  readonly identityFile: string
  /** `ssh://user@127.0.0.1:PORT/path.sock` */
  address(user: string, socketPath?: string): string
}

/** Starts sshd in a host; it ends with the host. */
export async function startDebianSshd(host: DebianHost): Promise<DebianSshd> {
  const folder = join(host.folder, 'ssh')
  await mkdir(folder, { mode: 0o755 })
  const port = await freePort()
  const identityFile = join(folder, 'identity')
  const hostKey = join(folder, 'host_key')
  for (const file of [identityFile, hostKey])
    await runCommand('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lamina-test', '-f', file])
  const config = [
    `Port ${String(port)}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${identityFile}.pub`,
    'PidFile none',
    'StrictModes no',
    'PermitRootLogin yes',
    'UsePAM no',
    '',
  ]
  const configFile = join(folder, 'sshd_config')
  await writeFile(configFile, config.join('\n'))
  const knownHostsFile = join(folder, 'known_hosts')
  const publicKey = (await readFile(`${hostKey}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ')
  await writeFile(knownHostsFile, `[127.0.0.1]:${String(port)} ${publicKey}\n`)
  await host.startDaemon(['/usr/sbin/sshd', '-D', '-f', configFile, '-e'], { machineNetwork: true })
  await eventually(() => listens(port), { what: 'sshd to listen' })
  return {
    port,
    knownHostsFile,
    identityFile,
    address: (user, socketPath = '') => `ssh://${user}@127.0.0.1:${String(port)}${socketPath}`,
  }
}
