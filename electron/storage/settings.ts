import { join } from 'node:path'
import { z } from 'zod'
import { firstSettings } from '../core/first-settings'
import { settings } from '../contract/settings'
import { readJson, writeJson } from './json-file'

export type Settings = z.infer<typeof settings>

/** As zod's `partial` gives it: a key may be there without a value. */
type Optional<Values> = { readonly [Key in keyof Values]?: Values[Key] | undefined }

const defaults: Settings = firstSettings

/** What another version wrote and this one does not know gives way to the default, alone. */
const saved = z.object({
  author: settings.shape.author.optional().catch(undefined),
  theme: settings.shape.theme.optional().catch(undefined),
  locale: settings.shape.locale.optional().catch(undefined),
  pause: settings.shape.pause.optional().catch(undefined),
  showAll: settings.shape.showAll.optional().catch(undefined),
  sorts: settings.shape.sorts.optional().catch(undefined),
  place: settings.shape.place.optional().catch(undefined),
})

/** What this person chose, in one file. */
export class SettingsFile {
  readonly #path: string
  #writing: Promise<unknown> = Promise.resolve()

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'settings.json')
  }

  async read(): Promise<Settings> {
    return withDefined(defaults, (await readJson(this.#path, saved)) ?? {})
  }

  /** Changes some choices and gives all; one change after the other. */
  change(some: Optional<Settings>): Promise<Settings> {
    const changed = this.#writing.then(async () => {
      const all = withDefined(await this.read(), some)
      await writeJson(this.#path, all)
      return all
    })
    this.#writing = changed.catch(() => undefined)
    return changed
  }
}

function withDefined<Values extends object>(all: Values, some: Optional<Values>): Values {
  const defined = Object.entries(some).filter(([, value]) => value !== undefined)
  return { ...all, ...(Object.fromEntries(defined) as Partial<Values>) }
}
