import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildAppIfStale } from './app-build'
import { resolveElectronRuntime } from './electron-runtime'
import { displayPrefix, repository } from './launch-arguments'
import { prepareSystemOrExit } from './prepare'
import { checkStage, stageOfOne, type StageResult, vitestStages } from './test-stages'

prepareSystemOrExit(['engine', 'electron', 'display', 'packaging', 'tests'])
const prefix = displayPrefix()
if (prefix.length > 0) {
  const [command = '', ...args] = [...prefix, process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  process.exit(spawnSync(command, args, { stdio: 'inherit' }).status ?? 1)
}

// On a fresh machine this takes minutes, in which the first stages use one core.
const folders = spawn(
  process.execPath,
  [...process.execArgv, join(repository, 'test', 'engines', 'make-debian-folders.ts')],
  { stdio: ['ignore', 'ignore', 'inherit'] },
)
await resolveElectronRuntime()
const bin = `${repository}/node_modules/.bin`
const results: StageResult[] = [
  checkStage('types', `${bin}/vue-tsc`, ['-b']),
  checkStage('lint', `${bin}/eslint`, ['.']),
  checkStage('format', `${bin}/prettier`, ['--check', '--log-level', 'warn', '.']),
  checkBuild(),
  ...(await vitestStages(['unit'], 'at-once')),
  // Mostly they wait for programs that they started; what they use is their own.
  ...(
    await Promise.all([
      vitestStages(['integration'], 'at-once'),
      vitestStages(['matrix', 'security', 'e2e', 'package'], 'at-the-end'),
    ])
  ).flat(),
]

folders.kill()
for (const failure of results.flatMap(({ failures }) => failures))
  process.stdout.write(`\nFailed: ${failure}\n`)
process.stdout.write('\n')
for (const { name, passed, failed, seconds } of results)
  process.stdout.write(`${name.padEnd(12)} ${passed} passed, ${failed} failed  (${seconds.toFixed(1)} s)\n`)
const passed = results.reduce((sum, stage) => sum + stage.passed, 0)
const failed = results.reduce((sum, stage) => sum + stage.failed, 0)
process.exitCode = failed > 0 ? 1 : 0
process.stdout.write(`${passed} passed, ${failed} failed\n`)

function checkBuild(): StageResult {
  const startedAt = performance.now()
  try {
    buildAppIfStale()
    return stageOfOne('build', undefined, startedAt)
  } catch (error) {
    return stageOfOne('build', String(error), startedAt)
  }
}
