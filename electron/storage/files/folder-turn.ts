import { randomBytes } from 'node:crypto'
import { link, lstat, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { codeOf } from '../../core/base/broken-stream'
import { failed } from '../../core/base/failure'
import { makeFolder } from '../../machine/make-folder'
import { stateOf, thisProcess } from '../../machine/running-process'
import { readSmallFile } from './small-file'

/** The file in a folder that says whose turn it is there. */
export const lockName = '.lock'

/** Who has the turn. */
const holder = z.object({
  pid: z.number(),
  start: z.string().optional(),
  place: z.string().optional(),
  token: z.string(),
})

interface Limits {
  /** Milliseconds for which one turn is waited for; it takes a few. */
  readonly turn: number
  /** Milliseconds in which a lock says whose it is. */
  readonly unsigned: number
}

const usualLimits: Limits = { turn: 10_000, unsigned: 3_000 }
/** For what can do without, such as reading. */
export const impatient: Limits = { turn: 500, unsigned: 500 }
/** Milliseconds after which a lock that does not say whose it is was left, whatever its clock. */
const oldAfter = 60_000
/** Milliseconds between two looks, at least and at most. */
const lookAfter = [2, 12] as const

/** The last turn in each folder that this thread has or waits for. */
const turns = new Map<string, Promise<unknown>>()

/**
 * Does what changes files of a folder while no other thread or process of this program does, on whatever machine or in whatever container
 * that is. The turn of one that ended is over. Makes the folder where it is missing.
 * @throws FailureError `storage-failed` where another one keeps its turn; Error of the system; what the work throws
 */
export function inTurn<Value>(
  folder: string,
  work: () => Promise<Value>,
  limits = usualLimits,
): Promise<Value> {
  const before = turns.get(folder) ?? Promise.resolve()
  const mine = before.then(async () => {
    const give = await taken(folder, limits)
    try {
      return await work()
    } finally {
      await give()
    }
  })
  const settled = mine.catch(() => undefined)
  turns.set(folder, settled)
  void settled.then(() => {
    if (turns.get(folder) === settled) turns.delete(folder)
  })
  return mine
}

/** Whether a name is that of what `inTurn` leaves in a folder when it is killed in a certain moment. */
export function isLeftLock(name: string): boolean {
  return /^\.lock\.[0-9a-f]{12}\.old$/.test(name) || name === lockName
}

/** Takes the turn, and gives what ends it. */
async function taken(folder: string, limits: Limits): Promise<() => Promise<void>> {
  const path = join(folder, lockName)
  const mine = JSON.stringify({ ...thisProcess(), token: randomBytes(8).toString('hex') })
  makeFolder(folder)
  let seen = { text: '', since: performance.now() }
  while (!(await create(path, mine))) {
    const text = await textAt(path)
    if (text !== seen.text) seen = { text, since: performance.now() }
    const waited = performance.now() - seen.since
    if (isOver(text, waited, limits) || (await isNobodys(path, text))) await takeAway(path, text)
    else if (waited > limits.turn) throw kept(path, text)
    else await pause(lookAfter[0] + Math.random() * (lookAfter[1] - lookAfter[0]))
  }
  const since = performance.now()
  return async () => {
    // One that lasted may have been given to another.
    const isMine = performance.now() - since < limits.unsigned || (await textAt(path)) === mine
    if (isMine) await rm(path, { force: true }).catch(() => undefined)
  }
}

async function create(path: string, text: string): Promise<boolean> {
  let file
  try {
    // Whoever may write here has to see whose it is.
    file = await open(path, 'wx', 0o644)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  try {
    await file.writeFile(text)
    return true
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined)
    throw error
  } finally {
    await file.close()
  }
}

/** What a lock says; nothing where it is none, is no file, or has not said it yet. */
async function textAt(path: string): Promise<string> {
  const file = await readSmallFile(path, 4096)
  return file.state === 'read' ? file.bytes.toString('utf8') : ''
}

/** Whether the turn of a lock is over although it is there, as after a kill; `waited` are milliseconds in which it stayed the same. */
function isOver(text: string, waited: number, limits: Limits): boolean {
  const found = signed(text)
  if (found === undefined) return waited > limits.unsigned
  // A thread of this process may have ended; another process is to be seen, unless it is in another container.
  if (found.pid === process.pid) return waited > limits.turn || stateOf(found) === 'ended'
  const state = stateOf(found)
  return state === 'ended' || (state === 'unknown' && waited > limits.turn)
}

/** Whether a lock says of nobody that it is theirs, and nobody can be about to: it is no file, or not new. */
async function isNobodys(path: string, text: string): Promise<boolean> {
  if (signed(text) !== undefined) return false
  const found = await lstat(path).catch(() => undefined)
  return found !== undefined && (!found.isFile() || Math.abs(Date.now() - found.mtimeMs) > oldAfter)
}

function signed(text: string): z.infer<typeof holder> | undefined {
  try {
    return holder.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Removes a lock whose turn is over, and no other that took its place meanwhile. */
async function takeAway(path: string, text: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}.old`
  try {
    await rename(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  if ((await textAt(aside)) !== text) await link(aside, path).catch(() => undefined)
  // A folder that stood there stays aside.
  await rm(aside, { force: true }).catch(() => undefined)
}

function kept(path: string, text: string): Error {
  const { pid } = signed(text) ?? {}
  return failed(
    'storage-failed',
    `Another process${pid === undefined ? '' : ` (${String(pid)})`} is writing here and does not come to an end: ${path}.`,
    'Let that process go on, or end it, and try again.',
  )
}
