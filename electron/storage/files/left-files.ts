import { lstat, readdir, realpath, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { impatient, inTurn, isLeftLock, lockName } from './folder-turn'
import { isUnfinished } from './replace-file'

/** What earlier versions wrote before it took a document's place, and for how many milliseconds such a file may still be written. */
const earlierUnfinished = /\.json(?:\.good)?\.\d+$/
const longestWrite = 60 * 60_000

/** Documents that may be links to files elsewhere. */
const documents = ['settings.json', 'hosts.json', 'secrets.json']

/** Removes what a kill in the middle of a change left beside Lamina's own documents. Never throws. */
export async function removeUnfinished(dataDir: string): Promise<void> {
  for (const folder of [dataDir, join(dataDir, 'journal'), join(dataDir, 'parts')])
    await removeIn(folder, (name) => isUnfinished(name) || isLeftLock(name))
  const own = await realpath(dataDir).catch(() => dataDir)
  for (const name of documents) {
    const place = await realpath(join(dataDir, name)).catch(() => undefined)
    if (place === undefined || dirname(place) === own) continue
    await removeIn(dirname(place), (other) => isUnfinished(other) && other.startsWith(`${basename(place)}.`))
  }
}

async function removeIn(folder: string, isLeft: (name: string) => boolean): Promise<void> {
  const names = await namesIn(folder)
  for (const name of names.filter((one) => earlierUnfinished.test(one))) {
    const found = await lstat(join(folder, name)).catch(() => undefined)
    if (found?.isFile() === true && Date.now() - found.mtimeMs > longestWrite)
      await remove(join(folder, name))
  }
  if (!names.some(isLeft)) return
  // In a turn nobody else is at it. A lock that was left goes with the turn that takes its place.
  const left = names.filter((name) => isLeft(name) && name !== lockName)
  const removeLeft = () => Promise.all(left.map((name) => remove(join(folder, name))))
  await inTurn(folder, removeLeft, impatient).catch(() => undefined)
}

export function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

/** Says whether something is gone; what cannot be removed stays. */
export function remove(path: string): Promise<boolean> {
  return rm(path, { force: true }).then(
    () => true,
    () => false,
  )
}
