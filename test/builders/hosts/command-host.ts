import { chmod, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CommandLimits } from '../../../electron/transport/limits/command-limits'
import type { SshTransport } from '../../../electron/transport/ssh2/ssh-transport'
import { outputOf } from '../../../electron/transport/transport'
import {
  type PrivateSshd,
  type PrivateSshdOptions,
  type SshdUser,
  startPrivateSshd,
} from '../../engines/ssh/private-sshd'
import { hopTo, nobodyAborts, transportWithin } from './ssh-host'

/** A transport as a user of a server. */
export async function asUser(
  server: PrivateSshd,
  user: SshdUser,
  limits: Partial<CommandLimits> = {},
): Promise<SshTransport> {
  const key = await server.makeKey('ed25519')
  await server.authorize(user, key)
  return transportWithin(limits, hopTo(server, { user, identityFiles: [key] }))
}

/** A server of a test's own, and what is set up there. */
export interface OwnHost {
  readonly server: PrivateSshd
  readonly transport: SshTransport
  /** How often the account logged in for a command. */
  logins(): Promise<number>
}

/** A server for one test; bash reads `login` (sh) at the beginning of each of the user's commands. */
export async function ownHost({
  user = 'keeper',
  login,
  limits,
  ...options
}: PrivateSshdOptions & {
  readonly user?: SshdUser
  readonly login?: string
  readonly limits?: Partial<CommandLimits>
} = {}): Promise<OwnHost> {
  const shells = login === undefined ? options.shells : { [user]: '/bin/bash' }
  const server = await startPrivateSshd({ ...options, ...(shells && { shells }) })
  onTestFinished(() => server.stop())
  const count = join(server.folder, 'logins')
  await writeFile(count, '')
  await chmod(count, 0o666)
  await writeFile(join(server.home(user), '.bashrc'), `echo >>'${count}'\n${login ?? ''}\n`)
  const transport = await asUser(server, user, limits)
  onTestFinished(() => transport.close())
  return { server, transport, logins: async () => (await readFile(count, 'utf8')).length }
}

/** What a script says on a host, a byte for each character. */
export async function said(over: SshTransport, script: string, input?: Buffer): Promise<string> {
  return (await outputOf(over, { name: 'a test', script, ...(input && { input }) }, nobodyAborts)).toString(
    'latin1',
  )
}
