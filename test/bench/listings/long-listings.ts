import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../../engines/run-command'
import { importImage } from '../../engines/images/images'
import type { PrivateDocker } from '../../engines/docker/private-docker'
import { repository } from '../../engines/repository'
import { z } from 'zod'
import { stallFigure } from '../idle/idle-process'
import { timingOf } from '../measure'
import type { MovableChanges } from './movable-changes'
import type { Figure } from '../report'

const million = 1_000_000
const container = 'held-open'

/** Milliseconds that passed, that the CPU took with the commands on the host, and of the longest stall. */
const cost = z.object({
  took: z.number(),
  cpu: z.number(),
  stall: z.object({ own: z.number(), idle: z.number() }),
})

const heldOpen = z.object({
  /** From the end of the listing to the end of the second look. */
  notes: z.number(),
  exports: z.array(cost.extend({ format: z.string() })),
  /** A minute in which nothing was written. */
  idle: cost,
  /** Looking again. */
  look: cost,
  peakMemory: z.number(),
})

/** What a listing of a million changes costs that stays open: the second look, reports, and being live for a minute. */
export async function longListingFigures(
  engine: PrivateDocker,
  changes: MovableChanges,
  say: (line: string) => void,
): Promise<Figure[]> {
  say(`Measuring a listing of ${million} changed paths that stays open`)
  await importImage(engine.docker, 'bare:1')
  await engine.docker([
    'create',
    '--network',
    'none',
    '--name',
    container,
    'bare:1',
    'tail',
    '-f',
    '/dev/null',
  ])
  const { notes, exports, idle, look, peakMemory } = await changes.within(container, million, async () => {
    await engine.docker(['start', container])
    const folder = await mkdtemp(join(tmpdir(), 'lamina-bench-'))
    try {
      const script = join(import.meta.dirname, 'long-listing-child.ts')
      const { stdout } = await runCommand(process.execPath, ['--import', 'tsx', script, folder, container], {
        cwd: repository,
        env: { ...process.env, DOCKER_HOST: engine.dockerHost },
      })
      return heldOpen.parse(JSON.parse(stdout))
    } finally {
      await engine.docker(['stop', '--time', '0', container])
      await rm(folder, { recursive: true, force: true })
    }
  })
  const of = `${million} changed paths of a running container:`
  const figure = (what: string, measured: number, limit?: number, unit: Figure['unit'] = 'ms'): Figure => ({
    what: `${of} ${what}`,
    lamina: timingOf([measured]),
    unit,
    promise: limit === undefined ? 'none' : `at most ${limit} ${unit}`,
    kept: limit === undefined || measured <= limit,
  })
  // It rests twenty times as long as it looked.
  const liveMinute = (look.cpu / (21 * look.took)) * 60_000
  return [
    figure('second look', notes),
    ...exports.flatMap(({ format, took, stall }) => [
      figure(`export as ${format}`, took),
      stallFigure(`${of} longest stall in the export as ${format}`, [stall]),
    ]),
    figure('live for a minute while nothing is written', idle.cpu, 6000, 'ms of CPU'),
    stallFigure(`${of} longest stall in that minute`, [idle.stall]),
    figure('a look again', look.took),
    stallFigure(`${of} longest stall in a look again`, [look.stall]),
    figure('live for a minute while it is written to all the time', liveMinute, 6000, 'ms of CPU'),
    figure('most memory of the process', peakMemory / 1e6, 600, 'MB'),
  ]
}
