import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { thisProcess } from '../../../../electron/machine/running-process'
import { removeUnfinished } from '../../../../electron/storage/files/left-files'
import { PartFiles } from '../../../../electron/storage/files/part-files'
import { repository } from '../../../engines/repository'
import { eventually } from '../../../engines/wait'

let folder: string
let dataDir: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamina-saved-'))
  dataDir = mkdtempSync(join(tmpdir(), 'lamina-data-'))
})

afterEach(() => {
  for (const made of [folder, dataDir]) rmSync(made, { recursive: true, force: true })
})

const ended = { pid: 1_000_000_000 }
const partsOf = (place: string) => readdirSync(place).filter((name) => name.endsWith('.part'))

it('removes what a process left that was killed while it saved a file', async () => {
  const script = `import { PartFiles } from ${JSON.stringify(join(repository, 'electron/storage/files/part-files.ts'))}
    import { saveStream } from ${JSON.stringify(join(repository, 'electron/storage/files/saved-file.ts'))}
    import { thisProcess } from ${JSON.stringify(join(repository, 'electron/machine/running-process.ts'))}
    async function* endless() { for (;;) { yield Buffer.alloc(1024); await new Promise((resolve) => setTimeout(resolve, 1)) } }
    const [dataDir = '', path = ''] = process.argv.slice(2)
    const parts = new PartFiles(dataDir, thisProcess())
    await saveStream(path, endless(), { overwrite: false, parts }, new AbortController().signal)`
  const file = join(dataDir, 'save.mts')
  writeFileSync(file, script)
  const child = spawn(process.execPath, ['--import', 'tsx', file, dataDir, join(folder, 'saved')], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const exited = once(child, 'exit')
  await eventually(() => Promise.resolve(partsOf(folder).length === 1), { what: 'a part to be written' })
  const parts = new PartFiles(dataDir)
  await parts.removeLeft()
  expect(partsOf(folder)).toHaveLength(1)
  child.kill('SIGKILL')
  await exited
  await parts.removeLeft()
  expect(readdirSync(folder)).toEqual([])
  expect(readdirSync(join(dataDir, 'parts'))).toEqual([])
})

it('removes nothing that it did not name itself', async () => {
  const precious = join(folder, 'precious')
  const almost = join(folder, '.almost.0123456789ab.part')
  mkdirSync(join(dataDir, 'parts'))
  const entries = {
    '0123456789ab': precious,
    ffffffffffff: almost,
    x: `${folder}/.x.x.part`,
    '../odd': precious,
  }
  for (const [id, part] of Object.entries(entries)) {
    writeFileSync(part, 'kept')
    writeFileSync(
      join(dataDir, 'parts', `${id.replace('../../', '')}.json`),
      JSON.stringify({ part, ...ended }),
    )
  }
  writeFileSync(join(dataDir, 'parts', 'broken.json'), '{')
  await new PartFiles(dataDir).removeLeft()
  for (const part of Object.values(entries)) expect(existsSync(part)).toBe(true)
})

it('removes documents that were never finished, and none that may be under way', async () => {
  const old = join(dataDir, 'settings.json.123456')
  const copy = join(dataDir, 'hosts.json.good.99')
  const young = join(dataDir, 'hosts.json.42')
  const aside = join(dataDir, 'hosts.json.unreadable')
  for (const path of [old, copy, young, aside]) writeFileSync(path, '')
  for (const path of [old, copy, aside]) utimesSync(path, 1, 1)
  await removeUnfinished(dataDir)
  expect([old, copy, young, aside].map((path) => existsSync(path))).toEqual([false, false, true, true])
})

it('leaves the part of a process that cannot be seen from here, until it is very old', async () => {
  const elsewhere = { ...thisProcess(), place: 'elsewhere\npid:[1]' }
  const { part } = await new PartFiles(dataDir, elsewhere).begin(join(folder, 'saved'))
  writeFileSync(part, 'half')
  const parts = new PartFiles(dataDir)
  await parts.removeLeft()
  expect(existsSync(part)).toBe(true)
  await parts.removeLeft(Date.now() + 25 * 60 * 60_000)
  expect(existsSync(part)).toBe(false)
  expect(readdirSync(join(dataDir, 'parts'))).toEqual([])
})

it('looks for a part again whose disk is not there', async () => {
  const disk = join(folder, 'disk')
  mkdirSync(disk)
  const { part } = await new PartFiles(dataDir, ended).begin(join(disk, 'saved'))
  writeFileSync(part, 'half')
  renameSync(disk, join(folder, 'away'))
  await new PartFiles(dataDir).removeLeft()
  renameSync(join(folder, 'away'), disk)
  await new PartFiles(dataDir).removeLeft()
  expect(readdirSync(disk)).toEqual([])
  expect(readdirSync(join(dataDir, 'parts'))).toEqual([])
})

it('names a part that a file system takes, whatever the name of the file', async () => {
  const { part } = await new PartFiles(dataDir).begin(join(folder, '層'.repeat(85)))
  writeFileSync(part, '')
  expect(readdirSync(folder)).toEqual([basename(part)])
})
