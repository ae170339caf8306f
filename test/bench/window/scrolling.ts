import { readFile, rm } from 'node:fs/promises'
import type { ElectronApplication, Page } from 'playwright'
import { z } from 'zod'

/** What a trace of scrolling shows, in milliseconds. */
export interface Scrolling {
  /** The longest time from one drawn frame to the next. */
  readonly longestFrame: number
  /** The longest task of the window's main thread. */
  readonly longestTask: number
  readonly frames: number
}

const trace = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      pid: z.number(),
      tid: z.number(),
      /** Microseconds. */
      ts: z.number(),
      dur: z.number().optional(),
      args: z.object({ name: z.string().optional() }).loose().optional(),
    }),
  ),
})
type TraceEvent = z.infer<typeof trace>['traceEvents'][number]

const categories = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
]

/** Scrolls the tree without a pause, so many pixels a frame, for some seconds under Chromium's own tracing. */
export async function scrollTree(
  app: ElectronApplication,
  page: Page,
  { pixels, seconds }: { pixels: number; seconds: number },
): Promise<Scrolling> {
  await app.evaluate(
    ({ contentTracing }, included) => contentTracing.startRecording({ included_categories: included }),
    categories,
  )
  await page.evaluate(scrollOn, { pixels, seconds })
  const file = await app.evaluate(({ contentTracing }) => contentTracing.stopRecording())
  const { traceEvents } = trace.parse(JSON.parse(await readFile(file, 'utf8')))
  await rm(file)
  return scrollingIn(traceEvents)
}

/** Runs in the window. Marks in the trace say when it scrolls. */
function scrollOn({ pixels, seconds }: { pixels: number; seconds: number }): Promise<void> {
  const tree = document.querySelector('[data-tree]')
  const end = performance.now() + seconds * 1000
  console.timeStamp('scrolling begins')
  return new Promise((resolve) => {
    const on = (): void => {
      tree?.scrollBy({ top: pixels })
      if (performance.now() < end) requestAnimationFrame(on)
      else {
        console.timeStamp('scrolling ends')
        resolve()
      }
    }
    requestAnimationFrame(on)
  })
}

function scrollingIn(events: readonly TraceEvent[]): Scrolling {
  const marks = events.filter(({ name }) => name === 'TimeStamp')
  const [first, last] = [marks[0], marks.at(-1)]
  if (first === undefined || last === undefined) throw new Error('The trace does not show the scrolling')
  const during = events.filter(({ pid, ts }) => pid === first.pid && ts >= first.ts && ts <= last.ts)
  const drawn = during.filter(({ name }) => name === 'DrawFrame').map(({ ts }) => ts)
  if (drawn.length < 2) throw new Error('No frames were drawn')
  drawn.sort((a, b) => a - b)
  const gaps = drawn.slice(1).map((ts, index) => ts - (drawn[index] ?? ts))
  const tasks = during.filter(({ name, tid }) => tid === first.tid && name === 'RunTask')
  return {
    longestFrame: Math.max(...gaps) / 1000,
    longestTask: Math.max(0, ...tasks.map(({ dur = 0 }) => dur)) / 1000,
    frames: drawn.length,
  }
}
