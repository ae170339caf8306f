import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  appendKnownHost,
  readKnownHosts,
  whyNotKept,
} from '../../../../electron/transport/known-hosts/known-hosts'
import { ed25519, rsa, type TestKey } from '../../../unit/transport/public-keys'
import { hashed, said, sshOracle } from './known-hosts-oracle'

const inBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')

let folder: string
const keys = [ed25519(), ed25519(), rsa()] as const

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

describe('against ssh itself', () => {
  let ssh: Awaited<ReturnType<typeof sshOracle>>

  beforeAll(async () => {
    ssh = await sshOracle(folder)
  })

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
    [
      'the key on the port, revoked without',
      (key) => [`@revoked web ${key.text}`, `[web]:2222 ${key.text}`],
      2222,
    ],
    // There ssh warns of it, and would ask all the same if StrictHostKeyChecking were `ask`.
    ['the key revoked without a port', (key) => [`@revoked web ${key.text}`], 2222],
    ['an alias', (key) => [`farm ${key.text}`, `[web]:2222 ${keys[0].text}`], 2222, 'Farm'],
    ['an alias with another key', (key) => [`farm ${keys[0].text}`, `web ${key.text}`], 2222, 'farm'],
    ['an alias that is not there', (key) => [`web ${key.text}`], 2222, 'farm'],
    ['the usual port written out', (key) => [`[web]:22 ${key.text}`]],
    ['an alias of another alphabet', (key) => [`${inBytes('农场É')} ${key.text}`], 22, '农场É'],
    ['an alias of another alphabet hashed', (key) => [`${hashed(inBytes('农场'))} ${key.text}`], 22, '农场'],
  ])('judges %s as it does', async (_name, lines, port = 22, alias?: string) => {
    const file = fileOf(lines(ssh.key).join('\n'))
    const name = { host: 'Web', port, ...(alias === undefined ? {} : { hostKeyAlias: alias }) }
    const verdict = (await readKnownHosts([file])).judge(name, ssh.key)
    const ours = verdict.verdict === 'changed' ? `changed ${String(verdict.line)}` : verdict.verdict
    expect(ours).toBe(await ssh.verdict({ knownHosts: file, port, alias }))
  })

  it.each<[string, number, boolean, string?]>([
    ['plain', 22, false],
    ['plain', 2222, false],
    ['hashed', 22, true],
    ['hashed', 2222, true],
    ['of another alphabet', 22, false, '农场É'],
    ['of another alphabet, hashed', 22, true, '农场É'],
  ])('appends lines that it reads: %s, port %i', async (_name, port, hash, alias) => {
    const file = fileOf('# no newline at the end')
    const called = { host: 'Web', port, ...(alias === undefined ? {} : { hostKeyAlias: alias }) }
    await appendKnownHost(file, called, ssh.key, hash)
    await appendKnownHost(file, { host: 'db', port }, keys[0], hash)
    expect(await ssh.verdict({ knownHosts: file, port, alias })).toBe('known')
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

  it('says which file cannot be read', async () => {
    symlinkSync('circle', join(folder, 'circle'))
    await said('mkfifo', join(folder, 'pipe'))
    const files = [folder, join(folder, 'circle'), join(folder, 'pipe'), join(folder, 'missing'), '/dev/null']
    const known = await readKnownHosts([...files, fileOf(`web ${keys[0].text}\n`)])
    expect(known.unread).toEqual([
      { file: folder, why: 'it is a directory' },
      { file: join(folder, 'circle'), why: 'its links lead in a circle (ELOOP)' },
      { file: join(folder, 'pipe'), why: 'it is no regular file' },
    ])
    expect(known.judge(name, keys[0])).toEqual({ verdict: 'known' })
    expect((await readKnownHosts(files)).knownTypes(name)).toEqual([])
  })

  it('tells before whether a key can be kept', async () => {
    symlinkSync('nowhere', join(folder, 'dangling'))
    for (const file of ['kept', 'new/folder/kept', 'dangling'])
      expect([file, await whyNotKept(join(folder, file), name)]).toEqual([file, undefined])
    expect(await whyNotKept(folder, name)).toBe('it is a directory')
    expect(await whyNotKept('/dev/null', name)).toBe('it keeps nothing')
    expect(await whyNotKept(join(fileOf('', 'file'), 'kept'), name)).toBe('a folder on the way is none')
    expect(await whyNotKept(join(folder, 'kept'), { host: '*', port: 22 })).toMatch(/read as another one/)
    await expect(appendKnownHost(folder, name, keys[0], false)).rejects.toThrow(/EISDIR/)
  })
})
