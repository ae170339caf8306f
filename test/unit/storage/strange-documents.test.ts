import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostsFile } from '../../../electron/storage/hosts'
import { SettingsFile } from '../../../electron/storage/settings'
import type { StorageNotice } from '../../../electron/storage/files/storage-notices'

let folder: string
let notices: StorageNotice[]
const notify = (notice: StorageNotice) => notices.push(notice)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-storage-'))
  notices = []
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const file = () => join(folder, 'settings.json')
const kept = { author: 'kirizi', future: { fonts: ['Iosevka'] } }
const text = JSON.stringify(kept)

describe('a document is read and kept', () => {
  it.each<[what: string, content: string | Buffer]>([
    ['with a byte order mark', `\ufeff${text}`],
    ['in UTF-16 with a byte order mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['with the line ends of Windows', JSON.stringify(kept, null, 2).replaceAll('\n', '\r\n')],
    ['with a key twice, of which the last one counts', text.replace('{', '{"author":"first",')],
    ['with half of a surrogate pair', text.replace('Iosevka', '\\ud83d')],
  ])('%s', async (_, content) => {
    writeFileSync(file(), content)
    const settings = new SettingsFile(folder, { notify })
    expect(await settings.change({ theme: 'dark' })).toMatchObject({ author: 'kirizi', theme: 'dark' })
    expect(notices).toEqual([])
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({
      future: { fonts: [expect.any(String)] },
    })
  })

  it.each(['{"__proto__":{"theme":"dark"}}', '{"constructor":{"prototype":{"theme":"dark"}}}'])(
    'and nothing comes from its prototypes: %s',
    async (content) => {
      writeFileSync(file(), content)
      expect(await new SettingsFile(folder).read()).toMatchObject({ theme: 'system' })
      expect(Object.hasOwn(Object.prototype, 'theme')).toBe(false)
    },
  )

  it('with a number that is none, which gives way alone', async () => {
    writeFileSync(file(), '{"author":"kirizi","theme":1e400}')
    expect(await new SettingsFile(folder, { notify }).read()).toMatchObject({
      author: 'kirizi',
      theme: 'system',
    })
    expect(notices).toMatchObject([{ problem: 'entries', count: 1 }])
  })

  it('through a link, which stays one', async () => {
    mkdirSync(join(folder, 'dotfiles'))
    const target = join(folder, 'dotfiles', 'lamina.json')
    writeFileSync(target, text)
    symlinkSync('dotfiles/lamina.json', file())
    await new SettingsFile(folder).change({ theme: 'dark' })
    expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual({ ...kept, theme: 'dark' })
    expect(readdirSync(join(folder, 'dotfiles'))).toEqual(['lamina.json'])
  })
})

describe('a document is set aside, and its copy used', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  it.each<[what: string, make: (path: string) => void]>([
    ['cut in the middle', (path) => writeFileSync(path, text.slice(0, 20))],
    ['twice', (path) => writeFileSync(path, text + text)],
    ['of zeros', (path) => writeFileSync(path, Buffer.alloc(text.length))],
    [
      'with zeros at its end',
      (path) => writeFileSync(path, Buffer.concat([Buffer.from(text), Buffer.alloc(9)])),
    ],
    ['nested 100,000 times', (path) => writeFileSync(path, `{"future":${deep}}`)],
    [
      'of holes',
      (path) => {
        writeFileSync(path, '')
        truncateSync(path, 2 ** 40)
      },
    ],
    ['that is a link to itself', (path) => symlinkSync('settings.json', path)],
    ['that is a link to a device', (path) => symlinkSync('/dev/zero', path)],
    ['that is a file of the kernel without a size', (path) => symlinkSync('/proc/self/status', path)],
  ])('%s', async (_, make) => {
    await new SettingsFile(folder).change({ author: 'kirizi' })
    rmSync(file())
    make(file())
    const settings = new SettingsFile(folder, { notify })
    expect(await settings.change({ theme: 'dark' })).toMatchObject({ author: 'kirizi', theme: 'dark' })
    expect(notices).toMatchObject([{ file: file(), movedTo: `${file()}.unreadable`, restored: true }])
    expect(await new SettingsFile(folder).read()).toMatchObject({ author: 'kirizi', theme: 'dark' })
  })

  it('that is gone, which is said', async () => {
    const build = { hostId: 'ssh://build', name: 'build' }
    await new HostsFile(folder).put(build)
    rmSync(join(folder, 'hosts.json'))
    expect(await new HostsFile(folder, notify).read()).toEqual([build])
    expect(notices).toEqual([{ file: join(folder, 'hosts.json'), problem: 'missing', restored: true }])
    expect(await new HostsFile(folder).read()).toEqual([build])
    // What is meant to be gone goes with its copy.
    for (const name of ['hosts.json', 'hosts.json.good']) rmSync(join(folder, name))
    expect(await new HostsFile(folder).read()).toEqual([])
  })

  it('and whatever was damaged is kept, the copy too', async () => {
    for (const damage of ['{1', '{2', '{3']) {
      writeFileSync(file(), damage)
      writeFileSync(`${file()}.good`, `${damage} copied`)
      await new SettingsFile(folder).change({ author: 'new' })
    }
    const texts = readdirSync(folder)
      .filter((name) => name.includes('unreadable'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
    expect(texts.sort()).toEqual(['{1', '{1 copied', '{2', '{2 copied', '{3', '{3 copied'])
  })

  it('once, by whichever process comes first', async () => {
    await new SettingsFile(folder).change({ author: 'kirizi' })
    writeFileSync(file(), '{')
    const read = await Promise.all(
      Array.from({ length: 20 }, () => new SettingsFile(folder, { notify }).read()),
    )
    expect(new Set(read.map(({ author }) => author))).toEqual(new Set(['kirizi']))
    expect(notices).toHaveLength(1)
    expect(readdirSync(folder).filter((name) => name.includes('unreadable'))).toEqual([
      'settings.json.unreadable',
    ])
  })
})

describe('a folder for documents', () => {
  it('in which nothing can ever be made is not tried for ever', async () => {
    const settings = new SettingsFile('/proc/lamina/data', { notify })
    expect(await settings.change({ author: 'kirizi' })).toMatchObject({ author: 'kirizi' })
    expect(notices).toMatchObject([{ problem: 'not-saved' }])
  })

  it.each<[what: string, make: (path: string) => void]>([
    ['a link to itself', (path) => symlinkSync('data', path)],
    ['a link to nothing', (path) => symlinkSync('nowhere/data', path)],
    ['a file', (path) => writeFileSync(path, '')],
    ['a name that is too long', () => undefined],
  ])('that is %s fails with what to do', async (what, make) => {
    const path = join(folder, what === 'a name that is too long' ? 'x'.repeat(300) : 'data')
    make(path)
    const settings = new SettingsFile(path, { notify })
    expect(await settings.change({ author: 'kirizi' })).toMatchObject({ author: 'kirizi' })
    expect(await settings.read()).toMatchObject({ author: 'kirizi' })
    expect(notices[0]?.reason).toMatch(/\. [A-Z][^.]+\.$/)
  })

  it('of a person stays theirs where root changes it', async () => {
    if (process.getuid?.() !== 0) return
    const nobody = 65_534
    chownSync(folder, nobody, nobody)
    await new SettingsFile(folder).change({ author: 'kirizi' })
    expect(statSync(file())).toMatchObject({ uid: nobody, gid: nobody })
  })
})
