import { describe, expect, test } from 'vitest'
import type { FailureError } from '../../../../../electron/core/base/failure'
import {
  parseAlgorithmChoice,
  type AlgorithmWishes,
} from '../../../../../electron/transport/ssh-config/algorithm-choice'
import {
  allowedAlgorithms,
  offeredAlgorithms,
} from '../../../../../electron/transport/ssh2/algorithms/algorithms'
import { algorithmChoicesIn } from '../../../../../electron/transport/ssh-config/algorithm-options'
import type { HostOptions } from '../../../../../electron/transport/ssh-config/files/host-options'
import type { ServerAlgorithms } from '../../../../../electron/transport/ssh2/algorithms/kexinit'
import { agreedOffer, checkAlgorithms } from '../../../../../electron/transport/ssh2/algorithms/negotiation'

const strict = 'kex-strict-s-v00@openssh.com'
const chaCha = 'chacha20-poly1305@openssh.com'
const etm = 'hmac-sha2-256-etm@openssh.com'

function server(changes: Partial<Record<keyof ServerAlgorithms, readonly string[]>> = {}): ServerAlgorithms {
  const { kex = ['curve25519-sha256'], serverHostKey = ['ssh-ed25519'] } = changes
  const { cipher = ['aes128-ctr'], hmac = ['hmac-sha2-256'], compression = ['none', 'zlib'] } = changes
  return {
    kex,
    serverHostKey,
    cipher: [cipher, cipher],
    hmac: [hmac, hmac],
    compression: [compression, compression],
  }
}

const plain: AlgorithmWishes = { legacy: false }
const wishing = (choices: Readonly<Record<string, string>>): AlgorithmWishes => ({
  legacy: false,
  choices: Object.fromEntries(
    Object.entries(choices).map(([keyword, text]) => [keyword, parseAlgorithmChoice(text)]),
  ),
})

function refusal(wishes: AlgorithmWishes, theirs: ServerAlgorithms): string {
  try {
    agreedOffer('web port 22', wishes, [], theirs)
  } catch (error) {
    const { message, remedy = '' } = (error as FailureError).failure
    return `${message} ${remedy}`
  }
  return 'agreed'
}

describe('What is offered', () => {
  test('begins with the types of host keys that are known', () => {
    expect(offeredAlgorithms(plain, ['ssh-rsa'], server()).serverHostKey.slice(0, 3)).toEqual([
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-ed25519',
    ])
  })

  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'a list in its order, without what is not known',
      { ciphers: 'aes256-ctr,made-up,aes128-ctr' },
      ['aes256-ctr', 'aes128-ctr'],
    ],
    [
      'a list with what is unsafe, which is named',
      { ciphers: 'aes128-cbc,aes128-ctr' },
      ['aes128-cbc', 'aes128-ctr'],
    ],
    ['a list of patterns', { ciphers: 'aes1*-ctr' }, ['aes128-ctr', 'aes192-ctr']],
    ['the usual ones without some', { ciphers: '-aes*,chacha*' }, []],
    [
      'the usual ones with others first',
      { ciphers: '^aes256-cbc,aes256-ctr' },
      ['aes256-cbc', 'aes256-ctr', 'aes128-gcm@openssh.com'],
    ],
  ])('follows ssh_config: %s', (_, choices, expected) => {
    const { cipher } = allowedAlgorithms(wishing(choices))
    expect(cipher.slice(0, Math.max(expected.length, 1))).toEqual(expected)
  })

  test('has what is added at its end, and what is legacy behind that', () => {
    const { choices } = wishing({ macs: '+hmac-md5' })
    expect(allowedAlgorithms({ choices, legacy: true }).hmac.slice(-3)).toEqual([
      'hmac-md5',
      'hmac-sha1-etm@openssh.com',
      'hmac-sha1',
    ])
  })

  test.each<[string, AlgorithmWishes, ServerAlgorithms | undefined, boolean]>([
    ['a server that is strict', plain, server({ kex: [strict] }), true],
    ['a server that is not', plain, server(), false],
    ['a server that did not say', plain, undefined, false],
    ['a server that is not, where it is named', wishing({ ciphers: `^${chaCha}` }), server(), true],
    ['a server that is not, where legacy is allowed', { legacy: true }, server(), true],
  ])('has ChaCha20 for %s', (_, wishes, theirs, isThere) => {
    const { cipher } = offeredAlgorithms(wishes, [], theirs)
    expect(cipher.includes(chaCha)).toBe(isThere)
    // Where it is dangerous it is no more than the last resort.
    if (theirs === undefined || !theirs.kex.includes(strict))
      expect(cipher.slice(0, -1)).not.toContain(chaCha)
  })

  test.each<[string, AlgorithmWishes, ServerAlgorithms | undefined, readonly string[]]>([
    [
      'with AES-CTR',
      plain,
      server(),
      [etm, 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
    ],
    [
      'with CBC',
      wishing({ ciphers: '+aes128-cbc' }),
      server({ cipher: ['aes128-cbc'] }),
      ['hmac-sha2-256', 'hmac-sha2-512'],
    ],
    [
      'with CBC that is not used',
      wishing({ ciphers: '+aes128-cbc' }),
      server({ cipher: ['aes128-cbc', 'aes128-ctr'] }),
      [etm, 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
    ],
    [
      'with CBC that may be used',
      wishing({ ciphers: '+aes128-cbc' }),
      undefined,
      ['hmac-sha2-256', 'hmac-sha2-512'],
    ],
    [
      'with CBC, where it is named',
      wishing({ ciphers: '+aes128-cbc', macs: etm }),
      server({ cipher: ['aes128-cbc'] }),
      [etm],
    ],
  ])('has MACs that encrypt before only where that is safe: %s', (_, wishes, theirs, macs) => {
    expect(offeredAlgorithms(wishes, [], theirs).hmac).toEqual(macs)
  })
})

describe('A server with nothing in common', () => {
  test.each<[string, AlgorithmWishes, ServerAlgorithms, RegExp]>([
    [
      'newer key exchanges',
      plain,
      server({ kex: ['mlkem768x25519-sha256', 'sntrup761x25519-sha512', strict] }),
      /^web port 22 and Lamina have no key exchange in common, the server offers mlkem768x25519-sha256, sntrup761x25519-sha512\. These are newer/,
    ],
    [
      'certificates',
      plain,
      server({ serverHostKey: ['ssh-ed25519-cert-v01@openssh.com'] }),
      /no host key type .*no certificates .*plain key too/,
    ],
    [
      'keys of security devices',
      plain,
      server({ serverHostKey: ['sk-ssh-ed25519@openssh.com'] }),
      /no certificates and no keys of security devices/,
    ],
    ['old host keys', plain, server({ serverHostKey: ['ssh-dss'] }), /too old .*HostKeyAlgorithms \+ssh-dss/],
    [
      'old and older',
      plain,
      server({ serverHostKey: ['ssh-rsa', 'ssh-dss'] }),
      /only older algorithms .*allow legacy/,
    ],
    [
      'old ones that the switch allows already',
      { legacy: true },
      server({ kex: ['diffie-hellman-group1-sha1'] }),
      /KexAlgorithms \+diffie-hellman-group1-sha1/,
    ],
    [
      'old ones of which the switch helps with one',
      plain,
      server({ kex: ['diffie-hellman-group1-sha1'], cipher: ['aes128-cbc'] }),
      /no key exchange .*; and no cipher .*Update the server, or name one for this host in the SSH configuration: KexAlgorithms \+diffie-hellman-group1-sha1/,
    ],
    ['nothing', plain, server({ cipher: [] }), /the server offers none\. The server offers no cipher at all/],
    [
      'another direction',
      plain,
      { ...server(), cipher: [['aes128-ctr'], ['made-up']] },
      /the server offers made-up\. Lamina has none of these/,
    ],
    [
      'MACs that are dangerous',
      wishing({ ciphers: '+aes128-cbc' }),
      server({ cipher: ['aes128-cbc'], hmac: [etm] }),
      /no MAC .*Without strict key exchange.*CVE-2023-48795/,
    ],
    [
      'ChaCha20 without strict key exchange',
      plain,
      server({ cipher: [chaCha] }),
      /no cipher .*CVE-2023-48795.*allow legacy/,
    ],
    [
      'what ssh_config leaves out',
      wishing({ ciphers: 'aes256-ctr', macs: '-hmac-sha2-256' }),
      server(),
      /The SSH configuration chooses .*\(Ciphers\)/,
    ],
    [
      'many',
      plain,
      server({ kex: Array.from({ length: 30 }, (_, number) => `kex-${number}\u202e${'x'.repeat(200)}`) }),
      /kex-7\\u202ex{58} and 22 more\./,
    ],
    [
      'only what may come in bombs',
      plain,
      server({ compression: ['zlib', 'zlib@openssh.com'] }),
      /^web port 22 wants all that is sent to be compressed \(zlib, zlib@openssh\.com\), which Lamina does not do\./,
    ],
  ])('is told by what it has: %s', (_, wishes, theirs, says) => {
    expect(refusal(wishes, theirs)).toMatch(says)
  })

  test('needs no MAC where the cipher is one', () => {
    expect(refusal(plain, server({ cipher: ['aes128-gcm@openssh.com'], hmac: [] }))).toBe('agreed')
    expect(refusal(plain, server({ kex: ['curve25519-sha256', strict], cipher: [chaCha], hmac: [] }))).toBe(
      'agreed',
    )
  })

  test('is not asked where ssh_config leaves nothing', () => {
    expect(() => checkAlgorithms(wishing({ kexalgorithms: 'sntrup761x25519-sha512' }))).toThrow(
      /KexAlgorithms in the SSH configuration leaves no key exchange that Lamina has: sntrup761x25519-sha512/,
    )
    expect(() => checkAlgorithms(wishing({ macs: 'umac-64@openssh.com,hmac-sha1' }))).not.toThrow()
  })
})

describe('What ssh -G prints and what the files say together', () => {
  const options = (
    values: Readonly<Record<string, string>>,
    written: Readonly<Record<string, string>> | undefined,
    usual: string,
  ): HostOptions => ({
    originalHost: 'web',
    hostName: 'web',
    port: 22,
    user: 'me',
    values: new Map(Object.entries(values).map(([keyword, text]) => [keyword, [text]])),
    set: new Set(Object.keys(values)),
    expanded: true,
    warnings: [],
    usualAlgorithms: new Map([['macs', usual]]),
    ...(written === undefined ? {} : { writtenAlgorithms: new Map(Object.entries(written)) }),
  })

  test.each<[string, HostOptions, object]>([
    ['nothing', options({}, {}, 'a,b'), {}],
    [
      'a list that somebody wrote',
      options({ macs: 'b,a' }, { macs: 'b,a' }, 'a,b'),
      { how: 'only', names: ['b', 'a'], named: ['b', 'a'] },
    ],
    [
      'one that was added',
      options({ macs: 'a,b,c' }, { macs: '+c' }, 'a,b'),
      { how: 'also', names: ['c'], named: ['c'] },
    ],
    [
      'one that was added by a pattern',
      options({ macs: 'a,b,c1' }, { macs: '+c*' }, 'a,b'),
      { how: 'only', names: ['a', 'b', 'c1'], named: ['c1'] },
    ],
    [
      'one that was there before',
      options({}, { macs: '+b' }, 'a,b'),
      { how: 'also', names: ['b'], named: ['b'] },
    ],
    [
      'some left out',
      options({ macs: 'b' }, { macs: '-a' }, 'a,b'),
      { how: 'without', names: ['a'], named: [] },
    ],
    [
      'a list of which the files know nothing',
      options({ macs: 'a,c' }, undefined, 'a,b'),
      { how: 'only', names: ['a', 'c'], named: ['c'] },
    ],
  ])('mean %s', (_, given, macs) => {
    expect(algorithmChoicesIn(given).macs ?? {}).toEqual(macs)
  })
})
