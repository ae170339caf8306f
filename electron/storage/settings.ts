import { join } from 'node:path'
import { z } from 'zod'
import { settings } from '../contract/settings'
import { firstSettings } from '../core/settings/first-settings'
import { isFailure } from '../core/base/failure'
import { JsonFile } from './files/json-file'
import { inSentences } from './files/storage-failure'
import type { Notify } from './files/storage-notices'

export type Settings = z.infer<typeof settings>

/** As zod's `partial` gives it: a key may be there without a value. */
type Optional<Values> = { readonly [Key in keyof Values]?: Values[Key] | undefined }

/** What is in the file, whatever version wrote it. */
const document = z.record(z.string(), z.unknown())
type Document = z.infer<typeof document>

/** What this person chose, in one file. What it does not understand, as of a newer version, stays there until it is chosen anew. */
export class SettingsFile {
  readonly #file: JsonFile<typeof document>
  readonly #path: string
  readonly #notify: Notify
  #writing: Promise<unknown> = Promise.resolve()
  /** Choices of this process that could not be kept. */
  #unsaved: Document = {}

  constructor(
    dataDir: string,
    { notify = () => undefined, readOnly = false }: { notify?: Notify; readOnly?: boolean } = {},
  ) {
    this.#path = join(dataDir, 'settings.json')
    this.#notify = notify
    this.#file = new JsonFile(this.#path, document, { notify, readOnly, keepsCopy: true })
  }

  /** Never throws: what cannot be read is as it is at first. */
  async read(): Promise<Settings> {
    return this.#understood({ ...(await this.#file.read()), ...this.#unsaved })
  }

  /** Changes some choices and gives all; one change after the other. What cannot be kept holds for this process. */
  change(some: Optional<Settings>): Promise<Settings> {
    const changed = this.#writing.then(async () => {
      const chosen = { ...this.#unsaved, ...definedOf(some) }
      try {
        const all = await this.#file.change((before) => ({ ...before, ...chosen }))
        this.#unsaved = {}
        return this.#understood(all)
      } catch (error) {
        if (!isFailure(error, 'storage-failed')) throw error
        this.#unsaved = chosen
        this.#notify({ file: this.#path, problem: 'not-saved', reason: inSentences(error) })
        return await this.read()
      }
    })
    this.#writing = changed.catch(() => undefined)
    return changed
  }

  /** Each choice by itself, and each list's order: one that is not understood gives way to what holds at first, alone. */
  #understood(all: Document): Settings {
    let unknown = 0
    const chosen = <Schema extends z.ZodType>(
      shape: Readonly<Record<string, Schema>>,
      values: Readonly<Record<string, unknown>>,
    ) =>
      Object.entries(shape).flatMap(([key, schema]) => {
        if (!(key in values)) return []
        const parsed = schema.safeParse(values[key])
        if (!parsed.success) unknown += 1
        return parsed.success ? [[key, parsed.data] as const] : []
      })
    const { sorts, ...others } = settings.shape
    const ownSorts = document.safeParse(all['sorts'])
    if ('sorts' in all && !ownSorts.success) unknown += 1
    const understood = {
      ...firstSettings,
      ...Object.fromEntries(chosen<z.ZodType>(others, all)),
      sorts: {
        ...firstSettings.sorts,
        ...Object.fromEntries(chosen<z.ZodType>(sorts.shape, ownSorts.data ?? {})),
      },
    }
    if (unknown > 0) this.#notify({ file: this.#path, problem: 'entries', count: unknown })
    return settings.parse(understood)
  }
}

function definedOf(some: Optional<Settings>): Document {
  return Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined))
}
