import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { removeLeftFolders } from '../../../../electron/machine/temporary-folder'
import { openWindowFolder } from '../../../../electron/main/window/window-folder'

let temporary: string
let dataDir: string

beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'lamina-window-folder-'))
  temporary = join(root, 'tmp')
  dataDir = join(root, 'data')
  mkdirSync(temporary)
  vi.stubEnv('TMPDIR', temporary)
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(dirname(dataDir), { recursive: true, force: true })
})

it('is the usual one, for its owner alone, which stays', () => {
  const { folder, notice, remove } = openWindowFolder(dataDir)
  expect([folder, notice]).toEqual([join(dataDir, 'window'), undefined])
  expect(statSync(dataDir).mode & 0o777).toBe(0o700)
  writeFileSync(join(folder, 'Preferences'), '{}')
  remove()
  openWindowFolder(dataDir)
  expect(readdirSync(folder)).toEqual(['Preferences'])
})

it.each<[what: string, words: string, make: (path: string) => void]>([
  ['Lamina’s folder is a file', 'ENOTDIR', () => writeFileSync(dataDir, '')],
  ['Lamina’s folder is a link to nothing', 'ENOENT', () => symlinkSync('nowhere/data', dataDir)],
  ['Lamina’s folder is a link to itself', 'ELOOP', () => symlinkSync('data', dataDir)],
  ['its place is a file', 'ENOTDIR', (path) => writeFileSync(path, '')],
  ['its place is a pipe', 'ENOTDIR', (path) => execFileSync('mkfifo', [path])],
  ['its place is a link to nothing', 'ENOENT', (path) => symlinkSync('nowhere/window', path)],
  ['its place is in the kernel’s', 'EACCES|ENOENT|EPERM', (path) => symlinkSync('/proc/self', path)],
])('is a temporary one where %s, and what to do is said', async (_, words, make) => {
  const path = join(dataDir, 'window')
  if (make.length > 0) mkdirSync(dataDir)
  make(path)
  const { folder, notice, remove } = openWindowFolder(dataDir)
  expect(dirname(folder)).toBe(temporary)
  expect(notice).toMatchObject({ file: path, problem: 'not-saved' })
  expect(notice?.reason).toMatch(new RegExp(`/window cannot be used: .* \\((?:${words})\\)\\. [A-Z].*\\.$`))
  writeFileSync(join(folder, 'Preferences'), '{}')
  await removeLeftFolders()
  expect(readdirSync(folder)).toContain('Preferences')
  remove()
  expect(readdirSync(temporary)).toEqual([])
})

it('is a temporary one where nothing can be made in Lamina’s folder, not even by root', () => {
  if (process.getuid?.() !== 0) return
  mkdirSync(dataDir)
  execFileSync('chattr', ['+i', dataDir])
  const { notice } = openWindowFolder(dataDir)
  execFileSync('chattr', ['-i', dataDir])
  expect(notice?.reason).toMatch(/\(EPERM\)\. Give this user the right to it/)
})
