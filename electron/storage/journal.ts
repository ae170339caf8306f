import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { failed, type FailureError } from '../core/failure'
import { JsonFile } from './json-file'
import { keptHostId } from './kept-host-id'
import type { Notify } from './storage-notices'

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
  /** The same by the engine's clock, in milliseconds since 1970; absent where it was not told, and in entries of earlier versions. */
  engineTime: z.number().optional(),
  /** Whether the container stood paused before, so that nobody is offered to resume it. */
  wasPaused: z.boolean(),
  /** Whether the engine pauses the container meanwhile: it was asked to, and the container ran. */
  pause: z.boolean(),
  /** The process that began it; while that one lives, the attempt is its own business. */
  pid: z.number().int(),
  /** When that process began; absent where it was not known, and in entries of earlier versions. */
  processStart: z.string().optional(),
  /** Whether the name may be taken from another image. */
  replace: z.boolean(),
})

export type JournalEntry = z.infer<typeof entry>

/** Attempts under way or cut off, a file each, so that several processes can keep theirs side by side. */
export class Journal {
  readonly #folder: string
  readonly #notify: Notify
  /** Attempts that came to an end in this process. */
  readonly #ended = new Set<string>()

  constructor(dataDir: string, notify: Notify = () => undefined) {
    this.#folder = join(dataDir, 'journal')
    this.#notify = notify
  }

  /** @throws FailureError `storage-failed` */
  async write(journalEntry: JournalEntry): Promise<void> {
    await this.#file(`${journalEntry.snapshotId}.json`).write(journalEntry)
  }

  /** Forgets an attempt, whose end is known by then: where its file cannot be removed, that is said, and holds for this process. */
  async remove(snapshotId: string): Promise<void> {
    const file = join(this.#folder, `${snapshotId}.json`)
    this.#ended.add(snapshotId)
    try {
      await rm(file, { force: true })
    } catch (error) {
      const { message } = storageFailure(`${file} cannot be removed`, error)
      this.#notify({ file, problem: 'not-saved', reason: message })
    }
  }

  /**
   * Attempts on one host, oldest first; one that cannot be read is left out, and said.
   * @throws FailureError `storage-failed` where none can be read
   */
  async entries(hostId: string): Promise<JournalEntry[]> {
    const names = (await this.#names()).filter((name) => name.endsWith('.json'))
    const all = await Promise.all(names.map((name) => this.#file(name).read()))
    return all
      .filter((one) => one !== undefined)
      .filter((one) => one.hostId === hostId && !this.#ended.has(one.snapshotId))
      .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
  }

  async #names(): Promise<string[]> {
    try {
      return await readdir(this.#folder)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw storageFailure(`${this.#folder} cannot be read`, error)
    }
  }

  #file(name: string): JsonFile<typeof entry> {
    return new JsonFile(join(this.#folder, name), entry, { notify: this.#notify })
  }
}

function storageFailure(what: string, error: unknown): FailureError {
  const reason = error instanceof Error ? error.message : String(error)
  return failed('storage-failed', `${what}: ${reason}`, 'Check that it belongs to this user.')
}
