import { createInterface } from 'node:readline'
import { z } from 'zod'
import { operations } from '../contract/contract'
import { whyBroken } from '../core/base/broken-stream'
import type { Result } from '../core/base/failure'
import { createLamina, type Lamina } from '../operations/application'
import type { OwnLog } from '../storage/logs/own-log'
import { Answers } from './answers'
import { interruptible } from './interruption'
import { noticeWords } from './notice-words'
import { Terminal } from './terminal'
import { answerAtTerminal } from './terminal-prompts'

export interface Streams {
  readonly stdin: NodeJS.ReadableStream
  readonly stdout: NodeJS.WritableStream
  readonly stderr: NodeJS.WritableStream
  readonly env: NodeJS.ProcessEnv
  readonly dataDir: string
  readonly log?: OwnLog
  /** Whether a person sits at `stdin` and `stderr`, who can be asked. */
  readonly isTerminal: boolean
}

const usage = `lamina call <operation> [json]   do one operation and print its answer as JSON
lamina operations                list the operations with their schemas
lamina batch                     answer {"operation":…,"input":…} lines from standard input, a line each
`

/**
 * Runs `lamina` with its arguments and gives the exit status: 0 for a value, 1 for a failure and where the answer cannot be
 * written, 2 for wrong usage.
 */
export async function runCommandLine(args: readonly string[], streams: Streams): Promise<number> {
  const [command, ...rest] = args
  const answers = new Answers(streams.stdout, streams.stderr)
  if (command === 'operations' && rest.length === 0) return await printOperations(answers)
  if (command === 'call' && (rest.length === 1 || rest.length === 2)) {
    return await withLamina(streams, (lamina, signal) =>
      callOnce(lamina, rest[0] ?? '', rest[1] ?? '{}', answers, signal),
    )
  }
  if (command === 'batch' && rest.length === 0)
    return await withLamina(streams, async (lamina, signal, lines) => {
      try {
        return await batch(lamina, lines(), answers, signal)
      } catch (error) {
        if (!(error instanceof UnreadableInput)) throw error
        streams.stderr.write(`lamina: ${error.message}\n`)
        return 1
      }
    })
  streams.stderr.write(usage)
  return 2
}

async function withLamina(
  streams: Streams,
  work: (lamina: Lamina, signal: AbortSignal, lines: () => AsyncIterable<string>) => Promise<number>,
): Promise<number> {
  const { dataDir, env, isTerminal, log } = streams
  const lamina = createLamina({
    ...{ dataDir, env, interactive: isTerminal, opensOnDemand: true },
    ...(log === undefined ? {} : { log }),
  })
  const stopNotices = lamina.on(({ name, payload }) => {
    if (name === 'storage.noticed') streams.stderr.write(`lamina: ${noticeWords(payload)}\n`)
  })
  let opened: Terminal | undefined
  // Whoever writes the lines may never end them: with nobody to answer they must not keep the process.
  const ended = new AbortController()
  const terminal = () => (opened ??= new Terminal(streams.stdin, streams.stderr))
  const stopAnswering = isTerminal ? answerAtTerminal(lamina, terminal) : () => undefined
  try {
    return await interruptible((signal) => {
      signal.addEventListener('abort', () => opened?.close(), { once: true })
      return work(lamina, signal, () =>
        isTerminal
          ? terminal().lines()
          : createInterface({
              input: streams.stdin,
              crlfDelay: Infinity,
              signal: AbortSignal.any([signal, ended.signal]),
            }),
      )
    })
  } finally {
    ended.abort()
    stopNotices()
    stopAnswering()
    await lamina.close()
    opened?.close()
  }
}

async function callOnce(
  lamina: Lamina,
  operation: string,
  json: string,
  answers: Answers,
  signal: AbortSignal,
): Promise<number> {
  const input = parseJson(json)
  const result = input.ok ? await lamina.call(operation, input.value, { signal }) : input
  const isWritten = await answers.writeJson(result)
  return result.ok && isWritten ? 0 : 1
}

class UnreadableInput extends Error {}

async function* readable(lines: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* lines
  } catch (error) {
    throw new UnreadableInput(`standard input cannot be read: ${whyBroken(error)}`)
  }
}

/**
 * Answers in the order of the lines, whatever the operations take, in one process that keeps its connections. Ends when nobody
 * reads the answers any more, and with the answer under way when it is interrupted.
 */
async function batch(
  lamina: Lamina,
  lines: AsyncIterable<string>,
  answers: Answers,
  signal: AbortSignal,
): Promise<number> {
  let failures = 0
  for await (const line of readable(lines)) {
    if (line.trim() === '') continue
    const began = performance.now()
    const result = await answerLine(lamina, line, signal)
    if (!result.ok) failures += 1
    const ms = Math.round((performance.now() - began) * 1000) / 1000
    if (!(await answers.writeJson({ ...result, ms }))) return 1
    if (signal.aborted) return 1
  }
  return failures === 0 && !signal.aborted ? 0 : 1
}

const batchLine = z.strictObject({ operation: z.string(), input: z.unknown() })

async function answerLine(lamina: Lamina, line: string, signal: AbortSignal): Promise<Result<unknown>> {
  const json = parseJson(line)
  if (!json.ok) return json
  const parsed = batchLine.safeParse(json.value)
  if (!parsed.success) {
    const message = 'Each line is {"operation": "…", "input": {…}}.'
    return { ok: false, failure: { kind: 'invalid-input', message } }
  }
  return await lamina.call(parsed.data.operation, parsed.data.input ?? {}, { signal })
}

async function printOperations(answers: Answers): Promise<number> {
  const list = Object.entries(operations).map(([name, { summary, input, output }]) => ({
    name,
    summary,
    input: z.toJSONSchema(input),
    output: z.toJSONSchema(output),
  }))
  return (await answers.write(`${JSON.stringify(list, null, 2)}\n`)) ? 0 : 1
}

function parseJson(text: string): Result<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) as unknown }
  } catch (error) {
    const message = `The input is not JSON: ${error instanceof Error ? error.message : String(error)}`
    return { ok: false, failure: { kind: 'invalid-input', message } }
  }
}
