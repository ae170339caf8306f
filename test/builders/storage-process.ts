import { execFileSync, spawn, type SpawnOptions } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { repository } from '../engines/repository'

/** How a process came to its end, and what it said. */
export interface ProcessEnd {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly said: string
}

/** A program that uses Lamina's own files, as one file, so that it starts at once and in one process. */
export interface StorageProgram {
  /** Runs it; `before` are words before the program, as of `strace`. */
  run(args: readonly string[], options?: RunOptions): Promise<ProcessEnd>
  remove(): void
}

export interface RunOptions extends SpawnOptions {
  readonly before?: readonly string[]
}

/** `script` may import from `electron/…`. */
export function storageProgram(script: string): StorageProgram {
  const folder = mkdtempSync(join(tmpdir(), 'lamina-program-'))
  const [source, built] = [join(folder, 'program.ts'), join(folder, 'program.mjs')]
  writeFileSync(source, script.replaceAll("from 'electron/", `from '${repository}/electron/`))
  const options = ['--bundle', '--platform=node', '--format=esm', '--log-level=error']
  execFileSync(join(repository, 'node_modules/.bin/esbuild'), [source, ...options, `--outfile=${built}`], {
    cwd: repository,
  })
  return {
    async run(args, { before = [], env = {}, ...others } = {}) {
      const [command = '', ...rest] = [...before, process.execPath, built, ...args]
      const child = spawn(command, rest, {
        ...others,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const ended = new Promise<Pick<ProcessEnd, 'status' | 'signal'>>((resolve, reject) => {
        child.once('error', reject)
        child.once('close', (status, signal) => {
          resolve({ status, signal })
        })
      })
      const [said, complaints, end] = await Promise.all([text(child.stdout), text(child.stderr), ended])
      return { ...end, said: said + complaints }
    },
    remove() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Words that run a program under `strace`, which has the kernel answer otherwise (strace(1), "Tampering"): `what` is as `error=EIO:when=1`.
 * With one thread for files every run makes its calls in one order.
 */
export function tampered(call: string, what: string): RunOptions {
  return {
    before: ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${call}:${what}`],
    env: { UV_THREADPOOL_SIZE: '1' },
  }
}
