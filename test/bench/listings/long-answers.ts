import { importImage } from '../../engines/images/images'
import { longChangesProxy, rowsWithDirectories } from '../../engines/images/long-changes'
import type { PrivateDocker } from '../../engines/docker/private-docker'
import { runCommand } from '../../engines/run-command'
import { idleProcess, stallFigure, type Stall } from '../idle/idle-process'
import { longAnswerOf, type LongAnswer } from './long-answer'
import { timed, timingOf } from '../measure'
import type { MovableChanges } from './movable-changes'
import type { Figure } from '../report'

const [rows, padding, runs] = [2_000_000, 130, 3] as const
const [listed, other] = ['answers-much', 'answers-little'] as const

/** What an answer of two million rows costs, and what others meet while it comes. `changes` has as many files. */
export async function longAnswerFigures(
  engine: PrivateDocker,
  changes: MovableChanges,
  say: (line: string) => void,
): Promise<Figure[]> {
  const { docker, dockerHost, socketPath } = engine
  await importImage(docker, 'bare:1')
  for (const name of [listed, other]) await docker(['create', '--network', 'none', '--name', name, 'bare:1'])
  say(`Measuring an engine's answer of ${rows} rows`)
  const proxy = await longChangesProxy(socketPath, { rows, padding })
  try {
    const diff = ['-c', 'docker --host "$1" diff "$2" >/dev/null', 'sh', proxy.dockerHost, other]
    const through = await measured(() =>
      longAnswerOf(proxy.dockerHost, other, 'engine', `unix://${socketPath}`),
    )
    const timing = await timed(() => runCommand('sh', diff), { runs, warmUp: 0 })
    say(`Measuring ${rows} changed paths on the host`)
    const onHost = await changes.within(listed, rows, () =>
      measured(() => longAnswerOf(dockerHost, listed, 'host', `unix://${socketPath}`)),
    )
    return [
      ...figuresOf(`${rowsWithDirectories(rows)} rows of an engine, 375 MB:`, through, {
        what: '`docker diff` of the same answer',
        timing,
      }),
      ...figuresOf(`${rows} changed paths, on the host:`, onHost),
    ]
  } finally {
    await proxy.close()
  }
}

interface Measured {
  readonly answer: LongAnswer
  readonly stall: Stall
}

async function measured(work: () => Promise<LongAnswer>): Promise<Measured[]> {
  const all: Measured[] = []
  const idle = idleProcess()
  for (let run = 0; run < runs; run += 1) {
    await idle.longestStall()
    const answer = await work()
    all.push({ answer, stall: { own: answer.stall, idle: await idle.longestStall() } })
  }
  idle.close()
  return all
}

function figuresOf(of: string, all: readonly Measured[], other?: Figure['other']): Figure[] {
  const timing = (which: (answer: LongAnswer) => number) => timingOf(all.map(({ answer }) => which(answer)))
  const most = timing((answer) => answer.most / 1e6)
  const back = timing((answer) => answer.givenBackAfter)
  return [
    {
      what: `${of} complete, while another host is listed again and again`,
      lamina: timing((answer) => answer.elapsed),
      ...(other === undefined ? {} : { other }),
      promise: 'none',
      kept: true,
    },
    stallFigure(
      `${of} longest stall of the event loop meanwhile`,
      all.map(({ stall }) => stall),
      100,
    ),
    {
      what: `${of} longest list of the other host's containers meanwhile`,
      lamina: timing((answer) => answer.longestList),
      promise: 'none',
      kept: true,
    },
    {
      what: `${of} most memory of the process`,
      lamina: most,
      unit: 'MB',
      promise: 'at most 600 MB',
      kept: most.slowest <= 600,
    },
    {
      what: `${of} from closing the listing until three quarters of its memory are given back`,
      lamina: back,
      promise: 'within 30 s',
      kept: back.slowest <= 30_000,
    },
  ]
}
