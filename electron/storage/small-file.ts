import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** What is at a path where a small file should be. */
export type SmallFile =
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'missing' }
  | {
      readonly state: 'refused'
      readonly why: 'not-a-file' | 'too-large' | 'forbidden'
      readonly reason: string
    }

/**
 * Reads a text file of at most `limit` bytes; of anything else nothing is read, and nothing is waited for, as a pipe would have it.
 */
export async function readSmallFile(path: string, limit: number): Promise<SmallFile> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return { state: 'refused', why: 'not-a-file', reason: 'it is no ordinary file' }
      if (stat.size > limit)
        return { state: 'refused', why: 'too-large', reason: `it has ${String(stat.size)} bytes` }
      return { state: 'read', text: await file.readFile('utf8') }
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing' }
    // What nobody reads from is a pipe or a socket.
    if (code === 'ENXIO') return { state: 'refused', why: 'not-a-file', reason: 'it is no ordinary file' }
    return {
      state: 'refused',
      why: 'forbidden',
      reason: error instanceof Error ? error.message : String(error),
    }
  }
}

/** Bytes of a file of another program that is still read as configuration. */
const largestConfiguration = 4 * 1024 * 1024

/**
 * The text of a configuration file of another program.
 * @throws Error with the code `ENOENT` where it is missing, and for whatever else is not read
 */
export async function smallText(path: string): Promise<string> {
  const file = await readSmallFile(path, largestConfiguration)
  if (file.state === 'read') return file.text
  if (file.state === 'missing') throw Object.assign(new Error('there is no such file'), { code: 'ENOENT' })
  throw new Error(file.reason)
}
