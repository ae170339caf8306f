import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { HopSettings } from '../../../../electron/transport/ssh-config/hop-settings'
import { fingerprint } from '../../../../electron/transport/known-hosts/known-hosts'
import { hopTo, nobodyAborts, person, transportOver } from '../../../builders/hosts/ssh-host'
import { startPrivateSshd, type PrivateSshd } from '../../../engines/ssh/private-sshd'
import { runCommand } from '../../../engines/run-command'

let server: PrivateSshd
let key: string
let folder: string
let file: string

beforeAll(async () => {
  server = await startPrivateSshd({ hostKeys: ['ed25519', 'rsa'] })
  key = await server.makeKey('ed25519')
  await server.authorize('keeper', key)
})

afterAll(() => server.stop())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lamina-known-hosts-'))
  file = join(folder, 'known_hosts')
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
})

function transport(changes: Partial<HopSettings> = {}) {
  const made = transportOver(
    hopTo(server, { user: 'keeper', identityFiles: [key], userKnownHostsFiles: [file], ...changes }),
  )
  onTestFinished(() => made.close())
  return made
}

const name = (): string => `[127.0.0.1]:${String(server.port)}`
const publicKey = async (type: string): Promise<string> =>
  (await readFile(join(server.folder, 'host', `${type}.pub`), 'utf8')).split(' ').slice(0, 2).join(' ')

describe('An unknown host key', () => {
  test('is asked about with its fingerprint, and kept when it is accepted', async () => {
    const ask = person([])
    await transport().open(ask, nobodyAborts)
    const shown = await runCommand('ssh-keygen', ['-lf', join(server.folder, 'host', 'ed25519.pub')])
    const [, hash] = shown.stdout.split(' ')
    expect(ask.asked).toEqual([
      { kind: 'host-key', host: name(), keyType: 'ED25519', fingerprint: hash, file },
    ])
    expect(await readFile(file, 'utf8')).toBe(`${name()} ${await publicKey('ed25519')}\n`)
    await transport().open(undefined, nobodyAborts)
  })

  test('is written hashed where HashKnownHosts says so, and found again', async () => {
    await transport({ hashKnownHosts: true }).open(person([]), nobodyAborts)
    expect(await readFile(file, 'utf8')).toMatch(/^\|1\|/)
    await transport().open(undefined, nobodyAborts)
    const found = await runCommand('ssh-keygen', ['-F', name(), '-f', file])
    expect(found.stdout).toContain('found')
  })

  test('is not kept when it is declined', async () => {
    await expect(transport().open(person(), nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'host-key-refused' },
    })
    expect(await readFile(file, 'utf8').catch(() => '')).toBe('')
  })

  test('needs a person', async () => {
    await expect(transport().open(undefined, nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'prompt-required', message: expect.stringContaining('SHA256:') as string },
    })
  })

  test('is accepted by accept-new and refused by yes, without a question', async () => {
    const ask = person([])
    await transport({ strictHostKeyChecking: 'accept-new' }).open(ask, nobodyAborts)
    expect(ask.asked).toEqual([])
    await rm(file)
    await expect(transport({ strictHostKeyChecking: 'yes' }).open(ask, nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'host-key-refused' },
    })
    expect(ask.asked).toEqual([])
  })
})

describe('A host that is known', () => {
  test('by a type that the server has beside its first one is not asked about', async () => {
    await writeFile(file, `${name()} ${await publicKey('rsa')}\n`)
    await transport().open(undefined, nobodyAborts)
  })

  test('and shows another key is refused, with file and line and nothing to go on with', async () => {
    const other = await server.makeKey('ed25519')
    const line = (await readFile(`${other}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ')
    await writeFile(file, `# mine\n${name()} ${line}\n`)
    const before = await readFile(file, 'utf8')
    const ask = person([])
    await expect(transport().open(ask, nobodyAborts)).rejects.toMatchObject({
      failure: {
        kind: 'host-key-changed',
        message: expect.stringContaining(`${file} has another in line 2`) as string,
      },
    })
    expect(ask.asked).toEqual([])
    expect(await readFile(file, 'utf8')).toBe(before)
  })

  test('by a key that is revoked is refused, even where another line trusts it', async () => {
    await writeFile(
      file,
      `${name()} ${await publicKey('ed25519')}\n@revoked * ${await publicKey('ed25519')}\n`,
    )
    await expect(transport().open(person([]), nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'host-key-revoked', message: expect.stringContaining('line 2') as string },
    })
  })

  test('for another name only is asked about', async () => {
    await copyFile(server.knownHostsFile, file)
    const ask = person()
    await expect(transport({ hostKeyAlias: 'elsewhere' }).open(ask, nobodyAborts)).rejects.toThrow()
    expect(ask.asked).toHaveLength(1)
  })
})

test('the fingerprint is that of the key', async () => {
  const blob = Buffer.from((await publicKey('rsa')).split(' ')[1] ?? '', 'base64')
  const shown = await runCommand('ssh-keygen', ['-lf', join(server.folder, 'host', 'rsa.pub')])
  expect(shown.stdout.split(' ')[1]).toBe(fingerprint(blob))
})
