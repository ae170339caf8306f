import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fingerprint, readKnownHosts } from '../../../../electron/transport/known-hosts/known-hosts'
import { namesHost, parseKnownHosts } from '../../../../electron/transport/known-hosts/known-hosts-line'
import { oneOf, seededRandom } from '../../../builders/random'
import { hashed, said } from './known-hosts-oracle'
import { ecdsa, ed25519, keyOf, rsa } from '../../../unit/transport/public-keys'

let folder: string
const keys = [ed25519(), ed25519(), rsa(), ecdsa()] as const

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-known-hosts-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function fileOf(text: string, name = 'known_hosts'): string {
  const path = join(folder, name)
  writeFileSync(path, text, 'latin1')
  return path
}

describe('against ssh-keygen -F', () => {
  const names = ['web', 'db.example', '[web]:2222', '10.0.0.1', '[10.0.0.1]:22222', '2001:db8::1']

  async function expectAgreement(text: string, name: string): Promise<void> {
    const answer = await said('ssh-keygen', '-l', '-F', name, '-f', fileOf(text))
    const theirs = [...answer.matchAll(/^# Host .* found: line (\d+) ?(CA|REVOKED)?/gm)].map(
      ([, line, marker]) => `${String(line)} ${marker ?? ''}`,
    )
    const markers = { none: '', revoked: 'REVOKED', 'cert-authority': 'CA' }
    const ours = parseKnownHosts('known_hosts', text)
      .filter((line) => namesHost(line, name))
      .map((line) => `${String(line.line)} ${markers[line.marker]}`)
    expect({ name, text, lines: ours }).toEqual({ name, text, lines: theirs })
  }

  const shortPoint = keyOf('ecdsa-sha2-nistp256', Buffer.from('nistp256'), Buffer.alloc(65, 4).subarray(1))
  const otherCurve = keyOf('ecdsa-sha2-nistp256', Buffer.from('nistp384'), Buffer.alloc(65, 4))
  const oddKeys = [
    '',
    'ssh-ed25519',
    `ssh-rsa ${keys[0].blob.toString('base64')}`,
    `rsa-sha2-512 ${keys[2].blob.toString('base64')}`,
    `RSA ${keys[2].blob.toString('base64')}`,
    `${keys[0].text}=`,
    keys[0].text.slice(0, -4),
    keys[0].text.slice(0, -1),
    `${keys[0].text}AAAA`,
    shortPoint.text,
    otherCurve.text,
    keyOf('ssh-ed25519', Buffer.alloc(31)).text,
    keyOf('ssh-unheard-of', Buffer.alloc(32)).text,
    rsa(768).text,
    rsa(1023).text,
    `1024 65537 ${'1234567890'.repeat(30)}`,
  ]

  it('reads keys that are none as it does', async () => {
    await expectAgreement(oddKeys.map((key) => `web ${key}`).join('\n'), 'web')
  })

  it('reads odd lines as it does', async () => {
    const key = keys[0].text
    const lines = [
      `web ${key}\r`,
      `\tweb ${key}`,
      `web\t\t${key} a comment # with a mark`,
      `web ${key}\0 what follows a zero byte`,
      `web # ${key}`,
      `\rweb ${key}`,
      `web\r${key}`,
      `web ${key.replace(' ', '\r')}`,
      `web ${key.slice(0, 40)}\r\f\v${key.slice(40)}`,
      `web ${key}\f`,
      `web  \t ${key}\t`,
      `web,db\r ${key}`,
      `# web ${key}`,
      `@revoked @cert-authority web ${key}`,
      `@Revoked web ${key}`,
      `@ web ${key}`,
      `web,,db ${key}`,
      `,web ${key}`,
      `!!web,web ${key}`,
      `WEB ${key}`,
      `${'x'.repeat(2000)},web ${key}`,
      `web,${'x'.repeat(2000)} ${key}`,
      `${hashed('web').slice(0, -1)} ${key}`,
      `${hashed('web')},db ${key}`,
      `|2${hashed('web').slice(2)} ${key}`,
      `${hashed('web')} ${key}`,
      `web ${key}`,
    ]
    await expectAgreement(lines.join('\n'), 'web')
  })

  it('reads random files as it does', async () => {
    const random = seededRandom(20261124)
    const patterns = [
      ...names,
      '*',
      'WEB',
      'we?',
      '*.example',
      '!web',
      '!*.1',
      '[*]:2222',
      '10.0.0.*',
      '!db*',
      '',
    ]
    const hostsField = (): string =>
      random() < 0.3
        ? hashed(oneOf(random, names))
        : Array.from({ length: 1 + Math.floor(random() * 3) }, () => oneOf(random, patterns)).join(',')
    const line = (): string => {
      if (random() < 0.05) return oneOf(random, ['', '# note', '@what web x', 'web'])
      const marker = oneOf(random, ['', '', '', '@revoked ', '@cert-authority  '])
      const key = random() < 0.2 ? oneOf(random, oddKeys) : oneOf(random, keys).text
      return `${marker}${hostsField()}${oneOf(random, [' ', '\t', '  '])}${key}${oneOf(random, ['', ' note', '\r'])}`
    }
    for (let round = 0; round < 80; round++) {
      const text = Array.from({ length: 12 }, line).join('\n')
      for (const name of names.slice(0, 4)) await expectAgreement(text, name)
    }
  })

  it('writes fingerprints as ssh-keygen -l does', async () => {
    for (const key of keys) {
      const answer = await said('ssh-keygen', '-l', '-f', fileOf(`${key.text}\n`, 'key.pub'))
      expect(answer.split(' ')[1]).toBe(fingerprint(key.blob))
    }
  })
})

describe('against the test data of OpenSSH', () => {
  const tests = '/usr/lib/openssh/regress/unittests/hostkeys'
  const hosts = ['prometheus.example.com', 'sisyphus.example.com', '192.0.2.1', '2001:db8::1']

  /** The table of expectations in test_iterate.c: key file, match of each host, line, status, marker. */
  const entry =
    /\{ ("(\w+\.pub)"|NULL) ?, -?\w+, -?\w+, ([^{]*), -1, \{\s*NULL,[^\n]*\n\s*(\d+),[^\n]*\n\s*(HKF_STATUS_\w+),[^\n]*\n(?:[^\n]*\n){2}\s*(MRK_\w+),/g

  it('finds the keys it expects', async () => {
    const expectations = [...readFileSync(join(tests, 'test_iterate.c'), 'utf8').matchAll(entry)].map(
      ([, , keyFile, matches = '', line, status, marker]) => ({
        blob: keyFile === undefined ? undefined : keyIn(join(tests, 'testdata', keyFile)),
        matches: matches.split(',').map((flags) => flags.trim() !== '0'),
        line: Number(line),
        status,
        marker,
      }),
    )
    expect(expectations.length).toBeGreaterThan(40)
    const file = join(tests, 'testdata/known_hosts')
    const lines = parseKnownHosts(file, readFileSync(file, 'latin1'))
    const markers = { none: 'MRK_NONE', revoked: 'MRK_REVOKE', 'cert-authority': 'MRK_CA' }
    for (const expected of expectations) {
      const line = lines.find((one) => one.line === expected.line)
      expect([expected.line, line !== undefined]).toEqual([
        expected.line,
        expected.status === 'HKF_STATUS_OK',
      ])
      if (line === undefined) continue
      expect([expected.line, markers[line.marker]]).toEqual([expected.line, expected.marker])
      expect(line.key).toBe(expected.blob?.toString('base64'))
      expect([expected.line, hosts.map((host) => namesHost(line, host))]).toEqual([
        expected.line,
        expected.matches,
      ])
    }
    const known = await readKnownHosts([file])
    for (const [column, host] of hosts.entries())
      for (const { blob } of expectations.filter((one) => one.blob !== undefined)) {
        const about = expectations.filter(
          (one) => one.blob?.equals(blob ?? Buffer.alloc(0)) && one.matches[column],
        )
        const expected = about.some((one) => one.marker === 'MRK_REVOKE')
          ? 'revoked'
          : about.some((one) => one.marker === 'MRK_NONE')
            ? 'known'
            : 'changed'
        const verdict = known.judge({ host, port: 22 }, { type: 'any', blob: blob ?? Buffer.alloc(0) })
        expect([host, verdict.verdict]).toEqual([host, expected])
      }
  })

  function keyIn(file: string): Buffer {
    return Buffer.from(readFileSync(file, 'latin1').split(' ')[1] ?? '', 'base64')
  }
})
