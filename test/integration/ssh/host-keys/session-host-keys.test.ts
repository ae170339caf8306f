import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { PromptAnswer } from '../../../../electron/core/hosts/prompt'
import type { HopSettings } from '../../../../electron/transport/ssh-config/hop-settings'
import type { SshTransport } from '../../../../electron/transport/ssh2/ssh-transport'
import { outputOf } from '../../../../electron/transport/transport'
import { hopTo, nobodyAborts, person, transportOver } from '../../../builders/hosts/ssh-host'
import { startPrivateSshd, type PrivateSshd } from '../../../engines/ssh/private-sshd'
import { runCommand } from '../../../engines/run-command'
import { eventually } from '../../../engines/wait'

let server: PrivateSshd
let key: string
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lamina-session-keys-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  server = await startPrivateSshd()
  onTestFinished(() => server.stop())
  key = await server.makeKey('ed25519')
  await server.authorize('keeper', key)
})

function hop(changes: Partial<HopSettings> = {}): HopSettings {
  return hopTo(server, {
    user: 'keeper',
    identityFiles: [key],
    userKnownHostsFiles: ['/dev/null'],
    ...changes,
  })
}

function over(...hops: readonly [HopSettings, ...HopSettings[]]): SshTransport {
  const made = transportOver(...hops)
  onTestFinished(() => made.close())
  return made
}

const works = (transport: SshTransport) =>
  outputOf(transport, { name: 'a test', script: 'true' }, nobodyAborts)

/** Loses the link and has the server listen again, with another host key where that is wanted. */
async function interrupted(transport: SshTransport, how: { readonly otherKey?: true } = {}): Promise<void> {
  await server.kill()
  const isLost = () => transport.log().some(({ text }) => text.startsWith('The link is gone'))
  await eventually(isLost, { what: 'the link to be lost' })
  if (how.otherKey) await giveOtherHostKey()
  await server.start()
}

async function giveOtherHostKey(): Promise<void> {
  const file = join(server.folder, 'host', 'ed25519')
  await Promise.all([rm(file), rm(`${file}.pub`)])
  await runCommand('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
}

describe('A host key that no file keeps', () => {
  test('is asked about once, and brings a lost link back', async () => {
    const transport = over(hop())
    const ask = person([])
    await transport.open(ask, nobodyAborts)
    expect(ask.asked).toMatchObject([{ kind: 'host-key' }])
    expect(ask.asked[0]).not.toHaveProperty('file')
    await interrupted(transport)
    await works(transport)
    await interrupted(transport)
    await transport.open(ask, nobodyAborts)
    expect(ask.asked).toHaveLength(1)
    expect(transport.warnings()).toEqual([])
  })

  test.each(['ask', 'accept-new'] as const)('is held against the next one (%s)', async (checking) => {
    const transport = over(hop({ strictHostKeyChecking: checking }))
    await transport.open(person([]), nobodyAborts)
    await interrupted(transport, { otherKey: true })
    const changed = {
      failure: {
        kind: 'host-key-changed',
        message: expect.stringContaining('not the one that was accepted in this session') as string,
      },
    }
    await expect(works(transport)).rejects.toMatchObject(changed)
    const ask = person([])
    await expect(transport.open(ask, nobodyAborts)).rejects.toMatchObject(changed)
    expect(ask.asked).toEqual([])
  })

  test('is forgotten with the session', async () => {
    const transport = over(hop())
    await transport.open(person([]), nobodyAborts)
    await transport.close()
    await expect(over(hop()).open(undefined, nobodyAborts)).rejects.toMatchObject({
      failure: { kind: 'prompt-required' },
    })
  })

  test('counts for every hop of the same name', async () => {
    const transport = over(hop(), hop())
    const ask = person([])
    await transport.open(ask, nobodyAborts)
    expect(ask.asked).toHaveLength(1)
  })

  test('counts no longer when it is revoked', async () => {
    const revoked = join(folder, 'revoked')
    await writeFile(revoked, '')
    const transport = over(hop({ revokedHostKeys: [revoked] }))
    await transport.open(person([]), nobodyAborts)
    await writeFile(revoked, await readFile(join(server.folder, 'host', 'ed25519.pub')))
    await interrupted(transport)
    await expect(works(transport)).rejects.toMatchObject({ failure: { kind: 'host-key-revoked' } })
  })

  test('counts no longer when only known ones are taken', async () => {
    let checking: HopSettings['strictHostKeyChecking'] = 'ask'
    const hops = () => [hop({ strictHostKeyChecking: checking })] as const
    const { openSshTransport } = await import('../../../../electron/transport/ssh2/ssh-transport')
    const transport = openSshTransport({ resolve: () => Promise.resolve({ hops: hops(), warnings: [] }) })
    onTestFinished(() => transport.close())
    await transport.open(person([]), nobodyAborts)
    checking = 'yes'
    await interrupted(transport)
    await expect(works(transport)).rejects.toMatchObject({ failure: { kind: 'host-key-refused' } })
  })

  test.each([
    ['a directory', (at: string) => mkdir(at), /it is a directory/],
    [
      'on a read-only file system',
      async (at: string) => {
        await mkdir(join(at, '..', 'ro'))
        await runCommand('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', join(at, '..', 'ro')])
        onTestFinished(async () => void (await runCommand('umount', [join(at, '..', 'ro')])))
      },
      /read-only \(EROFS\)/,
    ],
  ])('because the file is %s is told before and after', async (where, prepare, why) => {
    const file = join(folder, where === 'a directory' ? 'known_hosts' : 'ro/home/.ssh/known_hosts')
    await prepare(join(folder, 'known_hosts'))
    const transport = over(hop({ userKnownHostsFiles: [file] }))
    const ask = person([])
    await transport.open(ask, nobodyAborts)
    expect(ask.asked).toHaveLength(1)
    expect(ask.asked[0]).not.toHaveProperty('file')
    expect(transport.warnings().at(-1)).toMatch(/trusted for this session only/)
    expect(transport.warnings().at(-1)).toMatch(why)
    const told = transport.warnings()
    await interrupted(transport)
    await works(transport)
    expect(transport.warnings()).toEqual(told)
  })

  test('because it cannot be written after all is told', async () => {
    const file = '/proc/lamina/known_hosts'
    const transport = over(hop({ userKnownHostsFiles: [file] }))
    const ask = person([])
    await transport.open(ask, nobodyAborts)
    expect(ask.asked).toMatchObject([{ file }])
    expect(transport.warnings()).toEqual([expect.stringContaining('trusted for this session only')])
    await interrupted(transport)
    await works(transport)
  })
})

test('a key that was kept in a file and taken out of it is asked about again', async () => {
  const file = join(folder, 'known_hosts')
  const transport = over(hop({ userKnownHostsFiles: [file] }))
  await transport.open(person([]), nobodyAborts)
  await rm(file)
  await interrupted(transport, { otherKey: true })
  await expect(works(transport)).rejects.toMatchObject({ failure: { kind: 'prompt-required' } })
})

test('a key that is accepted when nobody waits any more is not kept', async () => {
  const file = join(folder, 'known_hosts')
  const transport = over(hop({ userKnownHostsFiles: [file] }))
  const giveUp = new AbortController()
  let answer: (given: PromptAnswer) => void = () => undefined
  let stops: AbortSignal | undefined
  const opening = new Promise<void>((isAsked, isOver) => {
    const ask = (_prompt: unknown, signal: AbortSignal) => {
      stops = signal
      isAsked()
      return new Promise<PromptAnswer>((resolve) => (answer = resolve))
    }
    transport.open(ask, giveUp.signal).catch(isOver)
  })
  await opening
  giveUp.abort()
  await vi.waitUntil(() => stops?.aborted)
  answer({ values: [] })
  const isDropped = () => transport.log().some(({ text }) => text.endsWith('counts for nothing'))
  await eventually(isDropped, { what: 'the answer to be dropped' })
  await expect(readFile(file)).rejects.toThrow('ENOENT')
})

describe('The question about a host key', () => {
  async function asked(lines: string): Promise<unknown> {
    const file = join(folder, 'known_hosts')
    const text = await readFile(join(server.folder, 'host', 'ed25519.pub'), 'utf8')
    const host = text.split(' ').slice(0, 2).join(' ')
    await writeFile(file, lines.replaceAll('KEY', host))
    const ask = person()
    const opening = over(hop({ userKnownHostsFiles: [file] })).open(ask, nobodyAborts)
    await expect(opening).rejects.toMatchObject({ failure: { kind: 'host-key-refused' } })
    return ask.asked[0]
  }

  test('names the others that have the same key', async () => {
    const file = join(folder, 'known_hosts')
    const other = (await readFile(`${key}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ')
    const hashed = '|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg='
    const lines = `Web,10.0.0.1 KEY\n${hashed} KEY\ndb ${other}\n@cert-authority ca KEY\n`
    expect(await asked(lines)).toMatchObject({
      knownAs: {
        total: 2,
        first: [
          { names: 'web,10.0.0.1', file, line: 1 },
          { file, line: 2 },
        ],
      },
    })
  })

  test('names the first eight of many', async () => {
    const lines = Array.from({ length: 12 }, (_, index) => `host${String(index)} KEY\n`)
    const prompt = await asked(lines.join(''))
    expect(prompt).toMatchObject({ knownAs: { total: 12 } })
    expect((prompt as { knownAs: { first: unknown[] } }).knownAs.first).toHaveLength(8)
  })

  test('says that an authority could not be asked', async () => {
    expect(await asked('@cert-authority * KEY\n')).toMatchObject({ hasAuthority: true })
  })

  test('says which files could not be read', async () => {
    const ask = person()
    const files = [join(folder, 'known_hosts'), folder]
    await expect(over(hop({ userKnownHostsFiles: files })).open(ask, nobodyAborts)).rejects.toThrow()
    expect(ask.asked).toMatchObject([{ file: files[0], unread: [folder] }])
  })
})

test('a revocation list that ssh-keygen cannot be asked about trusts no key', async () => {
  const [list, revoked] = [join(folder, 'list'), join(folder, 'revoked')]
  await writeFile(list, await readFile(`${key}.pub`))
  await runCommand('ssh-keygen', ['-q', '-k', '-f', revoked, list])
  const transport = over(hop({ userKnownHostsFiles: [server.knownHostsFile], revokedHostKeys: [revoked] }))
  vi.stubEnv('PATH', folder)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  await expect(transport.open(person([]), nobodyAborts)).rejects.toMatchObject({
    failure: {
      kind: 'host-key-refused',
      message: expect.stringMatching(/ssh-keygen -Q .* cannot be started: ssh-keygen: .*ENOENT/) as string,
    },
  })
})
