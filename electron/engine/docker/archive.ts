import type { IncomingMessage } from 'node:http'
import { extract, type Extract } from 'tar-stream'
import type { BytePath } from '../../core/byte-path'
import type { FileType } from '../../core/change'
import { failed, isFailure } from '../../core/failure'
import type { ArchivedPath } from '../engine'
import { connectionFailure } from '../http'
import type { DockerApi } from './api'
import { archiveStat } from './archive-stat'
import { containerSegment } from './names'

type Entry = Extract extends AsyncIterable<infer One> ? One : never

/** Milliseconds until an archive must begin: the engine may have to mount a container's layers first. */
const beginsWithin = 60_000

const tarTypes = new Map<string, FileType>([
  ['file', 'file'],
  ['contiguous-file', 'file'],
  ['link', 'file'],
  ['directory', 'directory'],
  ['symlink', 'symlink'],
  ['character-device', 'character-device'],
  ['block-device', 'block-device'],
  ['fifo', 'fifo'],
])

/** Engine API, ContainerArchive: the first entry is the path itself. */
export async function archivedPath(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<ArchivedPath | undefined> {
  const answer = await openArchive(api, id, path, signal).catch((error: unknown) => {
    if (isMissingPath(error)) return undefined
    throw error
  })
  if (answer === undefined) return undefined
  const entries = extract()
  const close = () => {
    answer.destroy()
    entries.destroy()
  }
  answer.on('error', (error) => entries.destroy(error))
  // The engine closed the connection in the middle: whoever waits for the next entry must hear of it.
  answer.on('close', () => {
    if (!answer.complete) entries.destroy(new Error('the archive ended too early'))
  })
  entries.on('error', () => answer.destroy())
  try {
    const first: IteratorResult<Entry, unknown> = await answer.pipe(entries)[Symbol.asyncIterator]().next()
    // No archive holds a socket; what it is says the answer's header.
    if (first.done === true) {
      close()
      return { ...archiveStat(answer.headers['x-docker-container-path-stat']), content: nothing(), close }
    }
    return entryValue(first.value, close, signal)
  } catch (error) {
    close()
    throw archiveFailure(error, signal)
  }
}

/** Engine API, ContainerArchive, as it comes; whole only when it ends as a tar does (POSIX.1-2001, ustar: two zero blocks). */
export async function archive(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  return wholeTar(await openArchive(api, id, path, signal), signal)
}

/** Names are bytes: each byte is encoded by itself, so that it need not be UTF-8. */
async function openArchive(
  api: DockerApi,
  id: string,
  path: BytePath,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const encoded = Buffer.from(path === '' ? '/' : path, 'latin1')
    .toString('hex')
    .replace(/../g, '%$&')
  const request = api.path(`/containers/${containerSegment(id)}/archive?path=${encoded}`)
  return await api.http.open({ path: request, timeout: beginsWithin }, signal)
}

/** The status of a missing container is the same; of one below a file the engine says 400 or 500, by its version. */
function isMissingPath(error: unknown): boolean {
  if (!isFailure(error)) return false
  const { kind, message } = error.failure
  if (kind === 'not-found') return !/no such container/i.test(message)
  return kind === 'engine-failed' && /not a directory|no such file/i.test(message)
}

function entryValue(entry: Entry, close: () => void, signal: AbortSignal): ArchivedPath {
  const { type, size, mode, uid, gid, mtime, linkname } = entry.header
  const fileType = tarTypes.get(type) ?? 'unknown'
  const target = Buffer.from(linkname ?? '', 'utf8')
  const isLink = fileType === 'symlink'
  const content = isLink ? only(target) : fileType === 'file' ? contentOf(entry, close, signal) : nothing()
  const modifiedAt = mtime.getTime()
  return {
    type: fileType,
    size: isLink ? target.length : size,
    mode: mode & 0o7777,
    uid,
    gid,
    modifiedAt,
    content,
    close,
  }
}

async function* contentOf(entry: Entry, close: () => void, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const part of entry) yield part as Buffer
  } catch (error) {
    throw archiveFailure(error, signal)
  } finally {
    close()
  }
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes)
}

async function* nothing(): AsyncGenerator<Buffer> {
  // A path without content.
}

const endOfTar = 1024

async function* wholeTar(answer: IncomingMessage, signal: AbortSignal): AsyncGenerator<Buffer> {
  let tail: Buffer = Buffer.alloc(0)
  let length = 0
  try {
    for await (const part of answer as AsyncIterable<Buffer>) {
      tail = Buffer.concat([tail, part.subarray(-endOfTar)]).subarray(-endOfTar)
      length += part.length
      yield part
    }
  } catch (error) {
    throw connectionFailure(error, signal)
  } finally {
    answer.destroy()
  }
  if (length < endOfTar || length % 512 !== 0 || tail.some((byte) => byte !== 0)) throw tooShort()
}

/** What the stream itself reports goes first; anything else that breaks a tar is a tar that is none. */
function archiveFailure(error: unknown, signal: AbortSignal): Error {
  if (signal.aborted || isFailure(error)) return connectionFailure(error, signal)
  const isBroken = error instanceof Error && ('code' in error || /too early|premature/i.test(error.message))
  return isBroken ? tooShort() : failed('engine-answer-invalid', "The engine's archive cannot be read.")
}

function tooShort(): Error {
  return failed(
    'engine-failed',
    'The archive from the engine ended too early.',
    'What is read may be changing; read it again.',
  )
}
