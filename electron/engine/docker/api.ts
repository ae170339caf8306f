import { type z } from 'zod'
import { unbelievable } from '../connection-failure'
import { type EngineHttp, type EngineRequest } from '../http'
import { shownPath } from '../waiting-requests'

/** Milliseconds for everything that is quick on a healthy engine. */
const answerTimeout = 15_000
/** Milliseconds for what an engine works on before it answers, such as the changes of a container of many files. */
export const longestWork = 30 * 60_000

/** The Docker Engine API in one negotiated version. */
export interface DockerApi {
  readonly version: string
  /** Sends a request and parses its JSON answer. */
  json<Schema extends z.ZodType>(
    schema: Schema,
    request: EngineRequest & { unlimited?: boolean },
    signal: AbortSignal,
  ): Promise<{ value: z.infer<Schema>; raw: unknown }>
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
  return {
    version,
    http,
    answersWithin,
    path,
    async json(schema, { unlimited, ...request }, signal) {
      const timed = unlimited === true ? {} : { timeout: answersWithin }
      const { body } = await http.send({ ...timed, ...request, path: path(request.path) }, signal)
      try {
        const raw = parseJson(body)
        return { value: parseAnswer(schema, raw, shownPath(request.path)), raw }
      } catch (error) {
        http.distrust()
        throw error
      }
    },
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw unbelievable('The engine answered with something that is not JSON.')
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
  throw unbelievable(
    `The engine's answer to ${what} is not as its API describes: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  )
}
