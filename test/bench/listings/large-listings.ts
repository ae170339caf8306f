import { wideImage } from '../../engines/images/images'
import type { PrivateDocker } from '../../engines/docker/private-docker'
import { idleProcess, stallFigure } from '../idle/idle-process'
import { listingProcess, type ListingRun } from './listing-process'
import { timingOf, type Timing } from '../measure'
import type { MovableChanges } from './movable-changes'
import type { Figure } from '../report'

const images = [1_000, 300_000] as const
const counts = [10, 1_000, 120_000, 1_000_000] as const
const million = 1_000_000
/** A `docker diff` that takes longer than this is measured once. */
const longDiff = 3000

/** With what a process that did nothing was held up meanwhile, in milliseconds. */
type PointRun = ListingRun & { readonly idleStall: number }

interface Point {
  readonly files: number
  readonly changes: number
  readonly runs: readonly PointRun[]
  readonly diff: Timing
}

/** What a million changed paths cost, and how cost grows with the changes and with the image, beside `docker diff`. */
export async function largeListingFigures(
  engine: PrivateDocker,
  changes: MovableChanges,
  say: (line: string) => void,
): Promise<Figure[]> {
  say(`Making images of ${images.join(' and ')} files`)
  for (const files of images) {
    await wideImage(engine.docker, `wide-${files}:1`, files)
    await engine.docker(['create', '--network', 'none', '--name', `on-${files}`, `wide-${files}:1`])
  }
  const points: Point[] = []
  for (const files of images)
    for (const count of counts) {
      say(`Measuring ${count} changes on an image of ${files} files`)
      points.push(await pointOf(engine, changes, files, count))
    }
  return [...millionFigures(points), ...points.map((point) => curveFigure(point, points))]
}

/** In a process of its own: starting commands costs one that once held a million paths more. */
function pointOf(
  engine: PrivateDocker,
  changes: MovableChanges,
  files: number,
  count: number,
): Promise<Point> {
  const container = `on-${files}`
  return changes.within(container, count, async () => {
    const lamina = await listingProcess(engine.dockerHost)
    await lamina.list(container)
    const idle = idleProcess()
    const runs: PointRun[] = []
    const diffs: number[] = []
    for (let run = 0; run < 3; run += 1) {
      await idle.longestStall()
      const listed = await lamina.list(container)
      runs.push({ ...listed, idleStall: await idle.longestStall() })
      if ((diffs[0] ?? 0) > longDiff) continue
      const began = performance.now()
      await engine.docker(['diff', container])
      diffs.push(performance.now() - began)
    }
    idle.close()
    await lamina.close()
    return { files, changes: count, runs, diff: timingOf(diffs) }
  })
}

function millionFigures(points: readonly Point[]): Figure[] {
  const runs = points.filter(({ changes }) => changes === million).flatMap((point) => point.runs)
  const memory = Math.max(...runs.map(({ peakMemory }) => peakMemory)) / 1e6
  const within = (what: string, of: (run: ListingRun) => number, promise: string, limit: number): Figure => {
    const lamina = timingOf(runs.map(of))
    return { what: `${million} changed paths: ${what}`, lamina, promise, kept: lamina.slowest <= limit }
  }
  const view = (name: string) => (run: ListingRun) => run.views[name] ?? Infinity
  return [
    within('first rows, from opening', ({ firstRows }) => firstRows, 'within 300 ms', 300),
    within('filter by type and size', view('filter'), 'under 300 ms', 300),
    within('search for part of a name', view('search'), 'under 300 ms', 300),
    within('search by a glob', view('glob'), 'under 300 ms', 300),
    within('sort by size', view('sort'), 'under 300 ms', 300),
    stallFigure(
      `${million} changed paths: longest stall of the event loop in a run`,
      runs.map(({ stall, idleStall }) => ({ own: stall, idle: idleStall })),
    ),
    {
      ...within('complete', ({ complete }) => complete, 'within 10 s and under 600 MB', 10_000),
      what: `${million} changed paths: complete, while the process held at most ${Math.round(memory)} MB`,
      kept: memory < 600 && runs.every(({ complete }) => complete <= 10_000),
    },
  ]
}

function curveFigure({ files, changes, runs, diff }: Point, points: readonly Point[]): Figure {
  const lamina = timingOf(runs.map(({ complete }) => complete))
  const least = points.find((point) => point.changes === changes)
  const small = timingOf((least?.runs ?? runs).map(({ complete }) => complete))
  const isSmall = files === least?.files
  return {
    what: `${changes} new files on an image of ${files} files, complete`,
    lamina,
    other: { what: '`docker diff`', timing: diff },
    promise: isSmall ? 'none' : `at most 1.5 × the time on ${least?.files ?? 0} files`,
    kept: isSmall || lamina.median <= 1.5 * small.median,
  }
}
