import { rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { FailureError } from '../../core/base/failure'
import { impatient, inTurn } from './folder-turn'
import { valueOfJson } from './json-text'
import { replaceFile } from './replace-file'
import { readSmallFile } from './small-file'
import { storageFailure } from './storage-failure'
import type { Notify, StorageNotice } from './storage-notices'

/** Bytes of a document that is still read; more than a person's choices, hosts and secrets ever take. */
const largest = 16 * 1024 * 1024
/** So many damaged files are kept side by side before the last one is replaced. */
const mostSetAside = 99

export interface JsonFileOptions {
  /** Hears what a person should know. */
  readonly notify?: Notify
  /** Whether a second copy is kept, from which a damaged or lost file is made anew. */
  readonly keepsCopy?: boolean
  /** Leaves everything as it is: for a process that reads beside the one that keeps the file. */
  readonly readOnly?: boolean
}

type Problem = Pick<StorageNotice, 'problem' | 'reason'>

/** What a path holds; `isHeld`: it cannot be read now, and may be whole. */
type Found<Value> =
  | { readonly state: 'good'; readonly value: Value }
  | { readonly state: 'missing' }
  | { readonly state: 'bad'; readonly problem: Problem; readonly isHeld: boolean; readonly error?: unknown }

/**
 * A document of Lamina's own in a file. Whatever stands there instead of it (something damaged, huge, a pipe, a folder) is set aside under
 * another name, so that what it held is not lost; where that is not possible, and where it cannot be read, it stays and is not replaced.
 */
export class JsonFile<Schema extends z.ZodType> {
  readonly #path: string
  readonly #schema: Schema
  readonly #options: JsonFileOptions

  constructor(path: string, schema: Schema, options: JsonFileOptions = {}) {
    this.#path = path
    this.#schema = schema
    this.#options = options
  }

  get #copy(): string {
    return `${this.#path}.good`
  }

  /** What the document holds; nothing where there is none. Never throws. */
  async read(): Promise<z.infer<Schema> | undefined> {
    const found = await this.#find(this.#path)
    if (found.state === 'good') return found.value
    const copy = await this.#lastGood()
    if (this.#options.readOnly === true) return copy
    if (found.state === 'missing' && copy === undefined) return undefined
    try {
      return (await inTurn(dirname(this.#path), () => this.#mended(), impatient)).value
    } catch {
      // Nothing can be moved in a folder that cannot be written to.
      this.#tell(found, undefined, copy)
      return copy
    }
  }

  /**
   * Makes of what the document holds another one, while no other process does, and gives it; nothing is written where it gives none. After a
   * crash either the old or the new one is there, whole.
   * @throws FailureError `storage-failed`, also where the document cannot be read and might be whole
   */
  async change<After extends z.infer<Schema> | undefined>(
    work: (before: z.infer<Schema> | undefined) => After,
  ): Promise<After> {
    try {
      return await inTurn(dirname(this.#path), async () => {
        const found = await this.#find(this.#path)
        const before = found.state === 'good' ? found : await this.#mended()
        const value = work(before.value)
        if (value === undefined) return value
        const text = textOf(value)
        await replaceFile(this.#path, text)
        // The document is kept; a copy that is older helps as well.
        if (this.#options.keepsCopy === true) await replaceFile(this.#copy, text).catch(() => undefined)
        return value
      })
    } catch (error) {
      if (error instanceof FailureError) throw error
      throw storageFailure(`${this.#path} cannot be written`, error)
    }
  }

  /** Replaces the document, as `change`. */
  async write(value: z.infer<Schema>): Promise<void> {
    await this.change(() => value)
  }

  async #find(path: string): Promise<Found<z.infer<Schema>>> {
    const file = await readSmallFile(path, largest)
    switch (file.state) {
      case 'missing':
        return { state: 'missing' }
      case 'refused': {
        const { why, reason, error } = file
        return { state: 'bad', problem: { problem: why, reason }, isHeld: why === 'forbidden', error }
      }
      case 'read': {
        const parsed = this.#schema.safeParse(valueOfJson(file.bytes))
        return parsed.success
          ? { state: 'good', value: parsed.data }
          : { state: 'bad', problem: { problem: 'damaged' }, isHeld: false }
      }
    }
  }

  async #lastGood(): Promise<z.infer<Schema> | undefined> {
    if (this.#options.keepsCopy !== true) return undefined
    const copy = await this.#find(this.#copy)
    return copy.state === 'good' ? copy.value : undefined
  }

  /**
   * Has a document that is not good, or is gone, out of the way and the last good copy in its place. In a turn of the folder.
   * @throws FailureError `storage-failed` where what is there may not be replaced
   */
  async #mended(): Promise<{ readonly value: z.infer<Schema> | undefined }> {
    const found = await this.#find(this.#path)
    // Another process was faster.
    if (found.state === 'good') return found
    const value = await this.#lastGood()
    if (found.state === 'missing' && value === undefined) return { value }
    if (found.state === 'bad' && found.isHeld)
      throw storageFailure(`${this.#path} cannot be read and is not replaced`, found.error)
    const movedTo = found.state === 'bad' ? await setAside(this.#path) : undefined
    if (value !== undefined) await replaceFile(this.#path, textOf(value)).catch(() => undefined)
    else if (this.#options.keepsCopy === true) await this.#setCopyAside()
    this.#tell(found, movedTo, value)
    return { value }
  }

  /** A copy that is no good either is not replaced with the next change. */
  async #setCopyAside(): Promise<void> {
    const copy = await this.#find(this.#copy)
    if (copy.state === 'bad' && !copy.isHeld) await setAside(this.#copy).catch(() => undefined)
  }

  #tell(found: Found<z.infer<Schema>>, movedTo: string | undefined, copy: z.infer<Schema> | undefined): void {
    if (found.state === 'good') return
    const problem: Problem = found.state === 'missing' ? { problem: 'missing' } : found.problem
    this.#options.notify?.({
      file: this.#path,
      ...problem,
      ...(movedTo === undefined ? {} : { movedTo }),
      ...(copy === undefined ? {} : { restored: true }),
    })
  }
}

function textOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/**
 * Moves what is there out of the way, beside what was set aside before; gives its new path.
 * @throws Error of the system
 */
async function setAside(path: string): Promise<string> {
  const name = (number: number) => `${path}.unreadable${number === 1 ? '' : `-${String(number)}`}`
  let number = 1
  while (number < mostSetAside && (await isThere(name(number)))) number += 1
  await rename(path, name(number))
  return name(number)
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
