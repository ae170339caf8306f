import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { codeOf } from '../core/base/broken-stream'
import { type ProcessIdentity, stateOf, thisProcess } from './running-process'

/** What this program makes temporary folders for. */
type Purpose = 'commands' | 'host-key' | 'window'

const ours = /^lamina-(?:commands|host-key|window)-[\w-]{6,}$/
/** In each such folder: whose it is. */
const ownerFile = 'owner.json'
/** The only thing in a folder of an earlier version. */
const earlierSocket = 'commands.sock'
/** Milliseconds after which a folder is nobody's whose process cannot be seen from here. */
const abandonedAfter = 24 * 60 * 60_000

/**
 * Makes a folder that this process alone uses. Whoever makes it removes it; what a kill leaves is found by `removeLeftFolders`.
 * @throws Error of the system, such as on a full disk
 */
export function makeTemporaryFolder(purpose: Purpose): string {
  const folder = mkdtempSync(join(tmpdir(), `lamina-${purpose}-`))
  try {
    writeFileSync(join(folder, ownerFile), JSON.stringify(thisProcess()), { mode: 0o600 })
  } catch (error) {
    removeFolder(folder)
    throw error
  }
  return folder
}

/** What cannot be removed stays. */
export function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // The next start tries again.
  }
}

/** Removes the temporary folders of this user's processes that run no more. Never throws. */
export async function removeLeftFolders(now = Date.now()): Promise<void> {
  const all = await readdir(tmpdir()).catch(() => [])
  for (const folder of all.filter((name) => ours.test(name)).map((name) => join(tmpdir(), name)))
    if (await isLeft(folder, now)) removeFolder(folder)
}

async function isLeft(folder: string, now: number): Promise<boolean> {
  try {
    const found = lstatSync(folder)
    if (!found.isDirectory() || found.uid !== process.geteuid?.()) return false
    const owner = ownerOf(folder)
    const state = owner === undefined ? 'unknown' : stateOf(owner)
    if (state !== 'unknown') return state === 'ended'
    return now - found.mtimeMs > abandonedAfter && !(await isListening(join(folder, earlierSocket)))
  } catch {
    return false
  }
}

function ownerOf(folder: string): ProcessIdentity | undefined {
  try {
    const owner = JSON.parse(readFileSync(join(folder, ownerFile), 'utf8')) as Partial<ProcessIdentity> | null
    return typeof owner?.pid === 'number' ? { ...owner, pid: owner.pid } : undefined
  } catch {
    return undefined
  }
}

/** Whether somebody may listen at a socket. */
function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (error) => {
      resolve(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error)))
    })
  })
}
