import { type z } from 'zod'
import { failed } from '../../core/failure'
import { type EngineHttp, type EngineRequest } from '../http'

/** Versions of the Engine API that Lamina speaks; the highest both sides know is used. */
export const oldestApi = '1.40'
export const newestApi = '1.47'

/** Milliseconds for `/_ping`: a stopped daemon still accepts connections. */
const pingTimeout = 5_000
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

/** Asks the engine for its version and settles on one that both sides know. */
export async function negotiateApi(http: EngineHttp, signal: AbortSignal): Promise<DockerApi> {
  const { headers } = await http.send({ path: '/_ping', timeout: pingTimeout }, signal)
  const offered = headers['api-version']
  if (typeof offered !== 'string' || !/^\d+\.\d+$/.test(offered)) {
    throw failed(
      'engine-answer-invalid',
      'What answers at the socket does not name an Engine API version, so it is not a Docker or Podman engine.',
    )
  }
  if (compareVersions(offered, oldestApi) < 0) {
    throw failed(
      'engine-unsupported',
      `The engine speaks API versions up to ${offered}; Lamina speaks ${oldestApi} to ${newestApi}.`,
      'Update the engine to Docker 19.03 or newer.',
    )
  }
  const version = compareVersions(offered, newestApi) < 0 ? offered : newestApi
  const path = (tail: string) => `/v${version}${tail}`
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

/** Whether the negotiated version has what that one brought. */
export function apiIsAtLeast({ version }: Pick<DockerApi, 'version'>, wanted: string): boolean {
  return compareVersions(version, wanted) >= 0
}

function compareVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number)
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number)
  return aMajor - bMajor || aMinor - bMinor
}
