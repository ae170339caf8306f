import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson, writeJson } from './json-file'
import { keptHostId } from './kept-host-id'

/** A snapshot that was begun, written down before the engine is asked for it. */
const entry = z.object({
  snapshotId: z.uuid(),
  hostId: z.string().transform((text) => keptHostId(text) ?? text),
  containerId: z.string(),
  containerName: z.string(),
  reference: z.string(),
  message: z.string(),
  author: z.string(),
  /** ISO 8601. */
  startedAt: z.string(),
  /** Whether the container stood paused before, so that nobody is offered to resume it. */
  wasPaused: z.boolean(),
  /** Whether the engine pauses the container meanwhile: it was asked to, and the container ran. */
  pause: z.boolean(),
  /** The process that began it; while that one lives, the attempt is its own business. */
  pid: z.number().int(),
  /** Whether the name may be taken from another image. */
  replace: z.boolean(),
})

export type JournalEntry = z.infer<typeof entry>

/** Attempts under way or cut off, a file each, so that several processes can keep theirs side by side. */
export class Journal {
  readonly #folder: string

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'journal')
  }

  async write(journalEntry: JournalEntry): Promise<void> {
    await writeJson(this.#file(journalEntry.snapshotId), journalEntry)
  }

  async remove(snapshotId: string): Promise<void> {
    await rm(this.#file(snapshotId), { force: true })
  }

  /** Attempts on one host, oldest first. */
  async entries(hostId: string): Promise<JournalEntry[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.json'))
    const all = await Promise.all(names.map((name) => readJson(join(this.#folder, name), entry)))
    return all
      .filter((one) => one !== undefined)
      .filter((one) => one.hostId === hostId)
      .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
  }

  #file(snapshotId: string): string {
    return join(this.#folder, `${snapshotId}.json`)
  }
}
