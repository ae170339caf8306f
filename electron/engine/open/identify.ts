import { z } from 'zod'
import { failed, isFailure, type FailureError } from '../../core/base/failure'
import { isApiVersion, spokenApi, type ApiRange } from '../http/api-version'
import { unbelievable } from '../connection-failure'
import { pingPath, versionPath, type EngineAnswer, type EngineHttp } from '../http/http'
import { refusal } from '../http/refusal'

/** What answers at a socket. */
export interface IdentifiedEngine {
  readonly api: ApiRange
  /** The version of Podman's own API, where the engine is Podman. */
  readonly libpod?: string
  /** The engine's own version; absent where nothing tells it. */
  readonly version?: string
}

/** Milliseconds for `/_ping` and `/version`: a stopped daemon still accepts connections. */
const answersWithin = 5_000

// Engine API, SystemVersion.
const version = z.object({
  Version: z.string().nullish(),
  ApiVersion: z.string().nullish(),
  MinAPIVersion: z.string().nullish(),
  Components: z
    .array(
      z.object({
        Name: z.string(),
        Version: z.string().nullish(),
        Details: z.record(z.string(), z.unknown()).nullish(),
      }),
    )
    .nullish(),
})

type Version = z.infer<typeof version>

/**
 * Asks what listens at a socket which engine it is and which versions of the API it speaks. Something in between may forbid either
 * question; what one answer does not tell, the other one or its headers do.
 * @throws FailureError `engine-answer-invalid` for what is no engine, `permission-denied` where both questions are forbidden
 */
export async function identifyEngine(
  http: EngineHttp,
  socketPath: string,
  signal: AbortSignal,
): Promise<IdentifiedEngine> {
  const ping = await answerOf(http, pingPath, socketPath, signal)
  if (isEngines(ping) && ping.status !== 200 && !isForbidden(ping))
    throw refusal({ method: 'GET', path: pingPath }, { ...ping, isEngines: true })
  const told = await answerOf(http, versionPath, socketPath, signal)
  if (isForbidden(ping) && isForbidden(told)) throw bothForbidden(ping)
  return identified(http, socketPath, ping, told)
}

function isEngines({ headers }: EngineAnswer): boolean {
  return isApiVersion(headers['api-version'])
}

/** moby, api/server/router/system: what an engine says to a ping, which proxies may strip of its headers. */
function isPong({ status, body }: EngineAnswer): boolean {
  return status === 200 && body.toString('latin1').trim() === 'OK'
}

function isForbidden({ status }: EngineAnswer): boolean {
  return status === 401 || status === 403
}

function bothForbidden({ status, body }: EngineAnswer): FailureError {
  const { kind, message, remedy } = refusal(
    { method: 'GET', path: pingPath },
    { status, body, isEngines: false },
  ).failure
  return failed(kind, `${message} GET /version, which tells as much of an engine, was refused too.`, remedy)
}

/** Nothing where a proxy in front of the engine lets `/version` not through. */
function versionIn({ status, body }: EngineAnswer, isEngine: boolean): Version {
  if (status !== 200) return {}
  try {
    return version.parse(JSON.parse(body.toString('utf8')))
  } catch {
    // Of what is no engine, that is said.
    if (!isEngine) return {}
    throw unbelievable("The engine's answer to /version is not as its API describes.")
  }
}

function identified(
  http: EngineHttp,
  socketPath: string,
  ping: EngineAnswer,
  answer: EngineAnswer,
): IdentifiedEngine {
  const told = versionIn(answer, isEngines(ping) || isPong(ping))
  const newest = [ping.headers['api-version'], told.ApiVersion, answer.headers['api-version']].find(
    isApiVersion,
  )
  // By its pong alone it is an engine, which a proxy keeps from saying more; the oldest version is the safest then.
  if (newest === undefined && !isPong(ping)) throw noVersion(socketPath, ping)
  const podman = (told.Components ?? []).find(({ Name }) => Name === 'Podman Engine')
  const libpod = [
    ping.headers['libpod-api-version'],
    answer.headers['libpod-api-version'],
    podman?.Details?.['APIVersion'],
    podman?.Version,
  ].find(isLibpodVersion)
  const oldest = isApiVersion(told.MinAPIVersion) ? { oldest: told.MinAPIVersion } : {}
  const own = told.Version ?? /^[A-Za-z]+\/([\w.+~-]{1,60})/.exec(http.server ?? '')?.[1]
  return {
    api: { ...oldest, newest: newest ?? spokenApi.oldest },
    ...(libpod === undefined ? {} : { libpod }),
    ...(own === undefined ? {} : { version: own }),
  }
}

/** Becomes part of paths. */
function isLibpodVersion(text: unknown): text is string {
  return typeof text === 'string' && /^\d{1,4}\.\d{1,4}\.\d{1,4}(?:-[a-z0-9.]{1,40})?$/.test(text)
}

async function answerOf(
  http: EngineHttp,
  path: string,
  socketPath: string,
  signal: AbortSignal,
): Promise<EngineAnswer> {
  try {
    return await http.ask({ path, timeout: answersWithin }, signal)
  } catch (error) {
    if (isFailure(error, 'engine-answer-invalid')) throw noEngine(socketPath, error.failure.message)
    throw error
  }
}

function noVersion(socketPath: string, { status }: EngineAnswer): FailureError {
  return noEngine(
    socketPath,
    `it answers /_ping with status ${String(status)} and names no version of the Engine API.`,
  )
}

function noEngine(socketPath: string, because: string): FailureError {
  return failed(
    'engine-answer-invalid',
    `What listens at ${socketPath} is not a Docker or Podman engine: ${because}`,
    'Name the socket of a Docker or Podman engine.',
  )
}
