import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { repository } from './launch-arguments'

const sources = [
  'electron',
  'renderer',
  'package-lock.json',
  'package.json',
  'electron.vite.config.ts',
  'build',
]
const result = join(repository, 'out', 'renderer-files.json')

/** Builds the app into out/ when a source is newer than the last build. Throws with the build's output on failure. */
export function buildAppIfStale(): void {
  const builtAt = existsSync(result) ? statSync(result).mtimeMs : 0
  if (builtAt > Math.max(...sources.map((name) => newestChange(join(repository, name))))) return
  buildApp()
}

/** Builds the app into out/. Throws with the build's output on failure. */
export function buildApp(): void {
  process.stderr.write('Building Lamina.\n')
  const manifest = createRequire(import.meta.url).resolve('electron-vite/package.json')
  const args = [join(dirname(manifest), 'bin', 'electron-vite.js'), 'build', '--logLevel', 'warn']
  const run = spawnSync(process.execPath, args, { cwd: repository, encoding: 'utf8' })
  if (run.status !== 0) throw new Error(`The build failed:\n${run.stdout}${run.stderr}`)
}

/** Newest modification in milliseconds; a folder counts too, so that a deleted file makes the build stale. */
function newestChange(path: string): number {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))))
}
