import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { failed, isFailure, type FailureError } from '../../core/base/failure'
import { unbelievable } from '../connection-failure'
import { type EngineHttp, type EngineRequest } from '../http/http'
import { jsonArray } from '../http/json-array'
import { whyTooMuch } from '../http/json-limits'
import { shownPath } from '../waiting-requests'

/** Milliseconds for everything that is quick on a healthy engine. */
const answerTimeout = 15_000
/** Milliseconds for what an engine works on before it answers, such as the changes of a container of many files. */
export const longestWork = 30 * 60_000
/**
 * Bytes of a document, which is parsed at once. The configuration of an image has at most 4 MiB wherever images are pulled (containers/image,
 * iolimits), and parsing twice as much takes a tenth of a second.
 */
const largestDocument = 8 * 1024 * 1024
/** Bytes of a list that is parsed at once, in about a millisecond. */
const shortList = 128 * 1024

/** The Docker Engine API in one negotiated version. */
export interface DockerApi {
  readonly version: string
  /**
   * Sends a request and parses its JSON answer, a document.
   * @throws FailureError `too-large`
   */
  json<Schema extends z.ZodType>(
    schema: Schema,
    request: EngineRequest & { unlimited?: boolean },
    signal: AbortSignal,
  ): Promise<{ value: z.infer<Schema>; raw: unknown }>
  /**
   * Sends a request and parses its JSON answer, a list (`null` has no elements), some elements at a time, so that a long one holds nothing up.
   * Of each part only what `made` makes of it stays.
   */
  list<Schema extends z.ZodType, Value>(
    element: Schema,
    made: (some: readonly z.infer<Schema>[]) => readonly Value[],
    request: EngineRequest,
    signal: AbortSignal,
  ): Promise<Value[]>
  readonly http: EngineHttp
  /** Milliseconds in which an answer begins that the engine need not work for. */
  readonly answersWithin: number
  /** The path with the version's prefix. */
  path(path: string): string
}

/** What an engine has instead of Docker's. */
interface ApiHabits {
  /** In front of every path. */
  readonly prefix?: string
  /** Milliseconds for an answer that is not unlimited. */
  readonly answersWithin?: number
}

/** The API over a connection. */
export function dockerApi(
  http: EngineHttp,
  version: string,
  { prefix = `/v${version}`, answersWithin = answerTimeout }: ApiHabits = {},
): DockerApi {
  const path = (tail: string) => `${prefix}${tail}`
  /** What cannot be read makes all that comes over its connection doubtful. */
  const believed = async <Value>(read: () => Promise<Value>) => {
    try {
      return await read()
    } catch (error) {
      if (isFailure(error, 'engine-answer-invalid')) http.distrust()
      throw error
    }
  }
  return {
    version,
    http,
    answersWithin,
    path,
    async json(schema, { unlimited, ...request }, signal) {
      const timed = unlimited === true ? {} : { timeout: answersWithin }
      const { body } = await http.send({ ...timed, ...request, path: path(request.path) }, signal)
      if (body.length > largestDocument) throw tooLarge(shownPath(request.path), body.length)
      const othersFirst = () => (body.length > shortList ? nextTurn() : undefined)
      return await believed(async () => {
        const raw = parseJson(body)
        await othersFirst()
        const value = parseAnswer(schema, raw, shownPath(request.path))
        await othersFirst()
        return { value, raw }
      })
    },
    async list(element, made, request, signal) {
      const timed = { timeout: answersWithin, ...request, path: path(request.path) }
      const { body } = await http.send(timed, signal)
      const some = z.array(element).nullable()
      const valuesOf = (raw: unknown) => made(parseAnswer(some, raw, shownPath(request.path)) ?? [])
      return await believed(async () => {
        if (body.length <= shortList) return [...valuesOf(parseJson(body))]
        const values = []
        for await (const some of jsonArray([body], { longestElement: largestDocument })) {
          if (signal.aborted) throw failed('cancelled', 'The request to the engine was cancelled.')
          values.push(...valuesOf(some))
          await nextTurn()
        }
        return values
      })
    },
  }
}

/** What an engine said, to be read by a person; in lines, unless it is so long that nobody reads it. */
export function shownJson(raw: unknown): string {
  const text = JSON.stringify(raw)
  return text.length > longestInLines ? text : JSON.stringify(raw, null, 2)
}

/** Characters; the lines of one that is nested are many times as long. */
const longestInLines = 256 * 1024

function parseJson(body: Buffer): unknown {
  const why = whyTooMuch(body)
  if (why !== undefined) throw unbelievable(`The engine's answer cannot be read: ${why}.`)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw unbelievable('The engine answered with something that is not JSON.')
  }
}

function tooLarge(path: string, bytes: number): FailureError {
  const megabytes = Math.ceil(bytes / 1024 / 1024)
  return failed(
    'too-large',
    `The engine's answer to ${path} has ${String(megabytes)} MB, and no more than ${String(largestDocument / 1024 / 1024)} MB are read.`,
    'Look at its labels and its configuration with the command line of the engine.',
  )
}

/** Believes an answer only in the shape that is asked of it. */
export function parseAnswer<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  what: string,
): z.infer<Schema> {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw unbelievable(
    `The engine's answer to ${what} is not as its API describes: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  )
}
