import { lstat, readdir, rm } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { JsonFile } from './json-file'

/** A process that may have ended; `start` tells it from a later one with its number. */
interface Writer {
  readonly pid: number
  readonly start?: string | undefined
}

const entry = z.object({
  part: z.string(),
  pid: z.number().int(),
  start: z.string().optional(),
})

/** Milliseconds after which what stands beside a document is no longer being written. */
const longestWrite = 60 * 60_000
/** What `write-file-atomic` writes before it takes a document's place. */
const unfinishedDocument = /\.json(?:\.good)?\.\d+$/

/**
 * Parts of files that are being saved, each written down before it is begun, so that the next start removes what a process left that was
 * killed in the middle.
 */
export class PartFiles {
  readonly #dataDir: string
  readonly #writer: Writer

  constructor(dataDir: string, writer: Writer) {
    this.#dataDir = dataDir
    this.#writer = writer
  }

  /** Names the part of a file that is to be saved at a path, and gives what forgets it. Where nothing can be written down, it goes without. */
  async begin(path: string): Promise<{ readonly part: string; end(): Promise<void> }> {
    const id = randomBytes(6).toString('hex')
    const part = join(dirname(path), partName(basename(path), id))
    const file = join(this.#folder, `${id}.json`)
    const { pid, start } = this.#writer
    await new JsonFile(file, entry).write({ part, pid, start }).catch(() => undefined)
    return { part, end: () => remove(file) }
  }

  /** Removes what processes left that run no more; `runs` tells which do. Never throws. */
  async removeLeft(runs: (writer: Writer) => boolean): Promise<void> {
    const names = await namesIn(this.#folder)
    await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => this.#removeOne(name, runs)),
    )
    for (const folder of [this.#dataDir, this.#folder, join(this.#dataDir, 'journal')])
      await removeUnfinished(folder)
  }

  get #folder(): string {
    return join(this.#dataDir, 'parts')
  }

  async #removeOne(name: string, runs: (writer: Writer) => boolean): Promise<void> {
    const file = join(this.#folder, name)
    const left = await new JsonFile(file, entry).read()
    if (left === undefined || runs(left)) return
    // Nothing but what this program names so is ever removed.
    if (isAbsolute(left.part) && isPartName(basename(left.part), name.replace('.json', '')))
      await remove(left.part)
    await remove(file)
  }
}

function partName(name: string, id: string): string {
  return `.${name.slice(0, 100)}.${id}.part`
}

function isPartName(name: string, id: string): boolean {
  return /^[0-9a-f]{12}$/.test(id) && name.startsWith('.') && name.endsWith(`.${id}.part`)
}

async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!unfinishedDocument.test(name)) continue
    const path = join(folder, name)
    const found = await lstat(path).catch(() => undefined)
    if (found?.isFile() === true && Date.now() - found.mtimeMs > longestWrite) await remove(path)
  }
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

/** What cannot be removed stays. */
async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined)
}
