import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Journal } from '../../../electron/storage/journal'
import { SettingsFile } from '../../../electron/storage/settings'

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

  it('that can neither be read nor set aside are a failure', async () => {
    writeFileSync(join(folder, 'settings.json'), '{"author": "half')
    mkdirSync(join(folder, 'settings.json.unreadable'))
    await expect(new SettingsFile(folder).read()).rejects.toMatchObject({
      failure: {
        kind: 'storage-failed',
        message: expect.stringContaining('cannot be set aside') as string,
        remedy: expect.any(String) as string,
      },
    })
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
})
