import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type RunOptions,
  storageProgram,
  type StorageProgram,
  tampered,
} from '../../builders/storage-process'

let program: StorageProgram
let folder: string

// Does to a folder what it is told, and tells what came of it.
beforeAll(() => {
  program =
    storageProgram(`import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
    import { isFailure } from 'electron/core/base/failure'
    import { HostsFile } from 'electron/storage/hosts'
    import { Journal } from 'electron/storage/journal'
    import { PartFiles } from 'electron/storage/files/part-files'
    import { replaceFileAtOnce } from 'electron/storage/files/replace-file'
    import { saveStream } from 'electron/storage/files/saved-file'
    import { SettingsFile } from 'electron/storage/settings'
    import { appendKnownHost } from 'electron/transport/known-hosts/known-hosts'
    const [folder = '', ...steps] = process.argv.slice(2)
    const notices: unknown[] = []
    const notify = (notice: unknown) => { notices.push(notice) }
    const settings = new SettingsFile(folder, { notify })
    const hosts = new HostsFile(folder, notify)
    const large = 'x'.repeat(20_000)
    const entry = {
      snapshotId: '11111111-1111-4111-8111-111111111111', hostId: 'local', containerId: 'c', containerName: large, reference: 'web:1',
      message: '', author: '', startedAt: '2026-11-23T10:00:00.000Z', wasPaused: false, pause: true, pid: 1, replace: false,
    }
    const ssh = { type: 'ssh-ed25519', blob: Buffer.from('0000000b7373682d65643235353139000000200000000000000000000000000000000000000000000000000000000000000001', 'hex') }
    async function* content() { for (let number = 0; number < 20; number += 1) yield Buffer.alloc(4096) }
    const never = new AbortController().signal
    const all: Record<string, () => unknown> = {
      fill() {
        for (let size = 4096, number = 0; size > 0; size = Math.floor(size / 2))
          try { for (;; number += 1) writeFileSync(folder + '/fill' + number, Buffer.alloc(size), { flag: 'wx' }) } catch { number += 1 }
      },
      // A page is free: a part of what is larger goes in.
      room: () => rmSync(folder + '/fill0'),
      empty() { for (const name of readdirSync(folder)) if (name.startsWith('fill')) rmSync(folder + '/' + name) },
      small: () => settings.change({ author: 'small' }),
      seed: () => writeFileSync(folder + '/settings.json', JSON.stringify({ author: 'seed', future: large })),
      choose: async () => (await settings.change({ author: 'chosen' })).author,
      dark: async () => { await settings.change({ theme: 'dark' }); const { author, theme } = await new SettingsFile(folder).read(); return { author, theme } },
      host: () => hosts.put({ hostId: 'ssh://build', name: large.slice(0, 10_000) }),
      hosts: () => new HostsFile(folder).read(),
      journal: () => new Journal(folder).write(entry),
      save: () => saveStream(folder + '/saved', content(), { overwrite: false, parts: new PartFiles(folder) }, never),
      window: () => replaceFileAtOnce(folder + '/window.json', large),
      page: () => writeFileSync(folder + '/known_hosts', '#'.repeat(4079) + '\\n'),
      known: () => appendKnownHost(folder + '/known_hosts', { host: 'build', port: 22 }, ssh, false),
    }
    const textOf = (name: string) => { try { return readFileSync(folder + '/' + name, 'latin1') } catch { return '' } }
    const answers = []
    for (const step of steps) {
      try { answers.push((await all[step]?.()) ?? 'done') }
      catch (error) { answers.push(isFailure(error) ? error.failure : { code: (error as { code?: string }).code }) }
    }
    const names = readdirSync(folder).filter((name) => !name.startsWith('fill')).sort()
    const texts = Object.fromEntries(names.filter((name) => name !== 'journal' && name !== 'parts').map((name) => [name, textOf(name)]))
    console.log(JSON.stringify({ answers, notices, names, texts }))`)
})

afterAll(() => {
  program.remove()
})

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-storage-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

interface Said {
  readonly answers: readonly unknown[]
  readonly notices: readonly unknown[]
  readonly names: readonly string[]
  readonly texts: Readonly<Record<string, string>>
}

async function done(steps: readonly string[], options: RunOptions = {}): Promise<Said> {
  const { said } = await program.run([folder, ...steps], options)
  return JSON.parse(said) as Said
}

const containing = (text: string) => expect.stringContaining(text) as string

describe('a full disk', () => {
  /** A small file system that goes with the process. */
  const onSmallDisk = (options = 'size=128k'): RunOptions => ({
    before: [
      ...['unshare', '--mount', 'sh', '-euc'],
      `mount -t tmpfs -o ${options} tmpfs ${folder}; exec "$@"`,
      'sh',
    ],
  })
  const full = { problem: 'not-saved', reason: containing('the disk is full (ENOSPC). Free some space') }

  it.each([[['fill']], [['fill', 'room']]])('loses no choice and no host (%s)', async (how) => {
    const steps = ['seed', 'host', 'empty', ...how, 'choose', 'host', 'hosts', 'empty', 'dark']
    const { answers, notices, names, texts } = await done(steps, onSmallDisk())
    expect(answers.slice(3 + how.length)).toEqual([
      'chosen',
      false,
      [expect.objectContaining({ hostId: 'ssh://build' })],
      'done',
      { author: 'chosen', theme: 'dark' },
    ])
    expect(notices).toEqual([
      { file: join(folder, 'settings.json'), ...full },
      { file: join(folder, 'hosts.json'), ...full },
    ])
    expect(names).toEqual(['hosts.json', 'hosts.json.good', 'settings.json', 'settings.json.good'])
    expect(JSON.parse(texts['settings.json.good'] ?? '')).toMatchObject({
      theme: 'dark',
      future: expect.any(String) as string,
    })
  })

  it.each([[['fill']], [['fill', 'room']]])(
    'is said before anything is made, and nothing is left behind (%s %s)',
    async (how) => {
      const { answers, names } = await done([...how, 'journal', 'save', 'empty'], onSmallDisk())
      const failure = {
        kind: 'storage-failed',
        message: containing('the disk is full'),
        remedy: containing('Free some space'),
      }
      expect(answers.slice(how.length, -1)).toEqual(
        [failure, failure].map((one) => expect.objectContaining(one) as unknown),
      )
      expect(names.filter((name) => !['journal', 'parts', '.lock'].includes(name))).toEqual([])
    },
  )

  it('leaves the place of the window and the known hosts as they were', async () => {
    const steps = ['page', 'fill', 'window', 'known', 'empty']
    const { answers, texts } = await done(steps, onSmallDisk())
    expect(answers.slice(2, 4)).toEqual([{ code: 'ENOSPC' }, { code: 'ENOSPC' }])
    expect(Object.keys(texts)).toEqual(['known_hosts'])
    expect(texts['known_hosts']).toMatch(/^#{4079}\n$/)
  })
})

describe('a disk that fails', () => {
  const before = JSON.stringify({ author: 'before' })
  const file = () => join(folder, 'settings.json')

  it.each([
    ['fsync', 'EIO', 'the system could not read or write there (EIO). Look in the log'],
    ['rename', 'EROFS', 'its file system is read-only (EROFS). Mount'],
    ['fsync', 'EDQUOT', 'the quota of this user is used up (EDQUOT). Remove'],
    ['rename', 'EACCES', 'this user has not the right to (EACCES). Give'],
  ])('in %s with %s leaves the document whole, and what to do is said', async (call, code, words) => {
    writeFileSync(file(), before)
    const { notices, names, texts } = await done(['small'], tampered(call, `error=${code}`))
    expect(notices).toEqual([{ file: file(), problem: 'not-saved', reason: containing(words) }])
    expect(names).toEqual(['settings.json'])
    expect(texts['settings.json']).toBe(before)
  })

  it.each(['EIO', 'EACCES', 'EMFILE', 'ESTALE'])(
    'in reading with %s has a document neither moved nor replaced',
    async (code) => {
      writeFileSync(file(), before)
      writeFileSync(`${file()}.good`, JSON.stringify({ author: 'copied' }))
      const only = { ...tampered('openat', `error=${code}`) }
      const onlyHere = { ...only, before: [...(only.before ?? []), '-P', file()] }
      const { answers, notices } = await done(['small'], onlyHere)
      expect(answers).toEqual([expect.objectContaining({ author: 'small' })])
      expect(notices).toMatchObject([
        { problem: 'not-saved', reason: containing('is not replaced') },
        { problem: 'forbidden', restored: true },
      ])
      expect(readdirSync(folder).sort()).toEqual(['settings.json', 'settings.json.good'])
      expect(readFileSync(file(), 'utf8')).toBe(before)
    },
  )

  it.each(['EINVAL', 'ENOSYS', 'EOPNOTSUPP'])(
    'knows nothing to flush (%s), and is written to all the same',
    async (code) => {
      const { answers, notices, names } = await done(['small', 'save'], tampered('fsync', `error=${code}`))
      expect(notices).toEqual([])
      expect(answers).toEqual([expect.objectContaining({ author: 'small' }), 81_920])
      expect(names).toContain('saved')
    },
  )

  it.each(['EPERM', 'ENOSYS', 'EOPNOTSUPP', 'EXDEV', 'EACCES'])(
    'knows no links (%s), and a file is saved all the same',
    async (code) => {
      const { answers, texts } = await done(['save'], tampered('link', `error=${code}`))
      expect(answers).toEqual([81_920])
      expect(texts['saved']).toHaveLength(81_920)
    },
  )
})
