import { mkdir, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import type { z } from 'zod'
import { failed } from '../core/failure'
import { readSmallFile, type SmallFile } from './small-file'
import type { Notify, StorageNotice } from './storage-notices'

/** Bytes of a document that is still read; more than a person's choices, hosts and secrets ever take. */
const largest = 16 * 1024 * 1024
/** So many damaged files are kept side by side before the last one is replaced. */
const mostSetAside = 9

export interface JsonFileOptions {
  /** Hears what a person should know. */
  readonly notify?: Notify
  /** Whether a second copy is kept, from which a damaged file is made anew. */
  readonly keepsCopy?: boolean
  /** Leaves everything as it is: for a process that reads beside the one that keeps the file. */
  readonly readOnly?: boolean
}

/**
 * A document of Lamina's own in a file. Whatever stands there instead of it (something damaged, huge, a pipe, a folder) is set aside under
 * another name, so that what it held is not lost; where that is not possible, it stays and is not read.
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
    const found = this.#parsed(await readSmallFile(this.#path, largest))
    if (found.ok) return found.value
    const { readOnly = false, keepsCopy = false, notify } = this.#options
    const copy = keepsCopy ? this.#parsed(await readSmallFile(this.#copy, largest)) : undefined
    const good = copy?.ok === true ? copy.value : undefined
    if (readOnly) return good
    const movedTo = await this.#setAside()
    // Another process was faster, and what it made of the file stands there now.
    if (movedTo === 'gone') return this.#valueOf(await readSmallFile(this.#path, largest)) ?? good
    if (good !== undefined && movedTo !== undefined) await writeWhole(this.#path, good).catch(() => undefined)
    notify?.({
      file: this.#path,
      ...found.problem,
      ...(movedTo === undefined ? {} : { movedTo }),
      ...(good === undefined ? {} : { restored: true }),
    })
    return good
  }

  /**
   * Replaces the document in one step: after a crash either the old or the new one is there, whole.
   * @throws FailureError `storage-failed`
   */
  async write(value: z.infer<Schema>): Promise<void> {
    try {
      await writeWhole(this.#path, value)
    } catch (error) {
      throw failed(
        'storage-failed',
        `${this.#path} cannot be written: ${messageOf(error)}`,
        'Check that the disk is not full and the folder belongs to this user.',
      )
    }
    // The document is kept; a copy that is older helps as well.
    if (this.#options.keepsCopy === true) await writeWhole(this.#copy, value).catch(() => undefined)
  }

  #parsed(
    file: SmallFile,
  ):
    | { readonly ok: true; readonly value: z.infer<Schema> | undefined }
    | { readonly ok: false; readonly problem: Pick<StorageNotice, 'problem' | 'reason'> } {
    if (file.state === 'missing') return { ok: true, value: undefined }
    if (file.state === 'refused') return { ok: false, problem: { problem: file.why, reason: file.reason } }
    const parsed = this.#schema.safeParse(parseText(file.text))
    return parsed.success ? { ok: true, value: parsed.data } : { ok: false, problem: { problem: 'damaged' } }
  }

  #valueOf(file: SmallFile): z.infer<Schema> | undefined {
    const parsed = this.#parsed(file)
    return parsed.ok ? parsed.value : undefined
  }

  /** Moves what is there out of the way, beside what was set aside before; gives its new path, nothing where it has to stay. */
  async #setAside(): Promise<string | 'gone' | undefined> {
    const name = (number: number) => `${this.#path}.unreadable${number === 1 ? '' : `-${String(number)}`}`
    let number = 1
    while (number < mostSetAside && (await isThere(name(number)))) number += 1
    try {
      await rename(this.#path, name(number))
      return name(number)
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? 'gone' : undefined
    }
  }
}

async function writeWhole(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
