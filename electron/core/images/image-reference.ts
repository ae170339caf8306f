/** A parsed image reference in the engine's familiar form, such as `nginx`, `web:1.0` or `host:5000/team/app:2`. */
export interface ImageReference {
  /** Host with port; absent for the engine's default registry. */
  readonly domain?: string
  readonly path: string
  readonly tag?: string
  readonly digest?: string
}

/** Why a text is not a reference; the interface has a sentence for each. */
export type ReferenceProblem =
  | 'empty'
  | 'not-ascii'
  | 'uppercase'
  | 'looks-like-id'
  | 'bad-domain'
  | 'bad-name'
  | 'name-too-long'
  | 'bad-tag'
  | 'bad-digest'
  | 'digest-not-taggable'

export type ParsedReference =
  | { readonly ok: true; readonly reference: ImageReference }
  | { readonly ok: false; readonly problem: ReferenceProblem }

// The grammar of github.com/distribution/reference, reference.go and regexp.go.
const domainComponent = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const domain = new RegExp(
  `^(?:${domainComponent}(?:\\.${domainComponent})*|\\[(?:[a-fA-F0-9:]+)\\])(?::[0-9]+)?$`,
)
/** The default registry by its names (normalize.go). */
const defaultDomains: readonly (string | undefined)[] = [undefined, 'docker.io', 'index.docker.io']
const pathComponent = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const path = new RegExp(`^${pathComponent}(?:/${pathComponent})*$`)
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/
const imageId = /^[a-f0-9]{64}$/

/** Hexadecimal digits of the digest algorithms the grammar's users register; others are refused. */
const digestLengths = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
])

/** The longest repository name in characters. */
const longestName = 255

/**
 * Parses what a person may write after `docker tag IMAGE` or as an image to look up (normalize.go, ParseNormalizedNamed). What one engine at
 * least takes is taken: older ones know no hosts of IPv6 or in capitals, and count the host among the 255 characters of a name.
 */
export function parseImageReference(text: string): ParsedReference {
  if (text === '') return problem('empty')
  if (!/^\p{ASCII}*$/u.test(text)) return problem('not-ascii')
  const [named, digest] = splitOnce(text, '@')
  if (digest !== undefined && !isDigest(digest)) return problem('bad-digest')
  const { host, rest } = splitHost(named)
  const [name, tag] = splitOnce(rest, ':')
  if (name === '') return problem('bad-name')
  const parts = familiar(domainAndPath(host, name))
  if (parts.domain !== undefined && !domain.test(parts.domain)) return problem('bad-domain')
  if (!path.test(parts.path)) return problem(path.test(parts.path.toLowerCase()) ? 'uppercase' : 'bad-name')
  if (looksLikeId(parts)) return problem('looks-like-id')
  if (tag !== undefined && !tagPattern.test(tag)) return problem('bad-tag')
  if (longestPath(parts) > longestName) return problem('name-too-long')
  return {
    ok: true,
    reference: {
      ...parts,
      ...(tag === undefined ? {} : { tag }),
      ...(digest === undefined ? {} : { digest }),
    },
  }
}

type Parts = Pick<ImageReference, 'domain' | 'path'>

/** A first part that is taken for a host and is none belongs to the path, where it can: the whole is matched as one (reference.go, Parse). */
function domainAndPath(host: string | undefined, name: string): Parts {
  if (host === undefined) return { path: name }
  const whole = `${host}/${name}`
  return !domain.test(host) && path.test(whole) ? { path: whole } : { domain: host, path: name }
}

/** The default registry and its `library/` are left out (normalize.go, familiarizeName), unless what is left would be read as something else. */
function familiar(parts: Parts): Parts {
  if (!defaultDomains.includes(parts.domain)) return parts
  const name = /^library\/[^/]+$/.test(parts.path) ? parts.path.slice('library/'.length) : parts.path
  return splitHost(name).host === undefined && !imageId.test(name) ? { path: name } : parts
}

/** Engines refuse such names of the default registry (moby, reference/store.go; normalize.go, ParseNormalizedNamed). */
function looksLikeId({ domain: host, path: name }: Parts): boolean {
  if (host === undefined && imageId.test(name)) return true
  return defaultDomains.includes(host) && name === 'sha256'
}

/** What every engine counts of a name: the path, with `library/` where the default registry has it there. */
function longestPath({ domain: host, path: name }: Parts): number {
  return defaultDomains.includes(host) && !name.includes('/') ? `library/${name}`.length : name.length
}

/** Like `parseImageReference`, for a name that is to be given to an image: no digest is allowed there. */
export function parseTaggableReference(text: string): ParsedReference {
  const parsed = parseImageReference(text)
  return parsed.ok && parsed.reference.digest !== undefined ? problem('digest-not-taggable') : parsed
}

/** The repository part, as the engine's tag call wants it. */
export function repositoryOf(reference: ImageReference): string {
  return reference.domain === undefined ? reference.path : `${reference.domain}/${reference.path}`
}

/** The reference written out, with the tag `latest` where none was given. */
export function taggedText(reference: ImageReference): string {
  return `${repositoryOf(reference)}:${reference.tag ?? 'latest'}`
}

/**
 * A name for the next snapshot of a container: its name, the day, and the first number that is free,
 * such as `web-1:2026-11-23-1`.
 */
export function suggestReference(containerName: string, day: string, taken: ReadonlySet<string>): string {
  const cleaned = containerName
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/([._-])[._-]+/g, '$1')
    .replace(/^[._-]+|[._-]+$/g, '')
  const repository =
    cleaned === '' || imageId.test(cleaned) ? 'snapshot' : cleaned.slice(0, 128).replace(/[._-]+$/, '')
  for (let number = 1; ; number += 1) {
    const reference = `${repository}:${day}-${String(number)}`
    if (!taken.has(reference)) return reference
  }
}

/**
 * A name, with or without tag and digest, as it is normalised: with its host, also where that is the usual one, and `library/` where it
 * has one part (normalize.go).
 */
export function wholeName(text: string): string {
  const { host, rest } = splitHost(text)
  return fullName(host, rest)
}

function problem(kind: ReferenceProblem): ParsedReference {
  return { ok: false, problem: kind }
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

/** normalize.go, splitDockerDomain: the first part is a host if it has a dot, a colon or capitals, or is `localhost`. */
function splitHost(text: string): { host: string | undefined; rest: string } {
  const slash = text.indexOf('/')
  if (slash === -1) return { host: undefined, rest: text }
  const first = text.slice(0, slash)
  const isHost = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first
  return isHost ? { host: first, rest: text.slice(slash + 1) } : { host: undefined, rest: text }
}

function fullName(host: string | undefined, name: string): string {
  if (host !== undefined) return `${host}/${name}`
  return name.includes('/') ? `docker.io/${name}` : `docker.io/library/${name}`
}

function isDigest(text: string): boolean {
  if (!digestPattern.test(text)) return false
  const [algorithm, hex] = splitOnce(text, ':')
  return digestLengths.get(algorithm) === hex?.length && hex === hex?.toLowerCase()
}
