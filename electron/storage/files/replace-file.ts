import { randomBytes } from 'node:crypto'
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { closeSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../../core/base/broken-stream'
import { makeFolder } from '../../machine/make-folder'

/** What a file is written as before it takes its place. */
const unfinished = /\.[0-9a-f]{12}\.new$/

/** Whether a name is that of a file which `replaceFile` had not finished. */
export function isUnfinished(name: string): boolean {
  return unfinished.test(name)
}

/**
 * Puts a text in the place of a file in one step: whatever happens, the old one or the new one is there, whole. Links to the file are
 * followed, and it stays its owner's. Makes the folder where it is missing.
 * @throws Error of the system, with its code
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  makeFolder(dirname(path))
  const place = await realpath(path).catch(() => path)
  const part = partOf(place)
  try {
    const file = await open(part, 'wx', 0o600)
    try {
      await giveToOwner(file, place)
      await file.writeFile(text)
      await flush(file)
    } finally {
      await file.close()
    }
    await rename(part, place)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw error
  }
  await flushFolder(dirname(place))
}

/** The same at once, for a process that is about to end; what a power failure leaves does not matter. */
export function replaceFileAtOnce(path: string, text: string): void {
  const place = realPlace(path)
  const part = partOf(place)
  try {
    const file = openSync(part, 'wx', 0o600)
    try {
      writeFileSync(file, text)
    } finally {
      closeSync(file)
    }
    renameSync(part, place)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}

function realPlace(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function partOf(place: string): string {
  return `${place}.${randomBytes(6).toString('hex')}.new`
}

/** What root writes for a person stays theirs: they could not read it otherwise. */
async function giveToOwner(file: FileHandle, place: string): Promise<void> {
  if (process.geteuid?.() !== 0) return
  const { uid, gid } = await stat(place).catch(() => stat(dirname(place)))
  // Some file systems know no owners.
  await file.chown(uid, gid).catch(() => undefined)
}

/** Has a file on the disk before it counts; some file systems have nothing to flush, and say so as an error (fsync(2)). */
export async function flush(file: FileHandle): Promise<void> {
  try {
    await file.sync()
  } catch (error) {
    if (!nothingToFlush.has(codeOf(error))) throw error
  }
}

const nothingToFlush: ReadonlySet<string> = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])

/** The new file is there whatever becomes of this. */
async function flushFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r')
    await folder.sync().finally(() => folder.close())
  } catch {
    // After a power failure the old file may be there.
  }
}
