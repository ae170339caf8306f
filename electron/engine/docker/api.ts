import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { failed } from '../../core/failure'
import { type EngineHttp, type EngineRequest } from '../http'
import { jsonArray } from '../json-array'
import { whyTooMuch } from '../json-limits'

/** Milliseconds for everything that is quick on a healthy engine. */
const answerTimeout = 15_000

/** The Docker Engine API in one negotiated version. */
export interface DockerApi {
  readonly version: string
  /** Sends a request and parses its JSON answer. */
  json<Schema extends z.ZodType>(
    schema: Schema,
    request: EngineRequest & { unlimited?: boolean },
    signal: AbortSignal,
  ): Promise<{ value: z.infer<Schema>; raw: unknown }>
  /** Sends a request whose answer is a list, which is parsed in parts; null is an empty one. */
  list<Schema extends z.ZodType>(
    element: Schema,
    request: EngineRequest,
    signal: AbortSignal,
  ): Promise<z.infer<Schema>[]>
  readonly http: EngineHttp
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
  return {
    version,
    http,
    path,
    async json(schema, { unlimited, ...request }, signal) {
      const timed = unlimited === true ? {} : { timeout: answersWithin }
      const { body } = await http.send({ ...timed, ...request, path: path(request.path) }, signal)
      const raw = parseJson(body)
      return { value: parseAnswer(schema, raw, request.path), raw }
    },
    async list(element, request, signal) {
      const { body } = await http.send(
        { timeout: answersWithin, ...request, path: path(request.path) },
        signal,
      )
      const schema = z.array(element)
      const all: z.infer<typeof schema> = []
      for await (const piece of jsonArray(inTurns(body)))
        for (const one of parseAnswer(schema, piece, request.path)) all.push(one)
      return all
    },
  }
}

/** Bytes that are parsed in one turn of the event loop. */
const atOnce = 256 * 1024

async function* inTurns(body: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += atOnce) {
    if (at > 0) await nextTurn()
    yield body.subarray(at, at + atOnce)
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
  if (why !== undefined)
    throw failed(
      'engine-answer-invalid',
      `The engine's answer cannot be read: ${why}.`,
      'Check that the socket belongs to a container engine and not to another program.',
    )
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw failed(
      'engine-answer-invalid',
      'The engine answered with something that is not JSON.',
      'Check that the socket belongs to a container engine and not to another program.',
    )
  }
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
  throw failed(
    'engine-answer-invalid',
    `The engine's answer to ${what} is not as its API describes: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  )
}
