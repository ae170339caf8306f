import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { repository } from '../running/launch-arguments'

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

/** Runs a command of node_modules/.bin that passes or fails as a whole; it counts as one test. */
export async function checkStage(
  name: string,
  command: string,
  args: readonly string[],
): Promise<StageResult> {
  const startedAt = performance.now()
  const hasPassed = await run(name, command, args)
  return stageOfOne(name, hasPassed ? undefined : `${name} does not pass`, startedAt)
}

/** A stage that passes or fails as a whole; `startedAt` by `performance.now()`. */
export function stageOfOne(name: string, failure: string | undefined, startedAt: number): StageResult {
  const seconds = (performance.now() - startedAt) / 1000
  if (failure === undefined) return { name, passed: 1, failed: 0, seconds, failures: [] }
  return { name, passed: 0, failed: 1, seconds, failures: [failure] }
}

/**
 * Runs one vitest project and counts its tests. `options` are further ones of vitest. A stage that ran no test, or gave
 * no report, counts as one failure.
 */
export async function vitestStage(name: string, options: readonly string[]): Promise<StageResult> {
  const startedAt = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'lamina-test-'))
  const file = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const hasPassed = await run(name, 'vitest', ['run', '--project', name, ...reporters, ...options])
    if (!existsSync(file)) return stageOfOne(name, `${name} gave no report`, startedAt)
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report
    const seconds = (performance.now() - startedAt) / 1000
    return { name, seconds, ...counts(report, hasPassed), failures: failuresOf(report) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Shows the output as a whole when the command has ended, so that those of stages at the same time do not mix. */
async function run(name: string, command: string, args: readonly string[]): Promise<boolean> {
  process.stdout.write(`… ${name}\n`)
  const folder = mkdtempSync(join(tmpdir(), 'lamina-output-'))
  try {
    const log = join(folder, 'log')
    const output = openSync(log, 'w')
    const child = spawn(join(repository, 'node_modules', '.bin', command), args, {
      cwd: repository,
      stdio: ['ignore', output, output],
    })
    const [status] = (await once(child, 'close')) as [number | null]
    closeSync(output)
    process.stdout.write(`\n# ${name}\n${readFileSync(log, 'utf8')}`)
    return status === 0
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
