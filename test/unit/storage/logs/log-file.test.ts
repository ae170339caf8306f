import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { LogFile } from '../../../../electron/storage/logs/log-file'
import { repository } from '../../../engines/repository'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lamina-log-'))
  return () => {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

const logs = () => join(dataDir, 'logs')
const names = () => readdirSync(logs()).sort()
const written = () => names().map((name) => readFileSync(join(logs(), name), 'utf8'))

/** Another process, until its end. */
async function writer(...args: readonly (string | number)[]): Promise<void> {
  const script = join(repository, 'test/unit/storage/logs/log-writer.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir, ...args.map(String)], {
    cwd: repository,
    stdio: 'inherit',
  })
  await once(child, 'exit')
}

/** What came of each line of another process; `before` is a command of sh that goes first. */
function tries(before: string, name: string, count: number): readonly string[] {
  const script = join(repository, 'test/unit/storage/logs/log-writer.ts')
  const command = `${before}; exec "$0" --import tsx "$@"`
  const args = ['-c', command, process.execPath, script, dataDir, 'tries', name, String(count)]
  return JSON.parse(execFileSync('sh', args, { cwd: repository, encoding: 'utf8' })) as string[]
}

describe('the log file', () => {
  it('is made with its folders when the first line comes, for its owner alone', () => {
    rmSync(dataDir, { recursive: true })
    const log = new LogFile(join(dataDir, 'deep'))
    expect(log.append('one')).toBeUndefined()
    expect(log.append('two')).toBeUndefined()
    expect(readFileSync(log.path, 'utf8')).toBe('one\ntwo\n')
    expect(statSync(log.path).mode & 0o777).toBe(0o600)
    expect(statSync(join(dataDir, 'deep', 'logs')).mode & 0o777).toBe(0o700)
  })

  it('is made anew where somebody removed it, or all of the folder', () => {
    const log = new LogFile(dataDir)
    log.append('one')
    rmSync(log.path)
    log.append('two')
    expect(readFileSync(log.path, 'utf8')).toBe('two\n')
    rmSync(dataDir, { recursive: true })
    log.append('three')
    expect(readFileSync(log.path, 'utf8')).toBe('three\n')
  })

  it('gets a name of its own when it is full, and the oldest are removed', () => {
    const log = new LogFile(dataDir, { file: 1000, all: 5000 })
    for (let line = 0; line < 1000; line += 1) log.append(`line ${String(line).padStart(4, '0')}`)
    const all = written().join('')
    expect(all.length).toBeLessThanOrEqual(5000)
    expect(all.length).toBeGreaterThan(4000)
    // Nothing of the end is missing.
    const numbers = [...all.matchAll(/line (\d+)/g)].map(([, number]) => Number(number)).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => 1000 - numbers.length + at))
    expect(names()).toContain('lamina.log')
    expect(names()).toHaveLength(5)
  })

  it('keeps no more than some files, however small', () => {
    mkdirSync(logs())
    for (let number = 1; number < 50; number += 1)
      writeFileSync(join(logs(), `lamina-2026-01-${String(number)}.log`), 'x')
    writeFileSync(join(logs(), 'mine.log'), 'no file of ours')
    const log = new LogFile(dataDir, { file: 10, all: 5000 })
    log.append('12345678')
    log.append('12345678')
    expect(names().length).toBeLessThanOrEqual(22)
    expect(names()).toContain('mine.log')
  })

  it('takes a line that is larger than a file', () => {
    const log = new LogFile(dataDir, { file: 10, all: 50 })
    expect(log.append('x'.repeat(30))).toBeUndefined()
    expect(log.append('y')).toBeUndefined()
    expect(readFileSync(log.path, 'utf8')).toBe('y\n')
  })

  it.each<[what: string, make: (path: string) => unknown]>([
    [
      'a folder',
      (path) => {
        mkdirSync(join(path, 'full'), { recursive: true })
      },
    ],
    ['a pipe that nobody reads', (path) => execFileSync('mkfifo', [path])],
    [
      'a pipe that is read',
      (path) => {
        execFileSync('mkfifo', [path])
        const reader = execFile('cat', [path])
        onTestFinished(() => void reader.kill())
        // It is open when something was written.
        execFileSync('sh', ['-c', 'echo begun > "$1"', 'sh', path])
      },
    ],
    [
      'a link to another file',
      (path) => {
        writeFileSync(join(dataDir, 'other'), 'untouched')
        symlinkSync(join(dataDir, 'other'), path)
      },
    ],
    [
      'a link in a circle',
      (path) => {
        symlinkSync(path, path)
      },
    ],
    [
      'a socket',
      async (path) => {
        const server = createServer().listen(path)
        onTestFinished(() => void server.close())
        await once(server, 'listening')
      },
    ],
  ])('is written although %s stands in its place, which is set aside', async (_, make) => {
    mkdirSync(logs())
    const log = new LogFile(dataDir)
    await make(log.path)
    expect(log.append('one')).toBeUndefined()
    expect(readFileSync(log.path, 'utf8')).toBe('one\n')
    expect(names()).toEqual(['lamina.log', 'lamina.log.unreadable-1'])
    if (readdirSync(dataDir).includes('other'))
      expect(readFileSync(join(dataDir, 'other'), 'utf8')).toBe('untouched')
  })

  it('says why it is not written where its folder is a file', () => {
    writeFileSync(logs(), '')
    expect(new LogFile(dataDir).append('one')).toMatch(/ENOTDIR/)
  })

  it('says why it is not written where nothing more may be written, and goes on when there is room', () => {
    // A limit stands in for a full disk: both take a part of a line and refuse what follows.
    const told = tries('ulimit -f 1', 'one', 20)
    expect(told[0]).toBe('written')
    expect(told.at(-1)).toMatch(/EFBIG|ENOSPC/)
    const log = new LogFile(dataDir)
    expect(log.append('after')).toBeUndefined()
    expect(readFileSync(log.path, 'utf8')).toMatch(/after\n$/)
  })

  it('says why it is not written where its folder is read-only', () => {
    mkdirSync(logs(), { mode: 0o555 })
    chmodSync(dataDir, 0o755)
    expect(tries('true', 'nobody', 2)).toEqual(Array(2).fill('this user has not the right to (EACCES)'))
    expect(names()).toEqual([])
  })

  it('has every line of several processes whole, also when they are killed', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => writer('lines', name, 2000, 20_000, 100_000_000)))
    const all = written()
      .join('')
      .split('\n')
      .filter((line) => line !== '')
    expect(all.filter((line) => !/^[abc] \d{6} x{80}$/.test(line))).toEqual([])
    // 20 files are kept, and the newest lines of each are in them.
    for (const name of ['a', 'b', 'c'])
      expect(all.some((line) => line.startsWith(`${name} 001999`))).toBe(true)
    expect(names().length).toBeLessThanOrEqual(24)
  })

  it('loses no line of several processes while there is room', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => writer('lines', name, 2000, 100_000, 100_000_000)))
    const all = written()
      .join('')
      .split('\n')
      .filter((line) => line !== '')
    expect(new Set(all).size).toBe(6000)
    expect(names().length).toBeGreaterThan(4)
  })

  it('is told that lines are missing of a flood, also when its process ends at once', async () => {
    await writer('flood', 'one', 20_000)
    const lines = written().join('').trimEnd().split('\n')
    expect(lines.length).toBeLessThan(2000)
    const last = /log\.left-out lines=(\d+)$/.exec(lines.at(-1) ?? '')
    const told = lines.reduce(
      (sum, line) => sum + Number(/log\.left-out lines=(\d+)/.exec(line)?.[1] ?? 0),
      0,
    )
    expect(last).not.toBeNull()
    expect(told + lines.filter((line) => line.includes('lamina.warned')).length).toBe(20_000)
  })
})
