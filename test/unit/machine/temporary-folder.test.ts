import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { thisProcess } from '../../../electron/machine/running-process'
import {
  makeTemporaryFolder,
  removeFolder,
  removeLeftFolders,
} from '../../../electron/machine/temporary-folder'

let temporary: string

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'lamina-temporary-'))
  vi.stubEnv('TMPDIR', temporary)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temporary, { recursive: true, force: true })
})

/** A folder of another process, which began it long ago. */
function folderOf(name: string, owner: object | undefined): string {
  const folder = join(temporary, name)
  mkdirSync(folder)
  if (owner !== undefined) writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner))
  return folder
}

const long = Date.now() + 25 * 60 * 60_000

it('a folder of a process that ended is removed, and none that may be in use', async () => {
  const mine = makeTemporaryFolder('commands')
  folderOf('lamina-commands-ended1', { pid: 1_000_000_000 })
  folderOf('lamina-host-key-ended2', { ...thisProcess(), start: 'another boot:1' })
  const elsewhere = folderOf('lamina-commands-other1', { ...thisProcess(), place: 'elsewhere\npid:[1]' })
  const unsigned = folderOf('lamina-commands-newest', undefined)
  await removeLeftFolders()
  expect([mine, elsewhere, unsigned].map((folder) => existsSync(folder))).toEqual([true, true, true])
  expect(readdirSync(temporary)).toHaveLength(3)
  await removeLeftFolders(long)
  expect(readdirSync(temporary).map((name) => join(temporary, name))).toEqual([mine])
  removeFolder(mine)
  expect(readdirSync(temporary)).toEqual([])
})

it('a folder of an earlier version stays while somebody listens in it', async () => {
  const used = folderOf('lamina-commands-inuse1', undefined)
  const server = createServer().listen(join(used, 'commands.sock'))
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  utimesSync(used, 1, 1)
  await removeLeftFolders()
  expect(existsSync(used)).toBe(true)
})

it('nothing is removed that only looks like one of these folders', async () => {
  const precious = join(temporary, 'precious')
  mkdirSync(precious)
  writeFileSync(join(precious, 'owner.json'), '{"pid":1000000000}')
  symlinkSync(precious, join(temporary, 'lamina-commands-linked'))
  writeFileSync(join(temporary, 'lamina-commands-afile1'), '')
  const others = ['lamina-data-abcdef', 'lamina-commands', 'my-lamina-commands-abcdef']
  for (const name of others) folderOf(name, { pid: 1_000_000_000 })
  const before = readdirSync(temporary)
  await removeLeftFolders(long)
  expect(readdirSync(temporary)).toEqual(before)
  expect(existsSync(join(precious, 'owner.json'))).toBe(true)
})
