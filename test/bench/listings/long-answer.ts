import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { repository } from '../../engines/repository'
import { runCommand } from '../../engines/run-command'

const longAnswer = z.object({
  /** Milliseconds from opening to the end of the listing. */
  elapsed: z.number(),
  changes: z.number(),
  /** Lists of another host's containers that came meanwhile, and the milliseconds of the longest. */
  lists: z.number(),
  longestList: z.number(),
  /** The longest that the event loop was held up, in milliseconds. */
  stall: z.number(),
  /** Bytes that the process had in memory before it, when it was complete, at the most, and after it was closed. */
  before: z.number(),
  open: z.number(),
  most: z.number(),
  after: z.number(),
  /** Milliseconds until three quarters of what it took were given back, or 30 s where they were not. */
  givenBackAfter: z.number(),
})
export type LongAnswer = z.infer<typeof longAnswer>

/** Opens and closes one listing in a process of its own while another host (`hostId`) is asked for its containers. */
export async function longAnswerOf(
  dockerHost: string,
  container: string,
  lens: 'host' | 'engine',
  otherHost: string,
): Promise<LongAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'lamina-long-answer-'))
  try {
    const script = join(import.meta.dirname, 'long-answer-child.ts')
    const args = ['--import', 'tsx', script, folder, container, lens, otherHost]
    const { stdout } = await runCommand(process.execPath, args, {
      cwd: repository,
      env: { ...process.env, DOCKER_HOST: dockerHost },
    })
    return longAnswer.parse(JSON.parse(stdout))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
