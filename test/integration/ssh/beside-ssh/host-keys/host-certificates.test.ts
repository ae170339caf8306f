import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { runCommand } from '../../../../engines/run-command'
import { besideSsh, type CaseRig, stopServers } from '../beside-ssh'
import { asksForKey, hostKeyCase, type HostKeyCase } from './host-key-cases'

afterAll(stopServers)

/** A server of the case's own with a certificate of its host key, reached through a pipe. */
async function certified({ folder, server }: CaseRig): Promise<void> {
  const [authority, host] = [join(folder, 'authority'), join(folder, 'host')]
  await runCommand('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', authority])
  for (const suffix of ['', '.pub'])
    await copyFile(join(server.folder, 'host', `ed25519${suffix}`), `${host}${suffix}`)
  await runCommand('ssh-keygen', ['-q', '-h', '-s', authority, '-I', 'web', '-n', 'web', `${host}.pub`])
  const lines = [
    `HostKey ${host}`,
    `HostCertificate ${host}-cert.pub`,
    `AuthorizedKeysFile ${server.folder}/keys/%u`,
    'StrictModes no',
    'PermitRootLogin yes',
    'UsePAM no',
  ]
  await writeFile(join(folder, 'sshd_config'), `${lines.join('\n')}\n`)
  const text = await readFile(join(folder, 'known'), 'latin1')
  const key = (await readFile(`${authority}.pub`, 'latin1')).trim()
  const certificate = (await readFile(`${host}-cert.pub`, 'latin1')).trim()
  const filled = text.replaceAll('AUTHORITY', key).replaceAll('CERTIFICATE', certificate)
  await writeFile(join(folder, 'known'), filled, 'latin1')
}

const unsupported = 'the ssh2 library knows no host certificates, so the key itself is judged'

const cases: readonly HostKeyCase[] = [
  {
    name: 'whose authority is known',
    files: { known: '@cert-authority * AUTHORITY\n' },
    ...asksForKey,
    outcome: 'in',
    lamina: { outcome: 'asks', because: unsupported },
  },
  {
    name: 'whose authority is known, where only known keys are taken',
    config: ' StrictHostKeyChecking yes',
    files: { known: '@cert-authority * AUTHORITY\n' },
    outcome: 'in',
    lamina: { outcome: 'refused', because: unsupported },
    says: /host certificates are not supported/,
  },
  {
    name: 'whose authority is known beside its plain key',
    files: { known: '@cert-authority * AUTHORITY\nweb HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'whose plain key alone is known',
    files: { known: 'web HOSTKEY\n' },
    outcome: 'in',
  },
  { name: 'whose authority is nobody', files: { known: '@cert-authority * OTHERKEY\n' }, ...asksForKey },
  {
    name: 'whose authority is for another host',
    files: { known: '@cert-authority db AUTHORITY\n' },
    ...asksForKey,
  },
  {
    name: 'that is revoked by its plain key',
    files: { known: '@cert-authority * AUTHORITY\n@revoked * HOSTKEY\n' },
    outcome: 'refused',
    says: /revoked in .*known, line 2/,
  },
  {
    name: 'that is revoked as a certificate',
    files: { known: '@revoked * CERTIFICATE\nweb HOSTKEY\n' },
    outcome: 'refused',
    says: /revoked in .*known, line 1/,
  },
  {
    name: 'that stands in the place of a key',
    files: { known: 'web CERTIFICATE\n' },
    outcome: 'refused',
    says: /known has another in line 1/,
  },
  {
    name: 'that stands beside the key',
    files: { known: 'web CERTIFICATE\nweb HOSTKEY\n' },
    outcome: 'in',
  },
]

besideSsh(
  cases.map((one) =>
    hostKeyCase({
      ...one,
      name: `a host certificate ${one.name}`,
      config: `${one.config ?? ''}\n HostName web\n Port 22\n ProxyCommand /usr/sbin/sshd -i -f FOLDER/sshd_config`,
      prepare: certified,
    }),
  ),
)
