import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** A file of keys that has more bytes than this is not read. */
const largestFile = 256 * 1024 * 1024

/**
 * The bytes of a file that holds keys. A device such as /dev/null holds none, and a pipe is not waited for.
 * @throws Error that says why it cannot be read
 */
export async function readKeyListFile(path: string): Promise<Buffer> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stat = await handle.stat()
    if (stat.isCharacterDevice()) return Buffer.alloc(0)
    if (!stat.isFile()) throw new Error(stat.isDirectory() ? 'it is a directory' : 'it is no regular file')
    if (stat.size > largestFile) throw new Error('it is larger than 256 MiB')
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
