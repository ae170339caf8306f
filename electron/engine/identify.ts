import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { failed, isFailure, type FailureError } from '../core/failure'
import { isApiVersion, type ApiRange } from './api-version'
import { pingPath, statusFailure, type EngineAnswer, type EngineHttp } from './http'

/** What answers at a socket. */
export interface IdentifiedEngine {
  readonly api: ApiRange
  /** The version of Podman's own API, where the engine is Podman. */
  readonly libpod?: string
}

/** Milliseconds for `/_ping` and `/version`: a stopped daemon still accepts connections. */
const answersWithin = 5_000

// Engine API, SystemVersion.
const version = z.object({
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
 * Asks what listens at a socket which engine it is and which versions of the API it speaks.
 * @throws FailureError `engine-answer-invalid` for what is no engine
 */
export async function identifyEngine(
  http: EngineHttp,
  socketPath: string,
  signal: AbortSignal,
): Promise<IdentifiedEngine> {
  const ping = await answerOf(http, pingPath, socketPath, signal)
  const newest = ping.headers['api-version']
  if (!isApiVersion(newest))
    throw noEngine(
      socketPath,
      `it answers /_ping with status ${String(ping.status)} and names no version of the Engine API.`,
    )
  if (ping.status !== 200) throw statusFailure(ping.status, ping.body)
  return identified(newest, ping.headers, versionIn(await answerOf(http, '/version', socketPath, signal)))
}

/** Nothing where a proxy in front of the engine lets `/version` not through. */
function versionIn({ status, body }: EngineAnswer): Version {
  if (status !== 200) return {}
  try {
    return version.parse(JSON.parse(body.toString('utf8')))
  } catch {
    throw failed('engine-answer-invalid', "The engine's answer to /version is not as its API describes.")
  }
}

function identified(newest: string, headers: IncomingHttpHeaders, told: Version): IdentifiedEngine {
  const podman = (told.Components ?? []).find(({ Name }) => Name === 'Podman Engine')
  const libpod = [headers['libpod-api-version'], podman?.Details?.['APIVersion'], podman?.Version].find(
    isLibpodVersion,
  )
  const oldest = isApiVersion(told.MinAPIVersion) ? { oldest: told.MinAPIVersion } : {}
  return { api: { ...oldest, newest }, ...(libpod === undefined ? {} : { libpod }) }
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

function noEngine(socketPath: string, because: string): FailureError {
  return failed(
    'engine-answer-invalid',
    `What listens at ${socketPath} is not a Docker or Podman engine: ${because}`,
    'Name the socket of a Docker or Podman engine.',
  )
}
