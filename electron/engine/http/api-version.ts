import { failed, type FailureError } from '../../core/base/failure'

/** The first and the last version of the Engine API that somebody speaks; some engines tell no first one. */
export interface ApiRange {
  readonly oldest?: string
  readonly newest: string
}

/**
 * What Lamina speaks: from Docker 19.03 and Podman 3 to Docker 29.0. What has gone from answers in between (moby, docs/api/version-history.md:
 * `VirtualSize` with 1.44, `ContainerConfig` with 1.45, `GraphDriver` and empty fields with 1.52) is read as absent.
 */
export const spokenApi = { oldest: '1.40', newest: '1.52' } as const

/**
 * The newest version that both sides speak.
 * @throws FailureError `engine-unsupported` naming both ranges
 */
export function agreedVersion(engine: ApiRange): string {
  if (compareVersions(engine.newest, spokenApi.oldest) < 0) throw outOfRange(engine, tooOld)
  if (engine.oldest !== undefined && compareVersions(engine.oldest, spokenApi.newest) > 0)
    throw outOfRange(engine, tooNew)
  return compareVersions(engine.newest, spokenApi.newest) < 0 ? engine.newest : spokenApi.newest
}

const tooOld = 'Update the engine: Docker 19.03 and Podman 3.0 are the oldest that Lamina works with.'
// docs.docker.com, dockerd: `min-api-version` in daemon.json, DOCKER_MIN_API_VERSION in its environment.
const tooNew = `Update Lamina, or let the engine speak ${spokenApi.newest} too ("min-api-version" in its daemon.json).`

function outOfRange(engine: ApiRange, remedy: string): FailureError {
  const theirs =
    engine.oldest === undefined ? `up to ${engine.newest}` : `${engine.oldest} to ${engine.newest}`
  return failed(
    'engine-unsupported',
    `The engine speaks API versions ${theirs}; Lamina speaks ${spokenApi.oldest} to ${spokenApi.newest}.`,
    remedy,
  )
}

/** Whether a text is a version such as `1.41`. */
export function isApiVersion(text: unknown): text is string {
  return typeof text === 'string' && /^\d{1,4}\.\d{1,4}$/.test(text)
}

/** Whether a version has what another one brought. */
export function isAtLeast(version: string, wanted: string): boolean {
  return compareVersions(version, wanted) >= 0
}

function compareVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number)
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number)
  return aMajor - bMajor || aMinor - bMinor
}
