import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { repository } from '../engines/repository'

/** `lamina batch` in a process of its own, as small as it is in use: starting commands costs a large process more. */
export interface LaminaProcess {
  /** Milliseconds that an operation took, by Lamina's own clock. Throws when it fails. */
  ms(operation: string, input: object): Promise<number>
  /** The most memory it ever held, in bytes (VmHWM, proc(5)). */
  peakMemory(): Promise<number>
  close(): Promise<void>
}

const answer = z.object({ ok: z.boolean(), ms: z.number() })

/** Starts `lamina batch` on an engine. */
export async function laminaProcess(dockerHost: string): Promise<LaminaProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lamina-bench-'))
  const script = join(repository, 'electron', 'cli', 'lamina.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, 'batch'], {
    cwd: repository,
    env: { ...process.env, DOCKER_HOST: dockerHost, LAMINA_DATA_DIR: dataDir },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async ms(operation, input) {
      child.stdin.write(`${JSON.stringify({ operation, input })}\n`)
      const line: IteratorResult<string, unknown> = await lines.next()
      if (line.done === true) throw new Error('lamina batch ended')
      const { ok, ms } = answer.parse(JSON.parse(line.value))
      if (!ok) throw new Error(`${operation} failed: ${line.value.slice(0, 500)}`)
      return ms
    },
    async peakMemory() {
      const status = await readFile(`/proc/${child.pid ?? 'self'}/status`, 'utf8')
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024
    },
    async close() {
      child.stdin.end()
      await lines.next()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
