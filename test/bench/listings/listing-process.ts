import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { repository } from '../../engines/repository'

const listingRun = z.object({
  /** Milliseconds from opening to the end of the listing, and to the first lines, while lines are asked for as the window does. */
  complete: z.number(),
  firstRows: z.number(),
  /** Milliseconds until the first lines of another view are there. */
  views: z.record(z.string(), z.number()),
  /** The longest that the event loop was held up, in milliseconds. */
  stall: z.number(),
  /** The most memory the process ever held, in bytes (VmHWM, proc(5)). */
  peakMemory: z.number(),
})
export type ListingRun = z.infer<typeof listingRun>

/** A process that does nothing but listings, as the main process does them. */
export interface ListingProcess {
  list(container: string): Promise<ListingRun>
  close(): Promise<void>
}

export async function listingProcess(dockerHost: string): Promise<ListingProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lamina-bench-'))
  const script = join(import.meta.dirname, 'listing-child.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    cwd: repository,
    env: { ...process.env, DOCKER_HOST: dockerHost },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async list(container) {
      child.stdin.write(`${container}\n`)
      const line: IteratorResult<string, unknown> = await lines.next()
      if (line.done === true) throw new Error('The process for listings ended')
      return listingRun.parse(JSON.parse(line.value))
    },
    async close() {
      child.stdin.end()
      await lines.next()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
