import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  appendKnownHost,
  fingerprint,
  readKnownHosts,
} from '../../../electron/transport/ssh/known-hosts/known-hosts'
import {
  hashOfName,
  namesHost,
  parseKnownHosts,
} from '../../../electron/transport/ssh/known-hosts/known-hosts-line'
import { oneOf, seededRandom } from '../../builders/random'
import { ecdsa, ed25519, keyOf, rsa, type TestKey } from '../../unit/transport/public-keys'

let folder: string
const keys = [ed25519(), ed25519(), rsa(), ecdsa()] as const

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-known-hosts-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Standard output and error of a command, whatever it ends with. */
function said(command: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(command, args, { encoding: 'latin1' }, (_error, stdout, stderr) => {
      resolve(stdout + stderr)
    })
  })
}

function fileOf(text: string, name = 'known_hosts'): string {
  const path = join(folder, name)
  writeFileSync(path, text, 'latin1')
  return path
}

function hashed(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${hashOfName(name, salt).toString('base64')}`
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

describe('against ssh itself', () => {
  let serverKey: TestKey

  beforeAll(async () => {
    await said('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'host'))
    const [type = '', base64 = ''] = readFileSync(join(folder, 'host.pub'), 'latin1').split(' ')
    serverKey = { type, blob: Buffer.from(base64, 'base64'), text: `${type} ${base64}` }
    writeFileSync(join(folder, 'sshd_config'), `HostKey ${join(folder, 'host')}\nUsePAM no\n`)
    // What the init system makes for sshd.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  })

  /** What ssh makes of a server with `serverKey`, which it reaches through a pipe. */
  async function verdictOfSsh(file: string, port: number, alias?: string): Promise<string> {
    const options = {
      UserKnownHostsFile: file,
      GlobalKnownHostsFile: '/dev/null',
      StrictHostKeyChecking: 'yes',
      BatchMode: 'yes',
      IdentityFile: 'none',
      IdentityAgent: 'none',
      ProxyCommand: `/usr/sbin/sshd -i -f ${join(folder, 'sshd_config')}`,
      ...(alias === undefined ? {} : { HostKeyAlias: alias }),
    }
    const given = Object.entries(options).map(([name, value]) => `-o${name}=${value}`)
    const answer = await said('ssh', '-F', '/dev/null', ...given, '-p', String(port), 'Web', 'true')
    if (answer.includes('REVOKED HOST KEY')) return 'revoked'
    const offending = /Offending .* key in .*:(\d+)/.exec(answer)
    if (offending !== null) return `changed ${String(offending[1])}`
    if (answer.includes('key is known for')) return 'unknown'
    return answer.includes('Permission denied') ? 'known' : answer
  }

  it.each<[string, (key: TestKey) => readonly string[], number?, string?]>([
    ['no line', () => []],
    ['the key', (key) => [`web ${key.text}`]],
    ['the key hashed', (key) => [`${hashed('web')} ${key.text}`]],
    ['another key of the type', () => [`db ${keys[1].text}`, `web ${keys[0].text}`]],
    ['a key of another type only', () => [`web ${keys[2].text}`]],
    ['the key after another type', (key) => [`web ${keys[2].text}`, `web ${key.text}`]],
    ['the key among others', (key) => [`web ${keys[0].text}`, `*,!db ${key.text}`, `web ${keys[1].text}`]],
    ['the key revoked', (key) => [`web ${key.text}`, `@revoked web ${key.text}`]],
    ['the key revoked for all', (key) => [`@revoked * ${key.text}`]],
    ['another key revoked', (key) => [`@revoked * ${keys[0].text}`, `web ${key.text}`]],
    ['only another key revoked', () => [`@revoked * ${keys[0].text}`]],
    ['the key as an authority', (key) => [`@cert-authority * ${key.text}`]],
    ['another authority', (key) => [`@cert-authority * ${keys[0].text}`, `web ${key.text}`]],
    ['bad lines', (key) => [`web ${keys[0].text}=`, `@what web ${keys[0].text}`, `web ${key.text}\r`]],
    ['the key on the port', (key) => [`[web]:2222 ${key.text}`], 2222],
    ['the key on the port hashed', (key) => [`${hashed('[web]:2222')} ${key.text}`], 2222],
    ['another key on the port', (key) => [`web ${key.text}`, `[web]:2222 ${keys[0].text}`], 2222],
    ['the key without a port', (key) => [`web ${key.text}`], 2222],
    ['another key without a port', () => [`web ${keys[0].text}`], 2222],
    ['another type without a port', () => [`web ${keys[2].text}`], 2222],
    ['revoked for all ports', (key) => [`@revoked * ${key.text}`, `[web]:2222 ${key.text}`], 2222],
    // There ssh warns of it, and would ask all the same if StrictHostKeyChecking were `ask`.
    ['the key revoked without a port', (key) => [`@revoked web ${key.text}`], 2222],
    ['an alias', (key) => [`farm ${key.text}`, `[web]:2222 ${keys[0].text}`], 2222, 'Farm'],
    ['an alias with another key', (key) => [`farm ${keys[0].text}`, `web ${key.text}`], 2222, 'farm'],
    ['an alias that is not there', (key) => [`web ${key.text}`], 2222, 'farm'],
  ])('judges %s as it does', async (_name, lines, port = 22, alias?: string) => {
    const file = fileOf(lines(serverKey).join('\n'))
    const name = { host: 'Web', port, ...(alias === undefined ? {} : { hostKeyAlias: alias }) }
    const verdict = (await readKnownHosts([file])).judge(name, serverKey)
    const ours = verdict.verdict === 'changed' ? `changed ${String(verdict.line)}` : verdict.verdict
    expect(ours).toBe(await verdictOfSsh(file, port, alias))
  })

  it.each([
    ['plain', 22, false],
    ['plain', 2222, false],
    ['hashed', 22, true],
    ['hashed', 2222, true],
  ])('appends lines that it reads: %s, port %i', async (_name, port, hash) => {
    const file = fileOf('# no newline at the end')
    await appendKnownHost(file, { host: 'Web', port }, serverKey, hash)
    await appendKnownHost(file, { host: 'db', port }, keys[0], hash)
    expect(await verdictOfSsh(file, port)).toBe('known')
    expect(readFileSync(file, 'latin1').split('\n')).toHaveLength(4)
  })
})

describe('appending', () => {
  const name = { host: 'web', port: 22 }

  it('makes folder and file for this user alone', async () => {
    const file = join(folder, 'home/.ssh/known_hosts')
    await appendKnownHost(file, name, keys[0], false)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'home/.ssh')).mode & 0o777).toBe(0o700)
    expect(readFileSync(file, 'latin1')).toBe(`web ${keys[0].text}\n`)
  })

  it('keeps mode, links and what is there', async () => {
    const file = fileOf('# mine', 'real')
    chmodSync(file, 0o644)
    symlinkSync('real', join(folder, 'link'))
    await appendKnownHost(join(folder, 'link'), name, keys[0], false)
    expect(statSync(file).mode & 0o777).toBe(0o644)
    expect(readFileSync(file, 'latin1')).toBe(`# mine\nweb ${keys[0].text}\n`)
  })

  it('loses nothing when several append at once', async () => {
    const file = fileOf('', 'busy')
    const others = Array.from({ length: 20 }, (_, index) => ({ host: `host${String(index)}`, port: 22 }))
    await Promise.all(others.map((other) => appendKnownHost(file, other, keys[0], false)))
    expect(new Set(readFileSync(file, 'latin1').trimEnd().split('\n')).size).toBe(20)
  })

  it.each(['*', 'a,b', '@revoked', '#web', 'a b', 'web\nevil', '!web', '[web]', '|1|x|y', ''])(
    'refuses %j for a name',
    async (host) => {
      const file = join(folder, 'refused')
      await expect(appendKnownHost(file, { host, port: 22 }, keys[0], false)).rejects.toMatchObject({
        failure: { kind: 'host-key-refused' },
      })
    },
  )

  it('says which file cannot be read or written', async () => {
    await expect(readKnownHosts([folder])).rejects.toMatchObject({ failure: { kind: 'host-key-refused' } })
    await expect(appendKnownHost(folder, name, keys[0], false)).rejects.toMatchObject({
      failure: { kind: 'storage-failed' },
    })
    expect((await readKnownHosts([join(folder, 'missing'), '/dev/null'])).knownTypes(name)).toEqual([])
  })
})
