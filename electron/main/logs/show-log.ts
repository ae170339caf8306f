import { shell } from 'electron'
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { dataDir } from './data-folder'
import { log } from './log'

/** Shows the log in its folder, in the system's own window for files. Where there is none, the folder in which it would be. */
export async function showLog(): Promise<void> {
  const { path } = log
  if (path !== undefined && existsSync(path)) {
    shell.showItemInFolder(path)
    return
  }
  const folder = path !== undefined && existsSync(dirname(path)) ? dirname(path) : dataDir
  // In words why it could not; empty where it did.
  const problem = await shell.openPath(folder)
  if (problem !== '') throw new Error(`The folder could not be opened: ${problem}`)
}
