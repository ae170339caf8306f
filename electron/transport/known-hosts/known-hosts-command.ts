import { stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { whyBroken } from '../../core/base/broken-stream'
import { failed } from '../../core/base/failure'
import type { ConnectionLog } from '../remote/connection-log'
import type { KnownHostsCommand } from '../ssh-config/hop-settings'
import { runLimited } from '../limited-program'
import { inLowerCase } from '../ssh-config/files/patterns'
import { displayHost, type HostName, nameInFile, type PresentedKey } from './host-key-verdict'
import { fingerprint } from './known-hosts'
import { type KnownHostsLine, parseKnownHosts } from './known-hosts-line'

const limits = { time: 10_000, output: 16 * 1024 * 1024 }

/**
 * Asks `KnownHostsCommand` for lines about a host (sshconnect.c, load_hostkeys_command): once before the connection, for
 * the order of algorithms, and once with the key that was shown. A command that cannot be started is passed over, as by
 * OpenSSH; one that fails ends the connection.
 * @throws FailureError `host-key-refused`, `cancelled`
 */
export async function askKnownHostsCommand(
  command: KnownHostsCommand,
  name: HostName,
  key: PresentedKey | undefined,
  log: ConnectionLog,
  signal: AbortSignal,
): Promise<readonly KnownHostsLine[]> {
  const [program = '', ...args] = command({
    // Without the port in the first question, as OpenSSH does it.
    H: key === undefined ? inLowerCase(name.host) : inText(nameInFile(name)),
    I: key === undefined ? 'ORDER' : 'HOSTNAME',
    t: key?.type ?? 'NONE',
    f: key === undefined ? 'NONE' : fingerprint(key.blob),
    K: key?.blob.toString('base64') ?? 'NONE',
  })
  const useless = await whyUseless(program)
  if (useless !== undefined) {
    log.add(`KnownHostsCommand ${program} is passed over: ${useless}`)
    return []
  }
  const end = await runLimited(program, args, limits, signal)
  if (end.kind === 'ended') {
    if (end.complaints !== '') log.add(`KnownHostsCommand: ${end.complaints}`)
    if (end.status === 0) {
      const lines = parseKnownHosts('KnownHostsCommand', end.said)
      return lines.map((line) => ({ ...line, isSaid: true }))
    }
  }
  const what = {
    ended: () =>
      'status' in end && end.status !== undefined
        ? `ended with status ${String(end.status)}`
        : 'was ended by a signal',
    'not-started': () => `cannot be started: ${'why' in end ? end.why : ''}`,
    'too-late': () => `gave no answer in ${String(limits.time / 1000)} seconds`,
    'too-much': () => `said more than ${String(limits.output)} bytes`,
  }[end.kind]()
  throw failed(
    'host-key-refused',
    `The host key of ${displayHost(name)} cannot be checked: the KnownHostsCommand ${program} ${what}.`,
    'Correct the command, or take it out of the SSH configuration; the connection log has what it said.',
  )
}

async function whyUseless(program: string): Promise<string | undefined> {
  if (!isAbsolute(program)) return 'its path is not absolute'
  return await stat(program).then(
    () => undefined,
    (error: unknown) => whyBroken(error),
  )
}

function inText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
