import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { repository } from '../../engines/repository'
import { timingOf } from '../measure'
import type { Figure } from '../report'

/** Milliseconds that an event loop may be held up, where nothing else is said. */
const usualLimit = 50

/** A process that does nothing: what holds it up holds up every process of a busy machine, and is nobody's work. */
export interface IdleProcess {
  /** The longest that its event loop was held up since the last time this was asked, in milliseconds. */
  longestStall(): Promise<number>
  close(): void
}

/** How long an event loop was held up, and that of a process that did nothing at the same time, in milliseconds. */
export interface Stall {
  readonly own: number
  readonly idle: number
}

export function idleProcess(): IdleProcess {
  const script = join(import.meta.dirname, 'idle-child.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    cwd: repository,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async longestStall() {
      child.stdin.write('\n')
      const line: IteratorResult<string, unknown> = await lines.next()
      if (line.done === true) throw new Error('The process that does nothing ended')
      return Number(line.value)
    },
    close: () => void child.stdin.end(),
  }
}

/** Kept where no stall is longer than the limit, or than what the process that did nothing met at the same time. */
export function stallFigure(what: string, stalls: readonly Stall[], limit = usualLimit): Figure {
  const idle = timingOf(stalls.map((stall) => stall.idle))
  return {
    what,
    lamina: timingOf(stalls.map(({ own }) => own)),
    other: { what: 'a process that does nothing', timing: idle },
    promise: `at most ${limit} ms, or what a process that does nothing meets at the same time`,
    kept: stalls.every((stall) => stall.own <= Math.max(limit, stall.idle)),
  }
}
