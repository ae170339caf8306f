import { symlinkSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../machine/make-folder'
import { makeTemporaryFolder, removeFolder } from '../../machine/temporary-folder'
import { inSentences, storageFailure } from '../../storage/files/storage-failure'
import type { StorageNotice } from '../../storage/files/storage-notices'

/** Where Chromium keeps its own files. */
export interface WindowFolder {
  readonly folder: string
  /** That it is not the usual one, and why. */
  readonly notice?: StorageNotice
  /** Called at the end. */
  remove(): void
}

/**
 * The folder `window` in Lamina's; a temporary one where nothing can be made there: Chromium says nothing then, and Lamina would end at once.
 * @throws Error of the system where there is no temporary folder either
 */
export function openWindowFolder(dataDir: string): WindowFolder {
  const usual = join(dataDir, 'window')
  try {
    makeFolder(usual)
    tryOut(usual)
    return { folder: usual, remove: () => undefined }
  } catch (error) {
    const reason = inSentences(storageFailure(`${usual} cannot be used`, error))
    const folder = makeTemporaryFolder('window')
    return {
      folder,
      notice: { file: usual, problem: 'not-saved', reason },
      remove() {
        removeFolder(folder)
      },
    }
  }
}

/** Makes what Chromium makes first: a link, by which it knows that it runs already (process_singleton_posix.cc). */
function tryOut(folder: string): void {
  const link = join(folder, `.try-${String(process.pid)}`)
  symlinkSync('try', link)
  unlinkSync(link)
}
