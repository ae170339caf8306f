import { type z } from 'zod'
import { failed } from '../../core/failure'
import { type EngineHttp, type EngineRequest } from '../http'

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
  readonly http: EngineHttp
  /** The path with the version's prefix. */
  path(path: string): string
}

/** The API over a connection, with `/v1.41` or what an engine has instead in front of every path. */
export function dockerApi(http: EngineHttp, version: string, prefix = `/v${version}`): DockerApi {
  const path = (tail: string) => `${prefix}${tail}`
  return {
    version,
    http,
    path,
    async json(schema, { unlimited, ...request }, signal) {
      const timed = unlimited === true ? {} : { timeout: answerTimeout }
      const { body } = await http.send({ ...timed, ...request, path: path(request.path) }, signal)
      const raw = parseJson(body)
      return { value: parseAnswer(schema, raw, request.path), raw }
    },
  }
}

function parseJson(body: Buffer): unknown {
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
