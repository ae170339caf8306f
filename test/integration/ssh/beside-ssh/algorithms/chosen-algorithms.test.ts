import { afterAll, describe } from 'vitest'
import {
  withKey,
  row,
  sha1Exchange,
  oldestExchange,
  cbc,
  tripleDes,
  sha1Mac,
  sha1HostKey,
  rsaHostKey,
  sha1UserKeys,
} from './algorithm-rows'
import { besideSsh, stopServers } from '../beside-ssh'

afterAll(stopServers)

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
