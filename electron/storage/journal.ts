import { readdir, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { codeOf } from '../core/base/broken-stream'
import { inBatches } from '../core/base/in-batches'
import { JsonFile } from './files/json-file'
import { keptHostId } from './kept-host-id'
import { inSentences, storageFailure } from './files/storage-failure'
import type { Notify } from './files/storage-notices'

/** A snapshot that was begun, written down before the engine is asked for it. */
const entry = z.object({
  snapshotId: z.uuid(),
  hostId: z.string().transform((text) => keptHostId(text) ?? text),
  /** The engine that was asked; absent where it has no id, and in entries of earlier versions. */
  engineId: z.string().optional(),
  containerId: z.string().regex(/^[\w.-]+$/),
  containerName: z.string(),
  reference: z.string(),
  message: z.string(),
  author: z.string(),
  /** ISO 8601. */
  startedAt: z.iso.datetime({ offset: true }),
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
  /** Where its number counts (`ProcessIdentity`); absent in entries of earlier versions. */
  processPlace: z.string().optional(),
  /** Whether the name may be taken from another image. */
  replace: z.boolean(),
})

export type JournalEntry = z.infer<typeof entry>

/** Files that are open at once. */
const batch = 32
/** Milliseconds between two signs of a process that it is still at work. */
const signEvery = 15_000
/** Milliseconds without a sign after which nobody is. */
const longestSilence = 4 * signEvery

/** Attempts under way or cut off, a file each, so that several processes can keep theirs side by side. */
export class Journal {
  readonly #folder: string
  readonly #notify: Notify
  /** Attempts that came to an end in this process. */
  readonly #ended = new Set<string>()
  /** Files that were found of an attempt. */
  readonly #names = new Map<string, readonly string[]>()

  constructor(dataDir: string, notify: Notify = () => undefined) {
    this.#folder = join(dataDir, 'journal')
    this.#notify = notify
  }

  /** @throws FailureError `storage-failed` */
  async write(journalEntry: JournalEntry): Promise<void> {
    await this.#file(nameOf(journalEntry.snapshotId)).write(journalEntry)
  }

  /** Gives signs that this process is at work on an attempt, for those that cannot see it, until the given function is called. */
  attend(snapshotId: string): () => void {
    const file = join(this.#folder, nameOf(snapshotId))
    const timer = setInterval(() => {
      const now = new Date()
      // Without signs it is offered elsewhere while it goes on, and what became of it is asked of the engine all the same.
      utimes(file, now, now).catch(() => undefined)
    }, signEvery)
    timer.unref()
    return () => {
      clearInterval(timer)
    }
  }

  /** Whether there was a sign of late that a process is at work on an attempt. */
  async isAttended(snapshotId: string, now = Date.now()): Promise<boolean> {
    const found = await stat(join(this.#folder, nameOf(snapshotId))).catch(() => undefined)
    // A clock that was set back makes a sign no younger.
    return found !== undefined && Math.abs(now - found.mtimeMs) < longestSilence
  }

  /** Forgets an attempt, whose end is known by then: where its file cannot be removed, that is said, and holds for this process. */
  async remove(snapshotId: string): Promise<void> {
    this.#ended.add(snapshotId)
    // A copy of a file would bring it back.
    const names = new Set([nameOf(snapshotId), ...(this.#names.get(snapshotId) ?? [])])
    for (const name of names) await this.#removeFile(name)
    this.#names.delete(snapshotId)
  }

  /**
   * Attempts on one host, oldest first, each once; one that cannot be read is left out, and said.
   * @throws FailureError `storage-failed` where none can be read
   */
  async entries(hostId: string): Promise<JournalEntry[]> {
    const all = new Map<string, JournalEntry>()
    this.#names.clear()
    for (const { name, found } of await this.#all()) {
      all.set(found.snapshotId, found)
      this.#names.set(found.snapshotId, [...(this.#names.get(found.snapshotId) ?? []), name])
    }
    return [...all.values()]
      .filter((one) => one.hostId === hostId && !this.#ended.has(one.snapshotId))
      .sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
  }

  async #all(): Promise<{ readonly name: string; readonly found: JournalEntry }[]> {
    const names = (await this.#files()).filter((name) => name.endsWith('.json'))
    const all = []
    for (const some of inBatches(names.sort(), batch))
      all.push(
        ...(await Promise.all(some.map(async (name) => ({ name, found: await this.#file(name).read() })))),
      )
    return all.flatMap(({ name, found }) => {
      const parsed = found === undefined ? undefined : entry.safeParse(found).data
      // It stays for the version that wrote it.
      if (found !== undefined && parsed === undefined)
        this.#notify({ file: join(this.#folder, name), problem: 'entries', count: 1 })
      return parsed === undefined ? [] : [{ name, found: parsed }]
    })
  }

  async #removeFile(name: string): Promise<void> {
    const file = join(this.#folder, name)
    try {
      await unlink(file)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return
      const reason = inSentences(storageFailure(`${file} cannot be removed`, error))
      this.#notify({ file, problem: 'not-saved', reason })
    }
  }

  async #files(): Promise<string[]> {
    try {
      return await readdir(this.#folder)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      throw storageFailure(`${this.#folder} cannot be read`, error)
    }
  }

  /** What is no JSON is set aside; what is, may be a newer version's. */
  #file(name: string): JsonFile<z.ZodRecord<z.ZodString, z.ZodUnknown>> {
    return new JsonFile(join(this.#folder, name), z.record(z.string(), z.unknown()), { notify: this.#notify })
  }
}

function nameOf(snapshotId: string): string {
  return `${snapshotId}.json`
}
