import type { Stats } from 'node:fs'
import { link, lstat, open, rename, rm, stat } from 'node:fs/promises'
import { codeOf } from '../../core/base/broken-stream'
import { failed, FailureError } from '../../core/base/failure'
import type { PartFiles } from './part-files'
import { flush } from './replace-file'
import { storageFailure } from './storage-failure'

/**
 * Writes a stream to a file that appears whole or not at all, and takes no other file's place unless it is asked to. What a kill in the middle
 * leaves is removed at the next start (`PartFiles`). Gives the number of bytes.
 * @throws FailureError `conflict` where something has the name, `storage-failed`, `cancelled`, or what the stream throws
 */
export async function saveStream(
  path: string,
  content: AsyncIterable<Buffer>,
  { overwrite, parts }: { readonly overwrite: boolean; readonly parts: PartFiles },
  signal: AbortSignal,
): Promise<number> {
  await refuseTaken(path, overwrite)
  const { part, end } = await parts.begin(path)
  try {
    const length = await writeAll(part, content, signal)
    await publish(part, path, overwrite)
    return length
  } catch (error) {
    if (error instanceof FailureError) throw error
    if (signal.aborted) throw failed('cancelled', 'Saving was cancelled; no file was written.')
    throw codeOf(error) === '' ? error : storageFailure(`${path} cannot be written`, error)
  } finally {
    // A part that cannot be removed stays; what became of the file counts more.
    await rm(part, { force: true }).catch(() => undefined)
    await end()
  }
}

/** Part by part, so that what the content opened is closed before this ends, however it ends. */
async function writeAll(path: string, content: AsyncIterable<Buffer>, signal: AbortSignal): Promise<number> {
  const file = await open(path, 'wx')
  try {
    let length = 0
    for await (const part of content) {
      signal.throwIfAborted()
      await file.writeFile(part)
      length += part.length
    }
    await flush(file)
    return length
  } finally {
    await file.close()
  }
}

/** Looked at before anything is read; whoever takes the name meanwhile is found by `publish`. */
async function refuseTaken(path: string, overwrite: boolean): Promise<void> {
  let found: Stats
  try {
    found = await lstat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw storageFailure(`${path} cannot be written`, error)
  }
  const link = found
  if (found.isSymbolicLink()) found = await stat(path).catch(() => link)
  if (found.isDirectory()) throw failed('conflict', `${path} is a directory.`, 'Name a file in it.')
  // As /dev/null: a file in its place would harm the whole system.
  if (!found.isFile() && !found.isSymbolicLink())
    throw failed('conflict', `${path} is a device, a pipe or a socket.`, 'Choose another name.')
  if (!overwrite) throw taken(path)
}

/** A link fails where the name is taken, in one step; file systems without links (FAT) are looked at once more instead. */
async function publish(part: string, path: string, overwrite: boolean): Promise<void> {
  if (overwrite) {
    await rename(part, path)
    return
  }
  try {
    await link(part, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw taken(path)
    if (!noLinks.has(codeOf(error))) throw error
    await refuseTaken(path, false)
    await rename(part, path)
  }
}

const noLinks: ReadonlySet<string> = new Set([
  'EPERM',
  'EACCES',
  'EINVAL',
  'EXDEV',
  'EMLINK',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
])

function taken(path: string): FailureError {
  return failed('conflict', `${path} is there already.`, 'Choose another name, or ask to overwrite it.')
}
