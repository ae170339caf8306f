import { afterAll, describe, onTestFinished } from 'vitest'
import { startScriptedSshd, type ServerScript } from '../../../../engines/ssh/scripted-sshd'
import {
  head,
  withKey,
  keysAlone,
  withKeyInAgent,
  row,
  sha1Exchange,
  oldestExchange,
  postQuantum,
  cbc,
  tripleDes,
  chaCha,
  sha1Mac,
  umac,
  sha1HostKey,
  rsaHostKey,
  sha1UserKeys,
} from './algorithm-rows'
import { besideSsh, type CaseRig, stopServers } from '../beside-ssh'

afterAll(stopServers)

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
    row(
      'RSA keys of people that sign with SHA-512, of an agent',
      ['PubkeyAcceptedAlgorithms rsa-sha2-512'],
      '',
      {
        config:
          'Host *\n HostName 127.0.0.1\n Port PORT\n User keeper\n UserKnownHostsFile KNOWN\n IdentityFile none\n',
        prepare: withKeyInAgent,
        outcome: 'in',
      },
    ),
    row('RSA keys of people that sign with SHA-256', ['PubkeyAcceptedAlgorithms rsa-sha2-256'], '', {
      prepare: withKey('rsa'),
      outcome: 'refused',
    }),
  ])
})

const alone = [
  ...[
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group-exchange-sha256',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group18-sha512',
  ].map((name) => [name, `KexAlgorithms ${name}`] as const),
  ...['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes256-ctr'].map(
    (name) => [name, `Ciphers ${name}`] as const,
  ),
  ...['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256'].map(
    (name) => [name, `Ciphers aes128-ctr\nMACs ${name}`] as const,
  ),
]
const hostKeysAlone = [
  ['rsa', 'rsa-sha2-512'],
  ['rsa', 'rsa-sha2-256'],
  ['ecdsa', 'ecdsa-sha2-nistp256'],
] as const

describe('a server lets in that knows no other than', () => {
  besideSsh([
    ...alone.map(([name, line]) => row(name, line.split('\n'), '', { outcome: 'in' })),
    ...hostKeysAlone.map(([type, name]) =>
      row(name, { config: [`HostKeyAlgorithms ${name}`, ...keysAlone], hostKeys: [type] }, '', {
        outcome: 'in',
      }),
    ),
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
