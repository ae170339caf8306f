import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { removeUnfinished } from '../../../../electron/storage/files/left-files'
import { SettingsFile } from '../../../../electron/storage/settings'
import type { StorageNotice } from '../../../../electron/storage/files/storage-notices'
import { storageProgram, type StorageProgram, tampered } from '../../../builders/storage-process'

let program: StorageProgram
let folder: string

beforeAll(() => {
  program = storageProgram(`import { SettingsFile } from 'electron/storage/settings'
    const [dataDir = '', author = ''] = process.argv.slice(2)
    await new SettingsFile(dataDir).change({ author })
    console.log('saved')`)
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

/** Kills a change at each of its calls of one kind, and looks at what is there then. */
async function killedAtEach(call: string, prepare: () => void, look: () => Promise<void>): Promise<number> {
  for (let number = 1; ; number += 1) {
    rmSync(folder, { recursive: true })
    mkdirSync(folder)
    prepare()
    const end = await program.run([folder, 'after'], tampered(call, `signal=SIGKILL:when=${String(number)}`))
    await look()
    if (end.said === 'saved\n') return number - 1
    expect(end.said).toBe('')
  }
}

const file = () => join(folder, 'settings.json')
const document = JSON.stringify({ author: 'before', future: { kept: [1] } })

it.each([
  ['fsync', 4],
  ['rename', 2],
  ['unlink', 1],
  ['fchown', 2],
  ['readlink', 2],
  ['write', 4],
])(
  'a change that is killed at any %s is done or not, and leaves nothing that the next start does not find',
  async (call, least) => {
    const times = await killedAtEach(
      call,
      () => {
        for (const path of [file(), `${file()}.good`]) writeFileSync(path, document)
      },
      async () => {
        const { author, future } = JSON.parse(readFileSync(file(), 'utf8')) as Record<string, unknown>
        expect(['before', 'after']).toContain(author)
        expect(future).toEqual({ kept: [1] })
        await removeUnfinished(folder)
        expect(readdirSync(folder).sort()).toEqual(['settings.json', 'settings.json.good'])
        const notices: StorageNotice[] = []
        const settings = new SettingsFile(folder, { notify: (notice) => notices.push(notice) })
        expect(await settings.change({ theme: 'dark' })).toMatchObject({ author, theme: 'dark' })
        expect(notices).toEqual([])
      },
    )
    expect(times).toBeGreaterThanOrEqual(least)
  },
)

it.each(['rename', 'fsync', 'unlink'])(
  'a change that is killed at any %s while it mends a damaged document loses nothing of the copy',
  async (call) => {
    const times = await killedAtEach(
      call,
      () => {
        writeFileSync(file(), '{"author": "half')
        writeFileSync(`${file()}.good`, document)
      },
      async () => {
        const notices: StorageNotice[] = []
        const settings = new SettingsFile(folder, { notify: (notice) => notices.push(notice) })
        const { author } = await settings.read()
        expect(['before', 'after']).toContain(author)
        expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ author, future: { kept: [1] } })
        const damaged = readdirSync(folder).filter((name) => name.includes('unreadable'))
        expect(damaged.map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['{"author": "half'])
      },
    )
    expect(times).toBeGreaterThan(0)
  },
)
