import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { runCommand } from '../../../../engines/run-command'
import { rsa } from '../../../../unit/transport/public-keys'
import { besideSsh, type CaseRig, stopServers } from '../beside-ssh'
import { hostKeyCase, type HostKeyCase } from './host-key-cases'

afterAll(stopServers)

const known = 'NAME HOSTKEY\n'
const lists = ' RevokedHostKeys FOLDER/revoked'

/** Makes FOLDER/revoked a revocation list (KRL) of what is in FOLDER/specification. */
async function asKrl({ folder }: CaseRig): Promise<void> {
  await runCommand('ssh-keygen', ['-q', '-k', '-f', join(folder, 'revoked'), join(folder, 'specification')])
}

/** Gives a certificate of the server's key, signed by an authority of the case's own. */
async function certified({ folder, server }: CaseRig): Promise<string> {
  const [authority, key] = [join(folder, 'authority'), join(folder, 'certified.pub')]
  await runCommand('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', authority])
  await copyFile(join(server.folder, 'host', 'ed25519.pub'), key)
  await runCommand('ssh-keygen', ['-q', '-h', '-s', authority, '-I', 'web', key])
  return await readFile(join(folder, 'certified-cert.pub'), 'latin1')
}

const lines: readonly HostKeyCase[] = [
  {
    name: 'a list that has the host key',
    files: { known, revoked: 'HOSTKEY\n' },
    outcome: 'refused',
    says: /revoked in .*\/revoked, line 1/,
  },
  {
    name: 'a list with comments, empty lines and carriage returns',
    files: { known, revoked: '# gone\n\n  \t# too\nOTHERKEY someone\r\n  HOSTKEY root@web\r\n' },
    outcome: 'refused',
    says: /line 5/,
  },
  { name: 'a list of other keys', files: { known, revoked: 'OTHERKEY\n' }, outcome: 'in' },
  { name: 'an empty list', files: { known, revoked: '' }, outcome: 'in' },
  { name: 'a list in /dev/null', config: ' RevokedHostKeys /dev/null', files: { known }, outcome: 'in' },
  { name: 'none', config: ' RevokedHostKeys none', files: { known }, outcome: 'in' },
  {
    name: 'a list that is missing',
    files: { known },
    outcome: 'refused',
    says: /revoked, and it cannot be read: it is not there/,
  },
  {
    name: 'a list that is a directory',
    files: { known },
    prepare: async ({ folder }) => void (await mkdir(join(folder, 'revoked'))),
    outcome: 'refused',
    says: /it is a directory/,
  },
  {
    name: 'a list with a line before that is no key',
    files: { known, revoked: 'ssh-ed25519 AAAA\nHOSTKEY\n' },
    outcome: 'refused',
    says: /its line 1 is no public key/,
  },
  {
    name: 'a list with a line behind that is no key',
    files: { known, revoked: 'HOSTKEY\nnothing\n' },
    outcome: 'refused',
    says: /revoked in/,
  },
  {
    name: 'a list of other keys with a line that is none',
    files: { known, revoked: 'OTHERKEY\n\r\n' },
    outcome: 'refused',
  },
  { name: 'a list that is a known_hosts', files: { known, revoked: 'NAME OTHERKEY\n' }, outcome: 'refused' },
  { name: 'a list of fingerprints', files: { known, revoked: 'SHA256:abc\n' }, outcome: 'refused' },
  {
    name: 'a list with an RSA key that is too short for anybody',
    files: { known, revoked: `${rsa(768).text}\n` },
    outcome: 'in',
  },
  {
    name: 'a list that has a certificate of the host key',
    files: { known },
    prepare: async (rig) => {
      await writeFile(join(rig.folder, 'revoked'), await certified(rig))
    },
    outcome: 'refused',
    says: /revoked in .*line 1/,
  },
]

const revocationLists: readonly HostKeyCase[] = [
  {
    name: 'a KRL that has the host key',
    files: { known, specification: 'HOSTKEY\n' },
    prepare: asKrl,
    outcome: 'refused',
    says: /is revoked in .*\/revoked\./,
  },
  {
    name: 'a KRL of fingerprints',
    files: { known },
    prepare: async (rig) => {
      const file = join(rig.server.folder, 'host', 'ed25519.pub')
      const { stdout } = await runCommand('ssh-keygen', ['-lf', file])
      await writeFile(join(rig.folder, 'specification'), `hash: ${stdout.split(' ')[1] ?? ''}\n`)
      await asKrl(rig)
    },
    outcome: 'refused',
    says: /is revoked in/,
  },
  {
    name: 'a KRL of other keys',
    files: { known, specification: 'OTHERKEY\n' },
    prepare: asKrl,
    outcome: 'in',
  },
  {
    name: 'a KRL that was cut off',
    files: { known, specification: 'HOSTKEY\n' },
    prepare: async (rig) => {
      await asKrl(rig)
      await truncate(join(rig.folder, 'revoked'), 60)
    },
    outcome: 'refused',
    says: /ssh-keygen -Q has to be asked about, and it failed/,
  },
]

const ways: readonly HostKeyCase[] = [
  {
    name: 'a list before what NoHostAuthenticationForLocalhost trusts',
    config: `${lists}\n NoHostAuthenticationForLocalhost yes`,
    files: { revoked: 'HOSTKEY\n' },
    outcome: 'refused',
    says: /revoked/,
  },
  {
    name: 'a list before the question about an unknown key',
    files: { known: '', revoked: 'HOSTKEY\n' },
    outcome: 'refused',
    says: /revoked/,
  },
  {
    name: 'a list before StrictHostKeyChecking no',
    config: `${lists}\n StrictHostKeyChecking no`,
    files: { known, revoked: 'HOSTKEY\n' },
    outcome: 'refused',
    says: /revoked/,
  },
  {
    name: 'a list whose name has spaces',
    config: ' RevokedHostKeys "FOLDER/keys that are gone"',
    files: { known, 'keys that are gone': 'HOSTKEY\n' },
    outcome: 'refused',
    says: /revoked in .*keys that are gone/,
  },
  {
    // Older versions of OpenSSH take the token for a name.
    name: 'a list named by a token',
    config: ' RevokedHostKeys FOLDER/%h',
    files: { known, '%h': 'HOSTKEY\n', '127.0.0.1': 'HOSTKEY\n' },
    outcome: 'refused',
    says: /revoked in/,
  },
  {
    name: 'a list in a home that has none',
    config: ' RevokedHostKeys ~/lamina-has-no-such-file',
    files: { known },
    outcome: 'refused',
    says: /lamina-has-no-such-file, and it cannot be read/,
  },
  {
    name: 'a list for another host',
    config: ' HostName 127.0.0.1\nHost db\n RevokedHostKeys FOLDER/revoked\nHost *\n',
    files: { known, revoked: 'HOSTKEY\n' },
    outcome: 'in',
  },
  {
    name: 'a list for the jump host alone',
    config:
      ' HostName 127.0.0.1\nHost gate\n RevokedHostKeys FOLDER/revoked\nHost web\n ProxyJump gate\nHost *\n',
    files: { known, revoked: 'HOSTKEY\n' },
    outcome: 'refused',
    says: /revoked in/,
  },
  {
    name: 'a list for the host behind the jump host alone',
    config: ' HostName 127.0.0.1\nHost web\n ProxyJump gate\n RevokedHostKeys FOLDER/revoked\nHost *\n',
    files: { known, revoked: 'OTHERKEY\n' },
    outcome: 'in',
  },
]

/** Cases say nothing of the list unless it is elsewhere. */
const withList = (one: HostKeyCase): HostKeyCase => ({ ...one, config: one.config ?? lists })

besideSsh([...lines, ...revocationLists, ...ways].map(withList).map(hostKeyCase))
