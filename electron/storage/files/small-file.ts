import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { codeOf, whyBroken } from '../../core/base/broken-stream'

/** What is at a path where a small file should be. */
export type SmallFile =
  | { readonly state: 'read'; readonly bytes: Buffer }
  | { readonly state: 'missing' }
  | {
      readonly state: 'refused'
      readonly why: 'not-a-file' | 'too-large' | 'forbidden'
      /** A clause. */
      readonly reason: string
      /** The system's error, where there was one. */
      readonly error?: unknown
    }

/** Bytes that are asked for at a time. */
const piece = 64 * 1024
const noFile = { state: 'refused', why: 'not-a-file', reason: 'it is no ordinary file' } as const

/**
 * Reads a file of at most `limit` bytes; of anything else nothing is read, and nothing is waited for, as a pipe would have it.
 */
export async function readSmallFile(path: string, limit: number): Promise<SmallFile> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return noFile
      if (stat.size > limit) return tooLarge(stat.size)
      // What grows meanwhile, or tells no size, as files of /proc do, is not read without an end.
      const bytes = await readUpTo(file, limit + 1)
      return bytes.length > limit ? tooLarge(bytes.length) : { state: 'read', bytes }
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing' }
    // What nobody reads from is a pipe or a socket.
    if (code === 'ENXIO') return noFile
    if (code === 'ELOOP') return { ...noFile, reason: whyBroken(error) }
    return { state: 'refused', why: 'forbidden', reason: whyBroken(error), error }
  }
}

async function readUpTo(file: FileHandle, most: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  while (length < most) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(piece), 0, Math.min(piece, most - length))
    if (bytesRead === 0) break
    pieces.push(buffer.subarray(0, bytesRead))
    length += bytesRead
  }
  return Buffer.concat(pieces)
}

function tooLarge(size: number): SmallFile {
  return { state: 'refused', why: 'too-large', reason: `it has ${String(size)} bytes` }
}

/** Bytes of a file of another program that is still read as configuration. */
const largestConfiguration = 4 * 1024 * 1024

/**
 * The text of a configuration file of another program.
 * @throws Error with the code `ENOENT` where it is missing, and for whatever else is not read
 */
export async function smallText(path: string): Promise<string> {
  const file = await readSmallFile(path, largestConfiguration)
  if (file.state === 'read') return file.bytes.toString('utf8')
  if (file.state === 'missing') throw Object.assign(new Error('there is no such file'), { code: 'ENOENT' })
  throw new Error(file.reason)
}
