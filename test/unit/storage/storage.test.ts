import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Journal } from '../../../electron/storage/journal'
import { SettingsFile } from '../../../electron/storage/settings'
import type { StorageNotice } from '../../../electron/storage/files/storage-notices'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-storage-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('settings', () => {
  it('are the defaults until something is chosen', async () => {
    expect(await new SettingsFile(folder).read()).toMatchObject({ author: '', pause: true })
  })

  it('are kept, readable by their owner only', async () => {
    await new SettingsFile(folder).change({ author: 'kirizi' })
    expect(await new SettingsFile(folder).read()).toMatchObject({ author: 'kirizi', theme: 'system' })
    expect(statSync(join(folder, 'settings.json')).mode & 0o777).toBe(0o600)
  })

  it('lose none of many changes at once', async () => {
    const settings = new SettingsFile(folder)
    await Promise.all([
      settings.change({ author: 'a' }),
      settings.change({ theme: 'dark' }),
      settings.change({ pause: false }),
    ])
    expect(await settings.read()).toMatchObject({ author: 'a', theme: 'dark', pause: false })
  })

  it('give way to the default alone where another version wrote them', async () => {
    const place = { screen: 'elsewhere', hostId: 'local' }
    writeFileSync(
      join(folder, 'settings.json'),
      JSON.stringify({ author: 'kirizi', sorts: 'by heart', place }),
    )
    expect(await new SettingsFile(folder).read()).toMatchObject({
      author: 'kirizi',
      sorts: { containers: 'name' },
      place: null,
    })
  })

  it('that cannot be read are set aside, not overwritten', async () => {
    writeFileSync(join(folder, 'settings.json'), '{"author": "half')
    const settings = new SettingsFile(folder)
    expect(await settings.read()).toMatchObject({ author: '' })
    await settings.change({ author: 'new' })
    expect(readFileSync(join(folder, 'settings.json.unreadable'), 'utf8')).toBe('{"author": "half')
  })

  it.each<[what: string, problem: StorageNotice['problem'], make: (path: string) => void]>([
    ['a folder', 'not-a-file', (path) => mkdirSync(join(path, 'full'), { recursive: true })],
    ['a pipe', 'not-a-file', (path) => execFileSync('mkfifo', [path])],
    [
      'a file of a gigabyte',
      'too-large',
      (path) => {
        writeFileSync(path, '{')
        truncateSync(path, 2 ** 30)
      },
    ],
    ['a list', 'damaged', (path) => writeFileSync(path, '[1]')],
    ['an empty file', 'damaged', (path) => writeFileSync(path, '')],
  ])('are set aside where %s stands in their place', async (_, problem, make) => {
    const path = join(folder, 'settings.json')
    await new SettingsFile(folder).change({ author: 'kirizi' })
    rmSync(path)
    make(path)
    const notices: StorageNotice[] = []
    const settings = new SettingsFile(folder, { notify: (notice) => notices.push(notice) })
    expect(await settings.read()).toMatchObject({ author: 'kirizi' })
    expect(notices).toMatchObject([{ file: path, problem, movedTo: `${path}.unreadable`, restored: true }])
    await settings.change({ theme: 'dark' })
    expect(await new SettingsFile(folder).read()).toMatchObject({ author: 'kirizi', theme: 'dark' })
    expect(notices).toHaveLength(1)
  })

  it('that can be neither read nor moved are left where they are, and choices hold for the process', async () => {
    // A file in the place of the folder: nothing in it can be read, moved or written, not even by root.
    const path = join(folder, 'data')
    writeFileSync(path, '')
    const notices: StorageNotice[] = []
    const settings = new SettingsFile(path, { notify: (notice) => notices.push(notice) })
    expect(await settings.change({ author: 'kirizi' })).toMatchObject({ author: 'kirizi', theme: 'system' })
    expect(await settings.change({ theme: 'dark' })).toMatchObject({ author: 'kirizi', theme: 'dark' })
    expect(await settings.read()).toMatchObject({ author: 'kirizi', theme: 'dark' })
    expect(notices).toMatchObject([{ problem: 'not-saved' }, { problem: 'not-saved' }])
    rmSync(path)
    await settings.change({ pause: false })
    expect(await new SettingsFile(path).read()).toMatchObject({
      author: 'kirizi',
      theme: 'dark',
      pause: false,
    })
  })

  it('of another version stay in the file until they are chosen anew', async () => {
    const path = join(folder, 'settings.json')
    const newer = {
      theme: 'sepia',
      fonts: { mono: 'Iosevka' },
      sorts: { images: 'digest', containers: 'state' },
    }
    writeFileSync(path, JSON.stringify({ author: 'kirizi', ...newer }))
    const notices: StorageNotice[] = []
    const settings = new SettingsFile(folder, { notify: (notice) => notices.push(notice) })
    expect(await settings.read()).toMatchObject({
      author: 'kirizi',
      theme: 'system',
      sorts: { images: 'created', containers: 'state' },
    })
    expect(notices).toEqual([{ file: path, problem: 'entries', count: 2 }])
    await settings.change({ author: 'new' })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ author: 'new', ...newer })
    await settings.change({ theme: 'dark' })
    expect(await settings.read()).toMatchObject({ theme: 'dark' })
  })

  it('are left as they are by who only reads them', async () => {
    const path = join(folder, 'settings.json')
    await new SettingsFile(folder).change({ author: 'kirizi' })
    writeFileSync(path, '{"author": "half')
    expect(await new SettingsFile(folder, { readOnly: true }).read()).toMatchObject({ author: 'kirizi' })
    expect(readFileSync(path, 'utf8')).toBe('{"author": "half')
  })
})

describe('the journal', () => {
  const entry = (snapshotId: string, startedAt: string) => ({
    snapshotId,
    hostId: 'local',
    containerId: 'c',
    containerName: 'web',
    reference: 'web:1',
    message: '',
    author: '',
    startedAt,
    wasPaused: false,
    pause: true,
    pid: 1,
    replace: false,
  })
  const [first, second] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']

  it('gives the attempts of one host, oldest first', async () => {
    const journal = new Journal(folder)
    await journal.write(entry(second, '2026-11-23T10:00:00.000Z'))
    await journal.write(entry(first, '2026-11-23T09:00:00.000Z'))
    expect((await new Journal(folder).entries('local')).map((one) => one.snapshotId)).toEqual([first, second])
    expect(await journal.entries('elsewhere')).toEqual([])
  })

  it('finds an attempt on a host whose address is spelt otherwise by now', async () => {
    const journal = new Journal(folder)
    await journal.write({ ...entry(first, '2026-11-23T09:00:00.000Z'), hostId: 'ssh://a+b@web' })
    expect(await journal.entries('ssh://a%2Bb@web')).toMatchObject([{ hostId: 'ssh://a%2Bb@web' }])
  })

  it('forgets an attempt that came to an end', async () => {
    const journal = new Journal(folder)
    await journal.write(entry(first, '2026-11-23T09:00:00.000Z'))
    await journal.remove(first)
    expect(await journal.entries('local')).toEqual([])
  })

  it('goes on when one file was damaged, and keeps that file', async () => {
    const journal = new Journal(folder)
    await journal.write(entry(first, '2026-11-23T09:00:00.000Z'))
    writeFileSync(join(folder, 'journal', 'odd.json'), 'not json')
    expect(await journal.entries('local')).toHaveLength(1)
    expect(readdirSync(join(folder, 'journal'))).toContain('odd.json.unreadable')
  })

  it('says that an attempt cannot be removed, which is over all the same', async () => {
    const notices: StorageNotice[] = []
    const journal = new Journal(folder, (notice) => notices.push(notice))
    await journal.write(entry(first, '2026-11-23T09:00:00.000Z'))
    const file = join(folder, 'journal', `${first}.json`)
    rmSync(file)
    mkdirSync(file)
    await journal.remove(first)
    expect(notices).toMatchObject([{ file, problem: 'not-saved' }])
    expect(await journal.entries('local')).toEqual([])
  })

  it('goes on beside a folder, a pipe and a huge file', async () => {
    const journal = new Journal(folder)
    await journal.write(entry(first, '2026-11-23T09:00:00.000Z'))
    const place = (name: string) => join(folder, 'journal', name)
    mkdirSync(place('folder.json'))
    execFileSync('mkfifo', [place('pipe.json')])
    writeFileSync(place('huge.json'), '')
    truncateSync(place('huge.json'), 2 ** 30)
    expect((await journal.entries('local')).map((one) => one.snapshotId)).toEqual([first])
  })

  it('keeps what a newer version wrote in its place, and says so', async () => {
    const newer = { ...entry(first, '2026-11-23T09:00:00.000Z'), pid: 'host/1', version: 2 }
    mkdirSync(join(folder, 'journal'))
    const file = join(folder, 'journal', `${first}.json`)
    writeFileSync(file, JSON.stringify(newer))
    const notices: StorageNotice[] = []
    expect(await new Journal(folder, (notice) => notices.push(notice)).entries('local')).toEqual([])
    expect(notices).toEqual([{ file, problem: 'entries', count: 1 }])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(newer)
  })

  it.each([
    ['a container outside of its place', { containerId: '../images/x' }],
    ['a moment that is none', { startedAt: 'yesterday' }],
  ])('leaves out an entry with %s', async (_, wrong) => {
    const journal = new Journal(folder)
    await journal.write({ ...entry(first, '2026-11-23T09:00:00.000Z'), ...wrong })
    expect(await journal.entries('local')).toEqual([])
  })

  it('has an attempt once whose file was copied, and forgets both', async () => {
    const journal = new Journal(folder)
    await journal.write(entry(first, '2026-11-23T09:00:00.000Z'))
    const names = readdirSync(join(folder, 'journal'))
    copyFileSync(join(folder, 'journal', `${first}.json`), join(folder, 'journal', `${first} (copy).json`))
    expect(await journal.entries('local')).toHaveLength(1)
    await journal.remove(first)
    expect(names).toEqual([`${first}.json`])
    expect(await new Journal(folder).entries('local')).toEqual([])
  })

  it('reads a thousand attempts with few files open at once', async () => {
    const journal = new Journal(folder)
    mkdirSync(join(folder, 'journal'))
    for (let number = 0; number < 1000; number += 1) {
      const snapshotId = `11111111-1111-4111-8111-${String(number).padStart(12, '0')}`
      writeFileSync(
        join(folder, 'journal', `${snapshotId}.json`),
        JSON.stringify(entry(snapshotId, '2026-11-23T09:00:00.000Z')),
      )
    }
    expect(await journal.entries('local')).toHaveLength(1000)
  })

  it('shows those who cannot see a process that it is at work', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const journal = new Journal(folder)
    await journal.write(entry(first, '2026-11-23T09:00:00.000Z'))
    const file = join(folder, 'journal', `${first}.json`)
    expect(await journal.isAttended(first)).toBe(true)
    utimesSync(file, 1, 1)
    expect(await journal.isAttended(first)).toBe(false)
    const leave = journal.attend(first)
    vi.advanceTimersByTime(15_000)
    await expect.poll(() => journal.isAttended(first)).toBe(true)
    leave()
    utimesSync(file, 1, 1)
    vi.advanceTimersByTime(60_000)
    expect(await journal.isAttended(first)).toBe(false)
    // A clock that was set back shows nothing.
    expect(await journal.isAttended(first, -3_600_000)).toBe(false)
    expect(await journal.isAttended(second)).toBe(false)
  })

  it('that cannot be kept is a failure, before anything is made', async () => {
    writeFileSync(join(folder, 'journal'), '')
    const journal = new Journal(folder)
    const failure = { failure: { kind: 'storage-failed' } }
    await expect(journal.write(entry(first, '2026-11-23T09:00:00.000Z'))).rejects.toMatchObject(failure)
    await expect(journal.entries('local')).rejects.toMatchObject(failure)
  })
})
