import { lstat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { inBatches } from '../../core/base/in-batches'
import { type ProcessIdentity, stateOf, thisProcess } from '../../machine/running-process'
import { JsonFile } from './json-file'
import { namesIn, remove } from './left-files'

const entry = z.object({
  part: z.string(),
  pid: z.number().int(),
  start: z.string().optional(),
  place: z.string().optional(),
})

/** Milliseconds after which a part is nobody's whose process cannot be seen from here. */
const abandonedAfter = 24 * 60 * 60_000
/** Milliseconds for which a part is looked for whose folder is not there. */
const lookedForFor = 30 * 24 * 60 * 60_000
/** Files that are open at once. */
const batch = 32

/**
 * Parts of files that are being saved, each written down before it is begun, so that the next start removes what a process left that was
 * killed in the middle.
 */
export class PartFiles {
  readonly #dataDir: string
  readonly #writer: ProcessIdentity

  constructor(dataDir: string, writer = thisProcess()) {
    this.#dataDir = dataDir
    this.#writer = writer
  }

  /** Names the part of a file that is to be saved at a path, and gives what forgets it. Where nothing can be written down, it goes without. */
  async begin(path: string): Promise<{ readonly part: string; end(): Promise<void> }> {
    const id = randomBytes(6).toString('hex')
    const part = join(dirname(path), partName(basename(path), id))
    const file = join(this.#folder, `${id}.json`)
    await new JsonFile(file, entry).write({ part, ...this.#writer }).catch(() => undefined)
    return { part, end: async () => void (await remove(file)) }
  }

  /** Removes the parts of processes that run no more. Never throws. */
  async removeLeft(now = Date.now()): Promise<void> {
    const names = (await namesIn(this.#folder)).filter((name) => /^[0-9a-f]{12}\.json$/.test(name))
    for (const some of inBatches(names, batch))
      await Promise.all(some.map((name) => this.#removeOne(name, now)))
  }

  get #folder(): string {
    return join(this.#dataDir, 'parts')
  }

  async #removeOne(name: string, now: number): Promise<void> {
    const file = join(this.#folder, name)
    const left = await new JsonFile(file, entry).read()
    if (left === undefined || !(await isLeft(left, file, now))) return
    // Nothing but what this program names so is ever removed.
    const isPart = isAbsolute(left.part) && isPartName(basename(left.part), name.replace('.json', ''))
    if (isPart && !(await isGone(left.part, file, now))) return
    await remove(file)
  }
}

/** Removes a part. On a disk that is not there now it is looked for at later starts. */
async function isGone(part: string, file: string, now: number): Promise<boolean> {
  const isAway = (await writtenAt(dirname(part))) === -Infinity
  return isAway ? now - (await writtenAt(file)) > lookedForFor : await remove(part)
}

async function isLeft(writer: z.infer<typeof entry>, file: string, now: number): Promise<boolean> {
  const state = stateOf(writer)
  if (state !== 'unknown') return state === 'ended'
  const written = await Promise.all([writer.part, file].map(writtenAt))
  return written.every((moment) => now - moment > abandonedAfter)
}

/** Milliseconds since 1970; what is not there was written never. */
async function writtenAt(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined)
  return found?.mtimeMs ?? -Infinity
}

/** At most 255 bytes, as file systems take them. */
function partName(name: string, id: string): string {
  return `.${Buffer.from(name).subarray(0, 100).toString('utf8').replaceAll('\ufffd', '')}.${id}.part`
}

function isPartName(name: string, id: string): boolean {
  return name.startsWith('.') && name.endsWith(`.${id}.part`)
}
