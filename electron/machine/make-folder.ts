import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../core/base/broken-stream'

/**
 * Makes a folder and those above it, for their owner alone (0700). Not by Node's `recursive`, which tries for ever where the system says
 * ENOENT of a folder in one that is there, as in /proc.
 * @throws Error of the system, with its code
 */
export function makeFolder(folder: string): void {
  const make = () => {
    mkdirSync(folder, { mode: 0o700 })
  }
  try {
    make()
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
    makeFolder(dirname(folder))
    makeOnce(make)
  }
}

/** Another process may have been faster. */
function makeOnce(make: () => void): void {
  try {
    make()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}
