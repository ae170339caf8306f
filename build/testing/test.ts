import '../running/required-node'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildAppIfStale } from '../running/app-build'
import { resolveElectronRuntime } from '../running/electron-runtime'
import { displayPrefix, repository } from '../running/launch-arguments'
import { prepareSystemOrExit } from '../running/prepare'
import { shuffleFiles } from './slowest-first'
import { checkStage, stageOfOne, type StageResult, vitestStage } from './test-stages'
import { useRunFolder } from '../../test/engines/run-folder'

const { values: options } = parseArgs({
  options: {
    /** Also what `npm test` leaves out (docs/testing.md). */
    all: { type: 'boolean', default: false },
    /** Files in a random order; the number repeats one. */
    shuffle: { type: 'string' },
  },
})

prepareSystemOrExit(['engine', 'electron', 'display', 'packaging', 'tests'])
useRunFolder()
const prefix = displayPrefix()
if (prefix.length > 0) {
  const [command = '', ...args] = [...prefix, process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.exit(spawnSync(command, args, { stdio: 'inherit' }).status ?? 1)
}

const startedAt = performance.now()
// On a fresh machine this takes minutes. The stages that need them come late.
const makeFolders = join(repository, 'test', 'engines', 'debian', 'make-debian-folders.ts')
const folders = once(
  spawn(process.execPath, [...process.execArgv, makeFolders], { stdio: ['ignore', 'ignore', 'inherit'] }),
  'exit',
)
await resolveElectronRuntime()
const build = buildStage()

// Most tests wait for programs that they started, so that one after the other leaves half of two cores idle. The
// stages of a lane follow each other; lanes run at the same time.
const lanes = [
  [
    () => checkStage('types', 'vue-tsc', ['-b']),
    () => checkStage('lint', 'eslint', ['.']),
    () => checkStage('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
    () => tests('unit'),
  ],
  [() => tests('integration'), () => folders.then(() => tests('matrix'))],
  [
    () => tests('ssh'),
    () => tests('security'),
    () => folders.then(() => tests('e2e')),
    () => tests('package'),
  ],
]
const results = [build, ...(await Promise.all(lanes.map(oneAfterTheOther))).flat()]
if (options.all) results.push(await tests('newer'))

for (const failure of results.flatMap(({ failures }) => failures))
  process.stdout.write(`\nFailed: ${failure}\n`)
process.stdout.write('\n')
for (const { name, passed, failed, seconds } of results)
  process.stdout.write(`${name.padEnd(12)} ${passed} passed, ${failed} failed  (${seconds.toFixed(1)} s)\n`)
process.stdout.write(`All of it took ${((performance.now() - startedAt) / 1000).toFixed(1)} s.\n`)
const passed = results.reduce((sum, stage) => sum + stage.passed, 0)
const failed = results.reduce((sum, stage) => sum + stage.failed, 0)
process.exitCode = failed > 0 ? 1 : 0
process.stdout.write(`${passed} passed, ${failed} failed\n`)

async function oneAfterTheOther(stages: readonly (() => Promise<StageResult>)[]): Promise<StageResult[]> {
  const lane: StageResult[] = []
  for (const stage of stages) lane.push(await stage())
  return lane
}

function tests(project: string): Promise<StageResult> {
  const { shuffle } = options
  return vitestStage(project, shuffle === undefined ? [] : [shuffleFiles, `--sequence.seed=${shuffle}`])
}

/** The window's tests need what it makes. */
function buildStage(): StageResult {
  const buildStartedAt = performance.now()
  try {
    buildAppIfStale()
    return stageOfOne('build', undefined, buildStartedAt)
  } catch (error) {
    return stageOfOne('build', String(error), buildStartedAt)
  }
}
