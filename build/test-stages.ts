import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { repository } from './launch-arguments'

/** Counts of one stage; a test that was skipped or left to do counts as failed. */
export interface StageResult {
  readonly name: string
  readonly passed: number
  readonly failed: number
  readonly seconds: number
  /** What failed and why, to be read at the end of all output: logs are often kept from their end. */
  readonly failures: readonly string[]
}

/** The part of vitest's JSON report that is used ("Reporters", vitest.dev). */
interface Report {
  readonly success: boolean
  readonly numTotalTests: number
  readonly numPassedTests: number
  readonly testResults: readonly FileReport[]
}

interface FileReport {
  readonly name: string
  readonly status: string
  readonly message: string
  readonly assertionResults: readonly {
    readonly fullName: string
    readonly status: string
    readonly failureMessages: readonly string[]
  }[]
}

/** Lines of a failure's message that are repeated at the end. */
const longestReason = 60

/** Runs a command that passes or fails as a whole; it counts as one test. */
export function checkStage(name: string, command: string, args: readonly string[]): StageResult {
  process.stdout.write(`\n# ${name}\n`)
  const startedAt = performance.now()
  const run = spawnSync(command, args, { cwd: repository, stdio: 'inherit' })
  const ok = run.status === 0
  return stageOfOne(name, ok ? undefined : `${name} does not pass`, startedAt)
}

/** A stage that passes or fails as a whole; `startedAt` by `performance.now()`. */
export function stageOfOne(name: string, failure: string | undefined, startedAt: number): StageResult {
  const seconds = (performance.now() - startedAt) / 1000
  if (failure === undefined) return { name, passed: 1, failed: 0, seconds, failures: [] }
  return { name, passed: 0, failed: 1, seconds, failures: [failure] }
}

/** When a stage's output is shown: as it comes, or as a whole at its end, so that stages at the same time do not mix. */
export type ShowOutput = 'at-once' | 'at-the-end'

/** Runs vitest projects one after the other. */
export async function vitestStages(names: readonly string[], show: ShowOutput): Promise<StageResult[]> {
  const results: StageResult[] = []
  for (const name of names) results.push(await vitestStage(name, show))
  return results
}

/** Runs one vitest project and counts its tests. A stage that ran no test, or gave no report, counts as one failure. */
async function vitestStage(name: string, show: ShowOutput): Promise<StageResult> {
  const heading = `\n# ${name}\n`
  if (show === 'at-once') process.stdout.write(heading)
  const startedAt = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'lamina-test-'))
  const file = join(folder, 'report.json')
  try {
    const args = [
      'run',
      '--project',
      name,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ]
    const log = join(folder, 'output')
    const output = show === 'at-once' ? undefined : openSync(log, 'w')
    const run = spawn(`${repository}/node_modules/.bin/vitest`, args, {
      cwd: repository,
      stdio: ['ignore', output ?? 'inherit', output ?? 'inherit'],
    })
    const [status] = (await once(run, 'close')) as [number | null]
    if (output !== undefined) {
      closeSync(output)
      process.stdout.write(heading + readFileSync(log, 'utf8'))
    }
    const seconds = (performance.now() - startedAt) / 1000
    if (!existsSync(file)) return stageOfOne(name, `${name} gave no report`, startedAt)
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report
    return { name, seconds, ...counts(report, status === 0), failures: failuresOf(report) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function counts(report: Report, exitedWell: boolean): { readonly passed: number; readonly failed: number } {
  const passed = report.numPassedTests
  const notPassed = report.numTotalTests - passed
  const failed = notPassed + report.testResults.filter(isBroken).length
  const isSound = exitedWell && report.success && passed > 0
  return { passed, failed: failed === 0 && !isSound ? 1 : failed }
}

/** A file that could not be loaded has no tests of its own to count. */
function isBroken({ status, assertionResults }: FileReport): boolean {
  return status === 'failed' && assertionResults.length === 0
}

function failuresOf({ testResults }: Report): string[] {
  return testResults.flatMap((file) => {
    const where = relative(repository, file.name)
    const tests = file.assertionResults.filter(({ status }) => status !== 'passed')
    return [
      ...(isBroken(file) ? [`${where}\n${reason([file.message])}`] : []),
      ...tests.map(
        ({ fullName, status, failureMessages }) =>
          `${where}, ${fullName} (${status})\n${reason(failureMessages)}`,
      ),
    ]
  })
}

/** Without the frames of packages. */
function reason(messages: readonly string[]): string {
  const shortened = messages.map((message) => {
    const lines = message.split('\n').filter((line) => !/^\s+at .*(node_modules|node:)/.test(line))
    return lines.slice(0, longestReason).join('\n')
  })
  return shortened.join('\n').replace(/^/gm, '  ')
}
