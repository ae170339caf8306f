import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, onTestFinished } from 'vitest'
import type { KeyType, PrivateSshdOptions } from '../../../engines/private-sshd'
import { startScriptedSshd, type ServerScript } from '../../../engines/scripted-sshd'
import { besideSsh, type CaseRig, type SshCase, stopServers } from './beside-ssh'

afterAll(stopServers)

const head = 'Host *\n HostName 127.0.0.1\n User keeper\n IdentityFile FOLDER/key\n IdentitiesOnly yes\n'
const usual = `${head} Port PORT\n UserKnownHostsFile KNOWN\n`

function withKey(type: KeyType = 'ed25519') {
  return async ({ server, folder }: CaseRig): Promise<void> => {
    const key = await server.makeKey(type)
    await server.authorize('keeper', key)
    await copyFile(key, join(folder, 'key'))
    await copyFile(`${key}.pub`, join(folder, 'key.pub'))
  }
}

/** Keys alone, so that a key that is not offered ends the login. */
const keysAlone = ['PasswordAuthentication no', 'KbdInteractiveAuthentication no']

function row(
  name: string,
  server: readonly string[] | PrivateSshdOptions,
  config: string,
  rest: Pick<SshCase, 'outcome'> & Partial<SshCase>,
): SshCase {
  const options = 'length' in server ? { config: [...server, ...keysAlone] } : server
  return {
    name,
    host: 'web',
    server: options,
    config: `${usual}${config}`,
    prepare: withKey(),
    ...rest,
  }
}

const sha1Exchange = ['KexAlgorithms diffie-hellman-group14-sha1']
const oldestExchange = ['KexAlgorithms diffie-hellman-group1-sha1']
const postQuantum = ['KexAlgorithms sntrup761x25519-sha512@openssh.com']
const cbc = ['Ciphers aes256-cbc']
const tripleDes = ['Ciphers 3des-cbc']
const chaCha = ['Ciphers chacha20-poly1305@openssh.com']
const sha1Mac = ['Ciphers aes256-ctr', 'MACs hmac-sha1']
const umac = ['Ciphers aes256-ctr', 'MACs umac-128-etm@openssh.com,umac-64@openssh.com']
const sha1HostKey = {
  config: ['HostKeyAlgorithms ssh-rsa', ...keysAlone],
  hostKeys: ['rsa'],
} as const
const rsaHostKey = { config: keysAlone, hostKeys: ['rsa'] } as const
const sha1UserKeys = ['PubkeyAcceptedAlgorithms ssh-rsa']

describe('a server that knows only', () => {
  besideSsh([
    row('a key exchange with SHA-1', sha1Exchange, '', {
      outcome: 'refused',
      says: /no key exchange in common, the server offers diffie-hellman-group14-sha1\..*older.*allow legacy algorithms/,
    }),
    row('the oldest key exchange', oldestExchange, '', {
      outcome: 'refused',
      says: /no key exchange .*too old .*KexAlgorithms \+diffie-hellman-group1-sha1/,
    }),
    row('a key exchange that is newer than what ssh2 has', postQuantum, '', {
      outcome: 'in',
      lamina: { outcome: 'refused', because: 'ssh2 has no post-quantum key exchange' },
      says: /no key exchange .*offers sntrup761x25519-sha512@openssh.com\..*newer.*Allow curve25519-sha256/,
    }),
    row('CBC', cbc, '', {
      outcome: 'refused',
      says: /no cipher in common, the server offers aes256-cbc\..*older.*allow legacy algorithms/,
    }),
    row('a cipher that is not even among the legacy ones', tripleDes, '', {
      outcome: 'refused',
      says: /no cipher .*3des-cbc.*too old .*: Ciphers \+3des-cbc/,
    }),
    row('several kinds of old algorithms', [...sha1Exchange, ...cbc], '', {
      outcome: 'refused',
      says: /no key exchange .*group14-sha1; and no cipher in common, the server offers aes256-cbc\./,
    }),
    row('ChaCha20-Poly1305, with strict key exchange', chaCha, '', { outcome: 'in' }),
    row(
      'AES-CTR with MACs that encrypt before',
      ['Ciphers aes192-ctr', 'MACs hmac-sha2-512-etm@openssh.com'],
      '',
      {
        outcome: 'in',
      },
    ),
    row('AES-CTR with plain MACs', ['Ciphers aes192-ctr', 'MACs hmac-sha2-512'], '', { outcome: 'in' }),
    row('HMAC-SHA1', sha1Mac, '', {
      outcome: 'in',
      lamina: { outcome: 'refused', because: 'HMAC-SHA1 is not offered unless somebody chose it' },
      says: /no MAC in common, the server offers hmac-sha1\..*allow legacy algorithms/,
    }),
    row('UMAC', umac, '', {
      outcome: 'in',
      lamina: { outcome: 'refused', because: 'ssh2 has no UMAC' },
      says: /no MAC .*umac-128-etm@openssh.com, umac-64@openssh.com\. Lamina has none of these\. Allow hmac-sha2/,
    }),
    row('host keys that sign with SHA-1', sha1HostKey, '', {
      outcome: 'refused',
      says: /no host key type in common, the server offers ssh-rsa\..*allow legacy algorithms/,
    }),
    row('RSA host keys', rsaHostKey, '', { outcome: 'in' }),
    row('keys of people that sign with SHA-1', sha1UserKeys, '', {
      prepare: withKey('rsa'),
      outcome: 'refused',
    }),
    row('RSA keys of people that sign with SHA-512', ['PubkeyAcceptedAlgorithms rsa-sha2-512'], '', {
      prepare: withKey('rsa'),
      outcome: 'in',
    }),
    row('RSA keys of people that sign with SHA-256', ['PubkeyAcceptedAlgorithms rsa-sha2-256'], '', {
      prepare: withKey('rsa'),
      outcome: 'refused',
    }),
  ])
})

describe('what ssh_config names counts as chosen:', () => {
  besideSsh([
    row('a key exchange with SHA-1', sha1Exchange, ' KexAlgorithms +diffie-hellman-group14-sha1\n', {
      outcome: 'in',
    }),
    row('the oldest key exchange', oldestExchange, ' KexAlgorithms diffie-hellman-group1-sha1\n', {
      outcome: 'in',
    }),
    row('CBC', cbc, ' Ciphers ^aes256-cbc\n', { outcome: 'in' }),
    row('3DES', tripleDes, ' Ciphers +3des-cbc\n', { outcome: 'in' }),
    row('HMAC-SHA1, which is among the defaults', sha1Mac, ' MACs +hmac-sha1\n', { outcome: 'in' }),
    row('HMAC-SHA1 alone', sha1Mac, ' MACs hmac-sha1\n', { outcome: 'in' }),
    row('HMAC-SHA1 behind others', sha1Mac, ' MACs hmac-sha2-256,hmac-sha1\n', { outcome: 'in' }),
    row('host keys that sign with SHA-1', sha1HostKey, ' HostKeyAlgorithms +ssh-rsa\n', { outcome: 'in' }),
    row('keys of people that sign with SHA-1', sha1UserKeys, ' PubkeyAcceptedAlgorithms ssh-rsa\n', {
      prepare: withKey('rsa'),
      outcome: 'in',
    }),
    row('one way to sign with RSA keys', [], ' PubkeyAcceptedAlgorithms rsa-sha2-512\n', {
      prepare: withKey('rsa'),
      outcome: 'in',
    }),
    row('host keys by a pattern', rsaHostKey, ' HostKeyAlgorithms rsa-*\n', { outcome: 'in' }),
  ])
})

describe('what ssh_config leaves out is not used:', () => {
  besideSsh([
    row('a cipher that the server has', ['Ciphers aes128-ctr,aes256-ctr'], ' Ciphers aes192-ctr\n', {
      outcome: 'refused',
      says: /no cipher .*aes128-ctr, aes256-ctr\. The SSH configuration chooses .*\(Ciphers\)/,
    }),
    row('by a pattern', ['Ciphers aes128-ctr,aes256-ctr'], ' Ciphers -aes*-ctr\n', {
      outcome: 'refused',
      says: /The SSH configuration chooses/,
    }),
    row('one of two', ['Ciphers aes128-ctr,aes256-ctr'], ' Ciphers -aes128-ctr\n', { outcome: 'in' }),
    row(
      'the key exchange of the server',
      ['KexAlgorithms curve25519-sha256'],
      ' KexAlgorithms ecdh-sha2-nistp256\n',
      {
        outcome: 'refused',
        says: /no key exchange .*\(KexAlgorithms\)/,
      },
    ),
    row('the MAC of the server', sha1Mac, ' MACs -hmac-sha1\n', { outcome: 'refused', says: /no MAC/ }),
    row('the host key of the server', [], ' HostKeyAlgorithms rsa-sha2-512\n', {
      outcome: 'refused',
      says: /no host key type .*ssh-ed25519.*\(HostKeyAlgorithms\)/,
    }),
    row('the key of the person', [], ' PubkeyAcceptedAlgorithms -ssh-ed25519\n', { outcome: 'refused' }),
    row(
      'nothing, for a pattern allows the key of the person',
      [],
      ' PubkeyAcceptedAlgorithms rsa-*,ssh-ed*\n',
      {
        outcome: 'in',
      },
    ),
    row('all that ssh2 has', [], ' KexAlgorithms sntrup761x25519-sha512@openssh.com\n', {
      outcome: 'in',
      lamina: { outcome: 'refused', because: 'ssh2 has no post-quantum key exchange' },
      says: /KexAlgorithms in the SSH configuration leaves no key exchange that Lamina has: sntrup761/,
    }),
    row(
      'what ssh2 has not, where more is named',
      [],
      ' KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256\n',
      {
        outcome: 'in',
      },
    ),
    row('host keys that are too short', rsaHostKey, ' RequiredRSASize 4096\n', {
      outcome: 'refused',
      says: /RSA key has 3072 bits, and RequiredRSASize is 4096/,
    }),
    row('host keys that are long enough', rsaHostKey, ' RequiredRSASize 2048\n', { outcome: 'in' }),
    row('keys of people that are too short', [], ' RequiredRSASize 4096\n', {
      prepare: withKey('rsa'),
      outcome: 'refused',
    }),
    row('keys of people that are long enough', [], ' RequiredRSASize 3072\n', {
      prepare: withKey('rsa'),
      outcome: 'in',
    }),
  ])
})

function scripted(script: ServerScript) {
  return async (rig: CaseRig): Promise<void> => {
    await withKey()(rig)
    const server = await startScriptedSshd({
      exec: (_command, asked) => {
        const channel = asked.accept()
        channel.exit(0)
        channel.end()
      },
      ...script,
    })
    onTestFinished(() => server.close())
    rig.words.set(
      'SCRIPTED',
      `${head} Port ${String(server.port)}\n UserKnownHostsFile ${server.knownHostsFile}\n`,
    )
  }
}

const risk = 'a man in the middle can drop messages (CVE-2023-48795)'

describe('a server without strict key exchange that knows', () => {
  besideSsh([
    {
      name: 'ChaCha20-Poly1305 only',
      host: 'web',
      config: 'SCRIPTED',
      prepare: scripted({
        withoutStrictKeyExchange: true,
        algorithms: { cipher: ['chacha20-poly1305@openssh.com'] },
      }),
      outcome: 'in',
      lamina: { outcome: 'refused', because: risk },
      says: /no cipher .*chacha20-poly1305@openssh.com\. Without strict key exchange.*CVE-2023-48795/,
    },
  ])
})
