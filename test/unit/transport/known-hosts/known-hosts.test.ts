import { describe, expect, it } from 'vitest'
import {
  displayHost,
  fingerprint,
  type HostName,
  KnownHosts,
} from '../../../../electron/transport/known-hosts/known-hosts'
import { parseKnownHosts } from '../../../../electron/transport/known-hosts/known-hosts-line'
import { oneOf, seededRandom } from '../../../builders/random'
import { ecdsa, ed25519, keyOf, rsa, type TestKey } from '../public-keys'

const right = ed25519()
const other = ed25519()
const rsaKey = rsa()
const ecdsaKey = ecdsa()
const web = { host: 'web', port: 22 }
const web2222 = { host: 'web', port: 2222 }

function knownBy(...lines: readonly string[]): KnownHosts {
  return new KnownHosts(parseKnownHosts('known_hosts', lines.join('\n')))
}

function verdict(lines: readonly string[], name: HostName = web, key: TestKey = right): unknown {
  return knownBy(...lines).judge(name, key)
}

const known = { verdict: 'known' }
const unknown = { verdict: 'unknown', otherTypes: [] }
const changedIn = (line: number): object => ({ verdict: 'changed', file: 'known_hosts', line })
const revokedIn = (line: number): object => ({ verdict: 'revoked', file: 'known_hosts', line })

describe('a host key is', () => {
  it.each<[string, readonly string[], object, HostName?]>([
    ['unknown to an empty file', [''], unknown],
    ['known by its line', [`web ${right.text}`], known],
    ['known by a pattern', [`*,!db ${right.text}`], known],
    ['unknown where a negated pattern matches', [`*,!web ${right.text}`], unknown],
    ['known in another case', [`WEB ${right.text}`], known],
    ['known by any of several lines', [`web ${other.text}`, `web ${right.text}`], known],
    ['changed where another one is known', ['# note', `web ${other.text}`], changedIn(2)],
    ['changed where only another type is known', [`web ${rsaKey.text}`], changedIn(1)],
    ['changed by the line of its own type', [`web ${other.text}`, `web ${rsaKey.text}`], changedIn(1)],
    ['revoked before it is known', [`web ${right.text}`, `@revoked web ${right.text}`], revokedIn(2)],
    ['revoked for all hosts', [`@revoked * ${right.text}`], revokedIn(1)],
    ['revoked on any port', [`@revoked web ${right.text}`], revokedIn(1), web2222],
    ['not revoked for another host', [`@revoked db ${right.text}`], unknown],
    ['not revoked because another key is', [`@revoked web ${other.text}`], unknown],
    ['not known by its authority', [`@cert-authority web ${right.text}`], unknown],
    ['known on its port', [`[web]:2222 ${right.text}`], known, web2222],
    ['unknown on another port', [`[web]:2222 ${right.text}`], unknown],
    ['known on a port by the name without', [`web ${right.text}`], known, web2222],
    ['changed on its port', [`[web]:2222 ${other.text}`, `web ${right.text}`], changedIn(1), web2222],
    [
      'unknown on a port though the name has another key',
      [`web ${other.text}`],
      { verdict: 'unknown', otherTypes: ['ssh-ed25519'] },
      web2222,
    ],
    ['known by the alias', [`farm ${right.text}`], known, { ...web2222, hostKeyAlias: 'Farm' }],
    [
      'unknown by the alias though the host is known',
      [`web ${right.text}`],
      unknown,
      { ...web2222, hostKeyAlias: 'farm' },
    ],
    ['known with a carriage return at the end', [`web ${right.text}\r`], known],
    ['known with white space around', [` \tweb \t ${right.text}\tsomebody's key`], known],
    [
      'known after lines that are none',
      ['web', '@what web x', `web ssh-rsa ${'A'.repeat(40)}`, `web ${right.text}`],
      known,
    ],
    ['unknown by a line of half a key', [`web ${other.text.slice(0, -8)}`], unknown],
    [
      'unknown by a line that names the wrong type',
      [`web ${other.text.replace('ssh-ed25519', 'ssh-rsa')}`],
      unknown,
    ],
    ['unknown by a key with bad base64', [`web ${other.text}=`], unknown],
    ['unknown by an RSA key too short to be taken', [`web ${rsa(768).text}`], unknown],
    ['unknown by a hash that is none', [`|1|AAAA|AAAA ${right.text}`], unknown],
    ['unknown by a comment', [`#web ${right.text}`], unknown],
    ['unknown by two markers', [`@revoked @revoked web ${right.text}`], unknown],
  ])('%s', (_name, lines, expected, host) => {
    expect(verdict(lines, host)).toEqual(expected)
  })

  it('never known as a certificate', () => {
    const certificate = keyOf('ssh-ed25519-cert-v01@openssh.com', Buffer.alloc(32))
    expect(verdict([`web ${certificate.text}`], web, certificate)).toEqual(unknown)
    expect(verdict([`@cert-authority web ${right.text}`], web, certificate)).toEqual(unknown)
  })
})

it('takes the first hashed name of the OpenSSH manual', () => {
  const line = `|1|JfKTdBh7rNbXkVAQCRp4OQoPfmI=|USECr3SWf1JUPsms5AqfD5QfxkM= ${right.text}`
  expect(parseKnownHosts('known_hosts', line)).toHaveLength(1)
})

it('tells the types of keys a host is known by, without revoked ones', () => {
  const hosts = knownBy(
    `web ${rsaKey.text}`,
    `web ${ecdsaKey.text}`,
    `@revoked * ${ecdsaKey.text}`,
    `[web]:2022 ${right.text}`,
    `@cert-authority *.example ${right.text}`,
  )
  expect(hosts.knownTypes(web)).toEqual(['ssh-rsa'])
  expect(hosts.knownTypes({ host: 'web', port: 2022 })).toEqual(['ssh-ed25519'])
  expect(hosts.knownTypes(web2222)).toEqual(['ssh-rsa'])
  expect(hosts.hasCertificateAuthority({ host: 'web.example', port: 22 })).toBe(true)
  expect(hosts.hasCertificateAuthority(web)).toBe(false)
})

it('writes hosts and fingerprints as OpenSSH does', () => {
  expect([web, web2222].map(displayHost)).toEqual(['web', '[web]:2222'])
  expect(displayHost({ host: '::1', port: 22 })).toBe('::1')
  const blob = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', 'base64')
  expect(fingerprint(blob)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
})

it('agrees with a plain reading of random files', () => {
  const random = seededRandom(3)
  const keys = [right, other, rsaKey]
  const names = ['web', 'db', '[web]:2222', '*', 'web,db']
  for (let round = 0; round < 2000; round++) {
    const lines = Array.from({ length: Math.floor(random() * 5) }, () => ({
      marker: oneOf(random, ['', '', '', '@revoked ', '@cert-authority ']),
      names: oneOf(random, names),
      key: oneOf(random, keys),
    }))
    const about = (name: string, marker: string): TestKey[] =>
      lines
        .filter((l) => l.marker === marker && [name, '*'].some((n) => l.names.split(',').includes(n)))
        .map((l) => l.key)
    const [plain, revoked] = [about('web', ''), about('web', '@revoked ')]
    const expected = revoked.includes(right)
      ? 'revoked'
      : plain.includes(right)
        ? 'known'
        : plain.length > 0
          ? 'changed'
          : 'unknown'
    const text = lines.map((l) => `${l.marker}${l.names} ${l.key.text}`)
    expect([text, knownBy(...text).judge(web, right).verdict]).toEqual([text, expected])
  }
})

it('reads a huge file', () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `host${String(index)} ${other.text}`)
  expect(verdict([...lines, `web ${right.text}`])).toEqual(known)
})
