import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { nameOf, parentOf, rootPath, type BytePath } from '../../core/base/byte-path'
import { failed, isFailure } from '../../core/base/failure'
import { tarFileType, type TarHeader } from '../../core/files/tar-header'
import type { ArchivedPath, PathStat } from '../engine'
import { unbelievable } from '../connection-failure'
import { refusal } from '../http/refusal'
import { endedEarly, tarEntries, type TarEntry } from '../tar/tar-entries'
import type { DockerApi } from './api'
import { archiveStat } from './archive-stat'
import { containerSegment } from './names'

/** Milliseconds until an archive must begin: the engine may have to mount a container's layers first. */
export const beginsWithin = 60_000

/** Names what is at a path (Engine API, ContainerArchiveInfo). */
export const statHeader = 'x-docker-container-path-stat'

/** The kernel's words in one of Docker's versions, and moby's own in another. */
const tooManyLinks = /too many (?:links|levels of symbolic links)/i

/**
 * Engine API, ContainerArchive: the first entry is the path itself. Measured with 20.10: it archives nothing for a path that is not
 * UTF-8 and fails on a link that leads to itself, while both stand right in the archive of a directory above.
 */
export async function archivedPath(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<ArchivedPath | undefined> {
  const answer = await openArchive(api, id, path, signal).catch((error: unknown) => {
    if (isFailure(error, 'engine-failed') && tooManyLinks.test(error.failure.message)) return 'loop'
    if (isMissingPath(error)) return undefined
    throw error
  })
  if (answer === undefined) return undefined
  if (answer === 'loop') return await foundAbove(api, id, path, signal)
  const entries = tarEntries(api.http.parts(answer, signal))
  const first = await entries.next()
  if (first.done !== true) return entryValue(first.value, entries)
  // No archive holds a socket, and Podman's nothing below a mount of the kernel's; what it is says the answer's header.
  const stat = archiveStat(answer.headers[statHeader])
  if (stat.type === 'file' || !isUtf8(Buffer.from(path, 'latin1')))
    return await foundAbove(api, id, path, signal)
  return { ...stat, content: nothing(), close: () => Promise.resolve() }
}

/** By its version an engine says one of these of a path that is not there. */
const missingStatuses = new Set([400, 404, 500])

/** Engine API, ContainerArchiveInfo. Podman tells of a link that leads nowhere with the status of what is missing. */
export async function pathStat(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<PathStat | undefined> {
  const request = { method: 'HEAD', path: archiveOf(api, id, path), timeout: beginsWithin } as const
  const { status, headers } = await api.http.ask(request, signal)
  const header = headers[statHeader]
  if (header !== undefined) return archiveStat(header)
  // An engine says so in JSON, also where no body goes with it; a program in between with a page.
  if (missingStatuses.has(status) && /^application\/json\b/.test(headers['content-type'] ?? ''))
    return undefined
  if (status >= 200 && status < 300) throw unbelievable('The engine does not say what is at the path.')
  throw refusal(request, { status, body: Buffer.alloc(0), isEngines: false })
}

/** Engine API, ContainerArchive, as it comes; whole only when it ends as a tar does (two zero blocks). */
export async function archive(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  return wholeTar(api.http.parts(await openArchive(api, id, path, signal), signal))
}

/** An archive that is still to be read. */
export async function openArchive(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return await api.http.open({ path: archiveOf(api, id, path), timeout: beginsWithin }, signal)
}

/** What a request for an archive asks for. */
export function archiveOf(api: DockerApi, id: string, path: BytePath): string {
  return api.path(`/containers/${containerSegment(id)}/archive?path=${encodedPath(path)}`)
}

/** Names are bytes: each byte is encoded by itself, so that it need not be UTF-8. */
export function encodedPath(path: BytePath): string {
  return Buffer.from(path === '' ? '/' : path, 'latin1')
    .toString('hex')
    .replace(/../g, '%$&')
}

/** The status of a missing container is the same; of one below a file the engine says 400 or 500, by its version. */
function isMissingPath(error: unknown): boolean {
  if (!isFailure(error)) return false
  const { kind, message } = error.failure
  if (kind === 'not-found') return !/no such container/i.test(message)
  return (
    kind === 'engine-failed' && (/not a directory|no such file/i.test(message) || tooManyLinks.test(message))
  )
}

/** Looks for a path in the archive of the nearest directory above it that the engine can name. */
export async function foundAbove(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<ArchivedPath | undefined> {
  let above = parentOf(path)
  while (!isUtf8(Buffer.from(above, 'latin1'))) above = parentOf(above)
  const wanted = `${nameOf(above)}${path.slice(above.length)}`
  return await entryNamed(api, id, above, inArchive(wanted), signal)
}

async function entryNamed(
  api: DockerApi,
  id: string,
  directory: BytePath,
  wanted: string,
  signal: AbortSignal,
): Promise<ArchivedPath | undefined> {
  if (directory !== rootPath && wanted === nameOf(directory)) return undefined
  let answer: IncomingMessage
  try {
    answer = await openArchive(api, id, directory, signal)
  } catch (error) {
    if (isMissingPath(error)) return undefined
    throw error
  }
  const entries = tarEntries(api.http.parts(answer, signal))
  for (let next = await entries.next(); next.done !== true; next = await entries.next()) {
    const { header } = next.value
    if (inArchive(header.name) !== wanted) continue
    if (tarFileType(header) !== undefined) return entryValue(next.value, entries)
    // Another name of a file that came before.
    await entries.return(undefined)
    return await entryNamed(api, id, directory, inArchive(header.linkName), signal)
  }
  return undefined
}

/** A name without what it may begin and end with. */
export function inArchive(name: string): string {
  return name.replace(/^(?:\.?\/)+/, '').replace(/\/$/, '')
}

function entryValue({ header, content }: TarEntry, entries: AsyncGenerator<TarEntry>): ArchivedPath {
  const { mode, uid, gid, modifiedAt, size, linkName, device, attributes } = header
  const facts = { type: tarFileType(header) ?? 'file', mode, uid, gid, modifiedAt, device, attributes }
  const close = async () => {
    await entries.return(undefined)
  }
  if (facts.type !== 'symlink') return { ...facts, size, content, close }
  return { ...facts, size: linkName.length, content: only(linkTarget(header)), close }
}

function linkTarget({ linkName }: TarHeader): Buffer {
  return Buffer.from(linkName, 'latin1')
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes)
}

async function* nothing(): AsyncGenerator<Buffer> {
  // A path without content.
}

const endOfTar = 1024

/** An archive's bytes; it is whole only when it ends as a tar does. */
export async function* wholeTar(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let tail: Buffer = Buffer.alloc(0)
  let length = 0
  for await (const part of parts) {
    tail = Buffer.concat([tail, part.subarray(-endOfTar)]).subarray(-endOfTar)
    length += part.length
    yield part
  }
  if (length < endOfTar || length % 512 !== 0 || tail.some((byte) => byte !== 0)) throw endedEarly()
  if (length === endOfTar)
    throw failed('engine-failed', 'The engine archives nothing for this path; its name may not be UTF-8.')
}
