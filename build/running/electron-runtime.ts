import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { buildCache } from '../../test/engines/build-cache'
import { fallbackRuntime, type ElectronRuntime } from './fallback-runtime'

export type { ElectronRuntime } from './fallback-runtime'

const installTimeLimitMs = 180_000
const retryAfterMs = 24 * 60 * 60 * 1000

/**
 * Finds or makes an Electron: the one `electron` has installed, else its own install is run, else (linux-x64) the
 * fallback runtime is made in the user's cache. Announces in one line what it does. Throws when none can be had.
 */
export async function resolveElectronRuntime(): Promise<ElectronRuntime> {
  const installed = installedRuntime()
  if (installed) return installed
  const failure = await installElectron()
  const fresh = installedRuntime()
  if (fresh) return fresh
  if (process.platform === 'linux' && process.arch === 'x64') return await fallbackRuntime(failure)
  throw new Error(`Electron could not be installed: ${failure}`)
}

function electronPackage(): { readonly folder: string; readonly version: string } {
  const manifest = createRequire(import.meta.url).resolve('electron/package.json')
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  return { folder: dirname(manifest), version }
}

function installedRuntime(): ElectronRuntime | undefined {
  const { folder, version } = electronPackage()
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  const executable = join(dist, readFileSync(pathFile, 'utf8').trim())
  return existsSync(executable) ? { executable, folder: dist, version, isFallback: false } : undefined
}

/** Runs electron's own install. Answers with the reason it failed, or ''. A failure is remembered for a day. */
async function installElectron(): Promise<string> {
  const { folder, version } = electronPackage()
  const memory = join(buildCache(), `electron-${version}-unreachable`)
  if (existsSync(memory) && Date.now() - statSync(memory).mtimeMs < retryAfterMs)
    return `${readFileSync(memory, 'utf8').trim()} (remembered; delete ${memory} to try again)`
  process.stderr.write(`Electron ${version} is not installed yet: downloading it.\n`)
  const failure = await runInstall(join(folder, 'install.js'))
  mkdirSync(buildCache(), { recursive: true })
  if (failure === '') rmSync(memory, { force: true })
  else writeFileSync(memory, `${failure}\n`)
  return failure
}

/** electron's install.js ends with a stack trace; its first line is the reason. */
async function runInstall(script: string): Promise<string> {
  return await new Promise((resolve) => {
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'ignore', 'pipe'] })
    let errors = ''
    const timer = setTimeout(() => {
      errors = `no answer within ${installTimeLimitMs / 1000} s`
      child.kill('SIGKILL')
    }, installTimeLimitMs)
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    child.on('error', (error) => (errors += error.message))
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve(code === 0 ? '' : (errors.split('\n').find((line) => line.trim() !== '') ?? 'unknown reason'))
    })
  })
}
