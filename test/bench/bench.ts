import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildAppIfStale } from '../../build/running/app-build'
import { displayPrefix } from '../../build/running/launch-arguments'
import { prepareSystemOrExit } from '../../build/running/prepare'
import { runInContainer, startContainer } from '../engines/docker/containers'
import { importImage, wideImage } from '../engines/images/images'
import { manyFilesTar } from '../engines/images/many-files-tar'
import { startPrivateDocker, type PrivateDocker } from '../engines/docker/private-docker'
import { bareRequests } from './ssh/bare-request'
import { differenceFigures } from './listings/differences'
import { laminaProcess } from './lamina-process'
import { largeListingFigures } from './listings/large-listings'
import { longAnswerFigures } from './listings/long-answers'
import { longListingFigures } from './listings/long-listings'
import { timed, timedInTurn } from './measure'
import { millionInWindow } from './window/million-window'
import { movableChanges } from './listings/movable-changes'
import { machineKind, reportOf, type Figure } from './report'
import { sshFigures } from './ssh/ssh-figures'
import { clickToFirstRows, startToContainers } from './window/window'
import { repository } from '../engines/repository'
import { useRunFolder } from '../engines/run-folder'

const manyFiles = 120_000
const listedContainers = 20
const local = { hostId: 'local' } as const

/** Parts of the benchmark, for `npm run bench -- PART …`; all of them where none is named, and only then the page is written. */
const parts = ['listings', 'ssh', 'start', 'curve', 'window', 'long', 'answers', 'differences'] as const
const chosen = process.argv.slice(2)
const unknown = chosen.filter((name) => !parts.some((part) => part === name))
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(', ')}. Parts: ${parts.join(', ')}\n`)
  process.exit(2)
}

prepareSystemOrExit(['engine', 'electron', 'display', 'tests'])
useRunFolder()
const prefix = displayPrefix()
if (prefix.length > 0) {
  const [command = '', ...args] = [...prefix, process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.exit(spawnSync(command, args, { stdio: 'inherit' }).status ?? 1)
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const wants = (...some: (typeof parts)[number][]): boolean =>
  chosen.length === 0 || some.some((part) => chosen.includes(part))
buildAppIfStale()
const engine = await startPrivateDocker()
try {
  const figures: Figure[] = []
  if (wants('listings', 'ssh', 'start')) await makeContainers(engine)
  if (wants('listings')) figures.push(...(await listingFigures(engine)))
  if (wants('ssh')) figures.push(...(await remoteFigures(engine)))
  if (wants('start')) figures.push(...(await windowFigures(engine)))
  if (wants('differences')) figures.push(await differenceFigures(engine, say))
  if (wants('curve', 'window', 'long', 'answers')) figures.push(...(await millionFigures(engine)))
  const version = (await engine.docker(['version', '--format', '{{.Server.Version}}'])).stdout.trim()
  const day = new Date().toISOString().slice(0, 10)
  const report = reportOf(figures, await machineKind(engine.dataRoot, version), day)
  if (chosen.length === 0) await writeFile(join(repository, 'docs', 'benchmarks.md'), report)
  process.stdout.write(report)
  process.exitCode = figures.every(({ kept }) => kept) ? 0 : 1
} finally {
  say('Removing the engine')
  await engine.stop()
}

async function millionFigures(engine: PrivateDocker): Promise<Figure[]> {
  const folders = wants('answers') ? 2000 : 1000
  say(`Making ${folders} folders of a thousand changed files`)
  const changes = await movableChanges(engine, folders)
  return [
    ...(wants('curve') ? await largeListingFigures(engine, changes, say) : []),
    ...(wants('window') ? await millionInWindow(engine, changes, say) : []),
    ...(wants('long') ? await longListingFigures(engine, changes, say) : []),
    ...(wants('answers') ? await longAnswerFigures(engine, changes, say) : []),
  ]
}

async function makeContainers({ docker }: PrivateDocker): Promise<void> {
  say(`Making an image of ${manyFiles} files`)
  await wideImage(docker, 'wide:1', manyFiles)
  await importImage(docker, 'base:1')
  await startContainer(docker, { name: 'few', image: 'wide:1' })
  await runInContainer(
    docker,
    'few',
    'echo new > /new; echo more >> /data/7/file-7007.txt; rm /data/9/file-9009.txt',
  )
  say(`Making ${manyFiles} changes in a container`)
  await startContainer(docker, { name: 'many', image: 'base:1' })
  await docker(['exec', '--interactive', 'many', 'tar', '-x', '-C', '/'], {
    input: manyFilesTar('data', manyFiles),
  })
  for (let number = 3; number <= listedContainers; number += 1) {
    await startContainer(docker, { name: `other-${number}`, image: 'base:1' })
  }
  // What was just written must not be on its way to the disk while others read.
  spawnSync('sync')
}

async function listingFigures({ docker, dockerHost, socketPath }: PrivateDocker): Promise<Figure[]> {
  const lamina = await laminaProcess(dockerHost)
  const bare = bareRequests(socketPath)
  const changes = (containerId: string) => () => lamina.ms('changes.list', { ...local, containerId })
  const diff = (container: string) => () => docker(['diff', container])
  say('Measuring listings')
  const [few, fewDiff] = await timedInTurn(changes('few'), diff('few'), { runs: 5, warmUp: 1 })
  const fewAlone = await timed(changes('few'), { runs: 15 })
  const [many, manyDiff] = await timedInTurn(changes('many'), diff('many'), { runs: 5, warmUp: 2 })
  const list = () => lamina.ms('containers.list', local)
  const [listed, asked] = await timedInTurn(list, () => bare.get('/containers/json'), {
    runs: 200,
    warmUp: 50,
  })
  bare.close()
  await lamina.close()
  const ratio = (left: { median: number }, right: { median: number }): number => left.median / right.median
  return [
    {
      what: `changes of a container with 3 changes on an image of ${manyFiles} files`,
      lamina: few,
      other: { what: '`docker diff`', timing: fewDiff },
      promise: 'at least 50 × faster than `docker diff`',
      kept: ratio(fewDiff, few) >= 50,
    },
    {
      what: 'the same, many times in a row',
      lamina: fewAlone,
      promise: 'at most 50 ms',
      kept: fewAlone.median <= 50,
    },
    {
      what: `changes of a container with ${manyFiles} changed paths, with sizes`,
      lamina: many,
      other: { what: '`docker diff`, without sizes', timing: manyDiff },
      promise: 'at most 1 s and at least 3 × faster than `docker diff`',
      kept: many.median <= 1000 && ratio(manyDiff, many) >= 3,
    },
    {
      what: `list of ${listedContainers} containers`,
      lamina: listed,
      other: { what: 'a bare request on the socket', timing: asked },
      promise: 'within 1.5 × a bare request (ratio at least 0.667)',
      kept: ratio(listed, asked) <= 1.5,
    },
  ]
}

async function remoteFigures(engine: PrivateDocker): Promise<Figure[]> {
  say('Measuring hosts over SSH')
  return await sshFigures(engine, 'many')
}

async function windowFigures({ dockerHost }: PrivateDocker): Promise<Figure[]> {
  say('Measuring the window')
  const firstRows = await clickToFirstRows(dockerHost, { measured: 'many', between: 'other-3' }, 5)
  const start = await startToContainers(dockerHost, 'few', 5)
  return [
    {
      what: `first rows in the window of ${manyFiles} changed paths, from the click`,
      lamina: firstRows,
      promise: 'within 200 ms',
      kept: firstRows.median <= 200,
    },
    {
      what: 'from start of the process to the containers on screen (driven by Playwright)',
      lamina: start,
      promise: 'under 2 s',
      kept: start.median < 2000,
    },
  ]
}
