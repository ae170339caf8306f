import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { besideSsh, type CaseRig, type SshCase, stopServers } from './beside-ssh'
import { noKey, takenKey, withKey } from './ways-to-log-in'

afterAll(stopServers)

async function strangeKey({ server, folder }: CaseRig): Promise<void> {
  await copyFile(await server.makeKey('ed25519'), join(folder, 'key'))
}

const passwordOnly = { config: ['AuthenticationMethods password'] }
const questionsOnly = { config: ['AuthenticationMethods keyboard-interactive'] }

const cases: readonly SshCase[] = [
  {
    name: 'PasswordAuthentication no where the server takes passwords alone',
    host: 'web',
    config: `${noKey} PasswordAuthentication no\n`,
    server: passwordOnly,
    outcome: 'refused',
    says: /PasswordAuthentication no in the SSH configuration rules password out/,
  },
  {
    name: 'PasswordAuthentication no where the server asks questions, too',
    host: 'web',
    config: `${noKey} PasswordAuthentication no\n`,
    outcome: 'asks',
    asks: ['keyboard-interactive'],
  },
  {
    name: 'KbdInteractiveAuthentication no where the server takes passwords, too',
    host: 'web',
    config: `${noKey} KbdInteractiveAuthentication no\n`,
    outcome: 'asks',
    asks: ['password'],
  },
  {
    name: 'KbdInteractiveAuthentication no where the server asks questions alone',
    host: 'web',
    config: `${noKey} KbdInteractiveAuthentication no\n`,
    server: questionsOnly,
    outcome: 'refused',
    says: /KbdInteractiveAuthentication no in the SSH configuration rules keyboard-interactive out/,
  },
  {
    name: 'ChallengeResponseAuthentication no and no passwords',
    host: 'web',
    config: `${noKey} ChallengeResponseAuthentication no\n PasswordAuthentication no\n`,
    outcome: 'refused',
    says: /PasswordAuthentication no .* KbdInteractiveAuthentication no/,
  },
  {
    name: 'PubkeyAuthentication no with a key that the account takes',
    host: 'web',
    config: `${withKey} PubkeyAuthentication no\n`,
    prepare: takenKey,
    outcome: 'asks',
    asks: ['keyboard-interactive'],
  },
  {
    name: 'PubkeyAuthentication no where the server takes keys alone',
    host: 'web',
    config: `${withKey} PubkeyAuthentication no\n`,
    server: { config: ['AuthenticationMethods publickey'] },
    prepare: takenKey,
    outcome: 'refused',
    says: /Nothing could be tried\..*PubkeyAuthentication no/,
  },
  ...(['unbound', 'host-bound', 'yes'] as const).map((word): SshCase => ({
    name: `PubkeyAuthentication ${word}`,
    host: 'web',
    config: `${withKey} PubkeyAuthentication ${word}\n`,
    prepare: takenKey,
    outcome: 'in',
  })),
  {
    name: 'PreferredAuthentications with passwords first, though a key would do',
    host: 'web',
    config: `${withKey} PreferredAuthentications password,publickey\n`,
    prepare: takenKey,
    // Passwords that nobody gives are wrong, and ssh goes on to the key; a person who declines wants no more.
    outcome: 'in',
    lamina: { outcome: 'asks', because: 'a declined question ends the attempt' },
    asks: ['password'],
  },
  {
    name: 'PreferredAuthentications with keys alone',
    host: 'web',
    config: `${withKey} PreferredAuthentications publickey\n`,
    prepare: strangeKey,
    outcome: 'refused',
    says: /PreferredAuthentications publickey in the SSH configuration rules password and keyboard-interactive out/,
  },
  {
    name: 'PreferredAuthentications with nothing that is known',
    host: 'web',
    config: `${withKey} PreferredAuthentications none,foo\n`,
    prepare: takenKey,
    outcome: 'refused',
    says: /PreferredAuthentications none,foo/,
  },
  {
    name: 'PreferredAuthentications with a method that Lamina does not know first',
    host: 'web',
    config: `${withKey} PreferredAuthentications hostbased,publickey\n HostbasedAuthentication yes\n`,
    prepare: takenKey,
    outcome: 'in',
  },
  {
    name: 'HostbasedAuthentication where the server takes nothing else',
    host: 'web',
    config: `${withKey} HostbasedAuthentication yes\n`,
    server: { config: ['HostbasedAuthentication yes', 'AuthenticationMethods hostbased'] },
    prepare: takenKey,
    outcome: 'refused',
    says: /does not know how to log in by hostbased/,
  },
  {
    name: 'GSSAPIAuthentication without a ticket',
    host: 'web',
    config: `${withKey} GSSAPIAuthentication yes\n`,
    server: { config: ['GSSAPIAuthentication yes'] },
    prepare: takenKey,
    outcome: 'in',
  },
  {
    name: 'GSSAPIAuthentication where the server takes nothing else',
    host: 'web',
    config: `${withKey} GSSAPIAuthentication yes\n`,
    server: { config: ['GSSAPIAuthentication yes', 'AuthenticationMethods gssapi-with-mic'] },
    prepare: takenKey,
    outcome: 'refused',
    says: /does not know how to log in by gssapi-with-mic/,
  },
  {
    name: 'NumberOfPasswordPrompts 0',
    host: 'web',
    config: `${noKey} NumberOfPasswordPrompts 0\n`,
    outcome: 'refused',
    says: /NumberOfPasswordPrompts 0 in the SSH configuration rules password and keyboard-interactive out/,
  },
  {
    name: 'NumberOfPasswordPrompts 0 with a key that is encrypted',
    host: 'web',
    config: `${withKey} NumberOfPasswordPrompts 0\n`,
    prepare: (rig) => takenKey(rig, 'open sesame'),
    outcome: 'refused',
  },
  {
    name: 'AuthenticationMethods publickey,password',
    host: 'web',
    config: withKey,
    server: { config: ['AuthenticationMethods publickey,password'] },
    prepare: takenKey,
    outcome: 'asks',
    asks: ['password'],
  },
  {
    name: 'AuthenticationMethods publickey,password with PasswordAuthentication no',
    host: 'web',
    config: `${withKey} PasswordAuthentication no\n`,
    server: { config: ['AuthenticationMethods publickey,password'] },
    prepare: takenKey,
    outcome: 'refused',
    says: /PasswordAuthentication no in the SSH configuration rules password out/,
  },
  {
    name: 'AuthenticationMethods publickey,keyboard-interactive',
    host: 'web',
    config: withKey,
    server: { config: ['AuthenticationMethods publickey,keyboard-interactive'] },
    prepare: takenKey,
    outcome: 'asks',
    asks: ['keyboard-interactive'],
  },
  {
    name: 'AuthenticationMethods publickey,publickey with two keys',
    host: 'web',
    config: `${withKey} IdentityFile FOLDER/other\n`,
    server: { config: ['AuthenticationMethods publickey,publickey'] },
    async prepare(rig) {
      await takenKey(rig)
      const other = await rig.server.makeKey('ecdsa')
      await rig.server.authorize('keeper', other)
      await copyFile(other, join(rig.folder, 'other'))
    },
    outcome: 'in',
  },
  {
    name: 'AuthenticationMethods publickey,publickey with one key',
    host: 'web',
    config: withKey,
    server: { config: ['AuthenticationMethods publickey,publickey'] },
    prepare: takenKey,
    outcome: 'refused',
  },
  {
    name: 'AuthenticationMethods keyboard-interactive,publickey',
    host: 'web',
    config: withKey,
    server: { config: ['AuthenticationMethods keyboard-interactive,publickey'] },
    prepare: takenKey,
    outcome: 'asks',
    asks: ['keyboard-interactive'],
  },
  {
    name: 'no password at all',
    host: 'web',
    config: noKey,
    server: { pam: ['auth sufficient pam_permit.so'], config: ['PermitEmptyPasswords yes'] },
    outcome: 'in',
  },
  {
    name: 'questions without a field',
    host: 'web',
    config: noKey,
    server: { pam: ['auth sufficient pam_permit.so'], ...questionsOnly },
    outcome: 'in',
  },
]

besideSsh(cases)
