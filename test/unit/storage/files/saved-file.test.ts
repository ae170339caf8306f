import { execFileSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failed } from '../../../../electron/core/base/failure'
import { PartFiles } from '../../../../electron/storage/files/part-files'
import { saveStream } from '../../../../electron/storage/files/saved-file'

const never = new AbortController().signal
let folder: string
let dataDir: string
let fresh: { readonly overwrite: boolean; readonly parts: PartFiles }

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-saved-'))
  dataDir = mkdtempSync(join(tmpdir(), 'lamina-data-'))
  fresh = { overwrite: false, parts: new PartFiles(dataDir, { pid: process.pid }) }
})

afterEach(() => {
  for (const made of [folder, dataDir]) rmSync(made, { recursive: true, force: true })
})

async function* parts(...texts: readonly (string | Error)[]): AsyncGenerator<Buffer> {
  for (const text of texts) {
    if (text instanceof Error) throw text
    yield await Promise.resolve(Buffer.from(text))
  }
}

describe('a saved file', () => {
  it('holds all parts, and nothing else is left in its folder', async () => {
    const path = join(folder, 'new file')
    expect(await saveStream(path, parts('one ', 'two', ''), fresh, never)).toBe(7)
    expect(readFileSync(path, 'utf8')).toBe('one two')
    expect(readdirSync(folder)).toEqual(['new file'])
  })

  it('takes no name that is taken, and does not begin to read for it', async () => {
    const path = join(folder, 'taken')
    writeFileSync(path, 'before')
    const unread = parts(new Error('it was read'))
    await expect(saveStream(path, unread, fresh, never)).rejects.toMatchObject({
      failure: { kind: 'conflict' },
    })
    expect(readFileSync(path, 'utf8')).toBe('before')
    symlinkSync('nowhere', join(folder, 'dangling'))
    const dangling = saveStream(join(folder, 'dangling'), parts('x'), fresh, never)
    await expect(dangling).rejects.toMatchObject({ failure: { kind: 'conflict' } })
  })

  it('takes no name that was taken while it was written', async () => {
    const path = join(folder, 'raced')
    async function* content() {
      yield await Promise.resolve(Buffer.from('mine'))
      writeFileSync(path, 'of another')
    }
    await expect(saveStream(path, content(), fresh, never)).rejects.toMatchObject({
      failure: { kind: 'conflict' },
    })
    expect(readFileSync(path, 'utf8')).toBe('of another')
    expect(readdirSync(folder)).toEqual(['raced'])
  })

  it('takes the place of another when it is asked to, and never of a directory', async () => {
    const path = join(folder, 'taken')
    writeFileSync(path, 'before')
    await saveStream(path, parts('after'), { ...fresh, overwrite: true }, never)
    expect(readFileSync(path, 'utf8')).toBe('after')
    mkdirSync(join(folder, 'directory'))
    const over = saveStream(join(folder, 'directory'), parts('x'), { ...fresh, overwrite: true }, never)
    await expect(over).rejects.toMatchObject({ failure: { kind: 'conflict' } })
  })

  it.each<[what: string, make: (path: string) => void]>([
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a link to a device', (path) => symlinkSync('/dev/null', path)],
    ['a link to a directory', (path) => symlinkSync('.', path)],
  ])('never takes the place of %s', async (_, make) => {
    const path = join(folder, 'taken')
    make(path)
    const { ino } = lstatSync(path)
    for (const overwrite of [true, false])
      await expect(saveStream(path, parts('x'), { ...fresh, overwrite }, never)).rejects.toMatchObject({
        failure: { kind: 'conflict' },
      })
    expect(lstatSync(path).ino).toBe(ino)
    expect(readdirSync(folder)).toEqual(['taken'])
  })

  it('leaves what was there, and nothing half, when the content fails', async () => {
    const path = join(folder, 'taken')
    writeFileSync(path, 'before')
    const broken = parts('half', failed('connection-lost', 'gone'))
    const saving = saveStream(path, broken, { ...fresh, overwrite: true }, never)
    await expect(saving).rejects.toMatchObject({ failure: { kind: 'connection-lost' } })
    expect(readFileSync(path, 'utf8')).toBe('before')
    expect(readdirSync(folder)).toEqual(['taken'])
  })

  it('is not there when it is cancelled, and what was opened for it is closed by then', async () => {
    const stopping = new AbortController()
    let isClosed = false
    async function* content() {
      try {
        for (;;) {
          yield await Promise.resolve(Buffer.alloc(1000))
          stopping.abort()
        }
      } finally {
        await new Promise((resolve) => setImmediate(resolve))
        isClosed = true
      }
    }
    const saving = saveStream(join(folder, 'endless'), content(), fresh, stopping.signal)
    await expect(saving).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    expect(isClosed).toBe(true)
    expect(readdirSync(folder)).toEqual([])
  })

  it('fails with what the content failed with, also where the part that was written cannot be removed', async () => {
    async function* content() {
      yield await Promise.resolve(Buffer.from('half'))
      const [part = ''] = readdirSync(folder)
      rmSync(join(folder, part))
      // A directory is not what is there to be removed.
      mkdirSync(join(folder, part))
      throw failed('connection-lost', 'gone')
    }
    const saving = saveStream(join(folder, 'file'), content(), fresh, never)
    await expect(saving).rejects.toMatchObject({ failure: { kind: 'connection-lost' } })
  })

  it('says which folder cannot be written to', async () => {
    const saving = saveStream(join(folder, 'not there/file'), parts('x'), fresh, never)
    await expect(saving).rejects.toMatchObject({ failure: { kind: 'storage-failed' } })
  })
})
