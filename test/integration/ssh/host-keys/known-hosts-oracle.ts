import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestKey } from '../../../unit/transport/public-keys'
import { hashOfName } from '../../../../electron/transport/known-hosts/known-hosts-line'

/** Standard output and error of a command, whatever it ends with. */
export function said(command: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, args, { encoding: 'latin1' }, (_error, stdout, stderr) => {
      resolve(stdout + stderr)
    })
  })
}

/** A name as a hashed line of known_hosts has it, with a salt of its own. */
export function hashed(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${hashOfName(name, salt).toString('base64')}`
}

/** What ssh makes of a host key. */
interface SshOracle {
  /** The host key that is judged. */
  readonly key: TestKey
  /** A certificate of it: type, base64 and a comment. */
  readonly certificate: string
  /** `known`, `unknown`, `revoked`, `changed LINE`, or `unsure` where RevokedHostKeys cannot be asked. */
  verdict(question: {
    readonly knownHosts: string
    readonly port?: number
    readonly alias?: string | undefined
    readonly revokedHostKeys?: string
  }): Promise<string>
}

/** A server called `Web` with a key in this folder, which ssh reaches through a pipe. */
export async function sshOracle(folder: string): Promise<SshOracle> {
  const [host, authority, config] = ['host', 'authority', 'sshd_config'].map((name) => join(folder, name))
  for (const file of [host, authority])
    await said('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', String(file))
  await said('ssh-keygen', '-q', '-h', '-s', String(authority), '-I', 'web', `${String(host)}.pub`)
  const [type = '', base64 = ''] = readFileSync(`${String(host)}.pub`, 'latin1').split(' ')
  writeFileSync(String(config), `HostKey ${String(host)}\nUsePAM no\n`)
  // What the init system makes for sshd.
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  return {
    key: { type, blob: Buffer.from(base64, 'base64'), text: `${type} ${base64}` },
    certificate: readFileSync(`${String(host)}-cert.pub`, 'latin1').trim(),
    async verdict({ knownHosts, port = 22, alias, revokedHostKeys }) {
      const options = {
        UserKnownHostsFile: knownHosts,
        GlobalKnownHostsFile: '/dev/null',
        StrictHostKeyChecking: 'yes',
        BatchMode: 'yes',
        IdentityFile: 'none',
        IdentityAgent: 'none',
        ProxyCommand: `/usr/sbin/sshd -i -f ${String(config)}`,
        ...(alias === undefined ? {} : { HostKeyAlias: alias }),
        ...(revokedHostKeys === undefined ? {} : { RevokedHostKeys: revokedHostKeys }),
      }
      const given = Object.entries(options).map(([name, value]) => `-o${name}=${value}`)
      return verdictIn(await said('ssh', '-F', '/dev/null', ...given, '-p', String(port), 'Web', 'true'))
    },
  }
}

function verdictIn(answer: string): string {
  if (/REVOKED HOST KEY|revoked by file/.test(answer)) return 'revoked'
  if (answer.includes('Error checking host key')) return 'unsure'
  const offending = /Offending .* key in .*:(\d+)/.exec(answer)
  if (offending !== null) return `changed ${String(offending[1])}`
  if (answer.includes('key is known for')) return 'unknown'
  return answer.includes('Permission denied') ? 'known' : answer
}
