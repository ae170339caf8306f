import { execFileSync, spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { startOf, thisProcess } from '../../../electron/machine/running-process'
import { inTurn } from '../../../electron/storage/files/folder-turn'
import { HostsFile } from '../../../electron/storage/hosts'
import { SettingsFile } from '../../../electron/storage/settings'
import { storageProgram, type StorageProgram } from '../../builders/storage-process'

let program: StorageProgram
let folder: string

beforeAll(() => {
  program = storageProgram(`import { HostsFile } from 'electron/storage/hosts'
    import { SettingsFile } from 'electron/storage/settings'
    const [dataDir = '', name = '', times = ''] = process.argv.slice(2)
    const complain = (notice: unknown) => { console.log(JSON.stringify(notice)) }
    const hosts = new HostsFile(dataDir, complain)
    const settings = new SettingsFile(dataDir, { notify: complain })
    for (let number = 0; number < Number(times); number += 1) {
      await hosts.put({ hostId: \`ssh://\${name}\${number}\`, name })
      await settings.change(name === 'a' ? { author: String(number) } : { theme: 'dark' })
    }`)
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

it('nothing is lost of what two processes and this one write at once, 200 times each', async () => {
  const own = new HostsFile(folder)
  const mine = async () => {
    for (let number = 0; number < 200; number += 1)
      await own.put({ hostId: `ssh://c${String(number)}`, name: 'c' })
  }
  const [a, b] = await Promise.all([
    program.run([folder, 'a', '200']),
    program.run([folder, 'b', '200']),
    mine(),
  ])
  expect([a.said, b.said]).toEqual(['', ''])
  const names = (await new HostsFile(folder).read()).map(({ hostId }) => hostId)
  const all = ['a', 'b', 'c'].flatMap((name) =>
    Array.from({ length: 200 }, (_, number) => `ssh://${name}${String(number)}`),
  )
  expect(names.sort()).toEqual(all.sort())
  expect(await new SettingsFile(folder).read()).toMatchObject({ author: '199', theme: 'dark' })
  expect(readdirSync(folder).sort()).toEqual(
    ['hosts.json', 'hosts.json.good', 'settings.json', 'settings.json.good'].sort(),
  )
})

it.each<[what: string, lock: () => unknown]>([
  ['a process that ended', () => ({ pid: 1_000_000_000, token: 'x' })],
  ['a process whose number lives again', () => ({ ...thisProcess(), start: 'a boot:1', token: 'x' })],
  [
    'a process of an earlier start of this machine',
    () => {
      const place = thisProcess().place?.replace(/\n.*/, '\npid:[1]')
      return { pid: 1, start: 'a boot:1', place, token: 'x' }
    },
  ],
])('the turn of %s is over at once', async (_, lock) => {
  writeFileSync(join(folder, '.lock'), JSON.stringify(lock()))
  const hosts = new HostsFile(folder)
  expect(await hosts.put({ hostId: 'ssh://build', name: 'build' })).toBe(true)
  expect(readdirSync(folder)).not.toContain('.lock')
})

it.each<[what: string, make: (path: string) => void]>([
  [
    'a process of another container',
    (path) =>
      writeFileSync(path, JSON.stringify({ ...thisProcess(), place: 'elsewhere\npid:[1]', token: 'x' })),
  ],
  ['a process that was killed before it wrote whose it is', (path) => writeFileSync(path, '')],
])('the turn of %s is over when nothing comes of it', async (_, make) => {
  make(join(folder, '.lock'))
  const limits = { turn: 50, unsigned: 20 }
  expect(await inTurn(folder, () => Promise.resolve('done'), limits)).toBe('done')
  expect(await new HostsFile(folder).put({ hostId: 'ssh://build', name: 'build' })).toBe(true)
})

it.each<[what: string, make: (path: string) => void]>([
  ['is a folder', (path) => mkdirSync(join(path, 'full'), { recursive: true })],
  ['is a pipe', (path) => void execFileSync('mkfifo', [path])],
  ['is a link to nothing', (path) => symlinkSync('nowhere', path)],
  ['was left empty', (path) => (writeFileSync(path, ''), utimesSync(path, 1, 1))],
  ['was left half', (path) => (writeFileSync(path, '{"pid":1,'), utimesSync(path, 1, 1))],
  ['is of a moment to come', (path) => (writeFileSync(path, ''), utimesSync(path, 2 ** 33, 2 ** 33))],
])('a lock that %s is nobody’s', async (_, make) => {
  make(join(folder, '.lock'))
  const never = { turn: 1e9, unsigned: 1e9 }
  expect(await inTurn(folder, () => Promise.resolve('done'), never)).toBe('done')
  expect(await new HostsFile(folder).put({ hostId: 'ssh://build', name: 'build' })).toBe(true)
})

it('what is damaged is read from its copy, and stays, while another process keeps its turn', async () => {
  await new HostsFile(folder).put({ hostId: 'ssh://build', name: 'build' })
  const path = join(folder, 'hosts.json')
  writeFileSync(path, '{')
  const other = spawn('sleep', ['600'])
  onTestFinished(() => void other.kill())
  const { pid = 0 } = other
  writeFileSync(
    join(folder, '.lock'),
    JSON.stringify({ ...thisProcess(), pid, start: startOf(pid), token: 'x' }),
  )
  const notices: unknown[] = []
  const hosts = new HostsFile(folder, (notice) => notices.push(notice))
  expect(await hosts.read()).toEqual([{ hostId: 'ssh://build', name: 'build' }])
  expect(notices).toEqual([{ file: path, problem: 'damaged', restored: true }])
  expect(readFileSync(path, 'utf8')).toBe('{')
})

it('the turn of another process that runs is not taken, and that is said', async () => {
  const other = spawn('sleep', ['600'])
  onTestFinished(() => void other.kill())
  const { pid = 0 } = other
  const lock = JSON.stringify({ ...thisProcess(), pid, start: startOf(pid), token: 'x' })
  writeFileSync(join(folder, '.lock'), lock)
  const taken = inTurn(folder, () => Promise.resolve(), { turn: 50, unsigned: 20 })
  await expect(taken).rejects.toMatchObject({
    failure: { kind: 'storage-failed', message: expect.stringContaining(String(pid)) as string },
  })
  expect(readFileSync(join(folder, '.lock'), 'utf8')).toBe(lock)
})
