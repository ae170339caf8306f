import { mkdtempSync, writeFileSync } from 'node:fs'
import { appendFile, copyFile, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { PrivateSshdOptions } from '../../../engines/ssh/private-sshd'
import { besideSsh, type CaseRig, type SshCase, stopServers } from './beside-ssh'

const folder = mkdtempSync(join(tmpdir(), 'lamina-accounts-'))
const nologin = join(folder, 'nologin')
writeFileSync(nologin, 'The machine is being mended until noon.\n')
const issue = join(folder, 'issue')
writeFileSync(issue, 'This machine belongs to nobody in particular.\n')

afterAll(async () => {
  await stopServers()
  await rm(folder, { recursive: true, force: true })
})

const config =
  'Host *\n HostName 127.0.0.1\n Port PORT\n User keeper\n UserKnownHostsFile KNOWN\n IdentityFile FOLDER/key\n IdentitiesOnly yes\n PreferredAuthentications publickey\n'

async function key({ server, folder: own }: CaseRig): Promise<void> {
  const made = await server.makeKey('ed25519')
  await server.authorize('keeper', made)
  await copyFile(made, join(own, 'key'))
}

/** A key that is good for one command alone. */
async function keyForOne({ server, folder: own }: CaseRig): Promise<void> {
  const made = await server.makeKey('ed25519')
  const line = `restrict,command="echo Only backups here." ${await readFile(`${made}.pub`, 'utf8')}`
  await appendFile(join(server.folder, 'keys', 'keeper'), line)
  await copyFile(made, join(own, 'key'))
}

function pam(...account: readonly string[]): PrivateSshdOptions {
  return { pam: ['auth required pam_unix.so nodelay', ...account.map((line) => `account ${line}`)] }
}

function refused(name: string, server: PrivateSshdOptions, says: RegExp): SshCase {
  return { name, host: 'web', config, server, prepare: key, outcome: 'refused', says }
}

besideSsh([
  refused(
    'an account that has expired',
    { aging: { keeper: '20000:0:99999:7::1:' } },
    /keeper@127\.0\.0\.1:\d+ did not let this user in\. It says: “Your account has expired; please contact your system administrator\.” .*chage/,
  ),
  refused(
    'an account that was not used for too long',
    { aging: { keeper: '100:0:1:7:0::' } },
    /“Your account has expired.*chage/,
  ),
  refused(
    'a password that has to be another, without a terminal',
    { aging: { keeper: '0:0:99999:7:::' } },
    /Password change required but no TTY available\. Log in with ssh on a terminal once/,
  ),
  refused(
    'a password that has expired, without a terminal',
    { aging: { keeper: '100:0:1:7:::' } },
    /Your password has expired\. .* Log in with ssh on a terminal once/,
  ),
  refused(
    'a host that lets nobody in for a while',
    pam(`required pam_nologin.so file=${nologin}`),
    /It says: “The machine is being mended until noon\.”/,
  ),
  refused(
    'an account that a rule keeps out without a word',
    pam('required pam_deny.so'),
    /closed it at key .* did not say why\. .*PAM/,
  ),
  refused(
    'a user whom the server does not allow, who is told no more than others',
    { config: ['DenyUsers keeper', `Banner ${issue}`] },
    /did not let this user in\. Tried: key /,
  ),
  refused(
    'an account without a login',
    { shells: { keeper: '/usr/sbin/nologin' } },
    /This account is currently not available\. .*usermod -s/,
  ),
  refused(
    'a login shell that says nothing',
    { shells: { keeper: '/bin/false' } },
    /ended with status 1 and said nothing/,
  ),
  refused(
    'a login shell that is not there',
    { shells: { keeper: '/nonexistent/shell' } },
    /did not let this user in/,
  ),
  refused(
    'an account for SFTP alone',
    { config: ['Subsystem sftp internal-sftp', 'ForceCommand internal-sftp'] },
    /This service allows sftp connections only\. The account is for SFTP alone/,
  ),
  refused(
    'an account for SFTP alone in a folder of its own',
    { config: ['ChrootDirectory /usr', 'ForceCommand internal-sftp'] },
    /This service allows sftp connections only\. The account is for SFTP alone/,
  ),
  refused(
    'a command that is run instead',
    { config: ['ForceCommand echo "This account can do nothing but this."; exit 3'] },
    /This account can do nothing but this\. .*ForceCommand/,
  ),
  refused(
    'a folder of its own that is not there',
    { config: ['ChrootDirectory /nonexistent'] },
    /broke: the other side closed it/,
  ),
  {
    name: 'a key that is good for one command alone',
    host: 'web',
    config,
    prepare: keyForOne,
    // To ssh the command that runs instead is as good as its own.
    outcome: 'in',
    lamina: { outcome: 'refused', because: 'what runs is not what was asked for' },
    says: /Only backups here\. .*authorized_keys/,
  },
])
