/** How long a piece of work took, in milliseconds, over several runs. */
export interface Timing {
  readonly median: number
  readonly fastest: number
  readonly slowest: number
  readonly runs: number
}

/** Work that is timed from outside, or gives its own milliseconds. */
export type Work = () => Promise<unknown>

/** Runs work `warmUp` times unmeasured and then `runs` times measured. */
export async function timed(
  work: Work,
  { runs, warmUp = 1 }: { runs: number; warmUp?: number },
): Promise<Timing> {
  for (let run = 0; run < warmUp; run += 1) await work()
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) times.push(await once(work))
  return timingOf(times)
}

/** Times two pieces of work in turn, so that whatever else the machine does falls on both alike. */
export async function timedInTurn(
  left: Work,
  right: Work,
  { runs, warmUp = 1 }: { runs: number; warmUp?: number },
): Promise<[Timing, Timing]> {
  const times: [number[], number[]] = [[], []]
  for (let run = -warmUp; run < runs; run += 1) {
    const [one, other] = [await once(left), await once(right)]
    if (run < 0) continue
    times[0].push(one)
    times[1].push(other)
  }
  return [timingOf(times[0]), timingOf(times[1])]
}

/** Median, extremes and number of measured times in milliseconds. Throws when there are none. */
export function timingOf(times: readonly number[]): Timing {
  const sorted = times.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  const fastest = sorted[0]
  const slowest = sorted.at(-1)
  if (middle === undefined || fastest === undefined || slowest === undefined)
    throw new Error('Nothing was measured')
  return { median: middle, fastest, slowest, runs: sorted.length }
}

async function once(work: Work): Promise<number> {
  const began = performance.now()
  const own = await work()
  return typeof own === 'number' ? own : performance.now() - began
}
