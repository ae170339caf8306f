import { join } from 'node:path'
import { z } from 'zod'
import { file } from '../contract/hosts'
import { isFailure } from '../core/base/failure'
import { JsonFile } from './files/json-file'
import { keptHostId } from './kept-host-id'
import { inSentences } from './files/storage-failure'
import type { Notify } from './files/storage-notices'

/** A host that a person added: its address in the one spelling, a name, and what was chosen for it. Never a secret. */
const savedHost = z.object({
  hostId: z.string().transform(keptHostId).pipe(z.string('not an address in its usual spelling')),
  name: z.string().max(10_000),
  identityFile: file.optional(),
  knownHostsFile: file.optional(),
  legacyAlgorithms: z.boolean().optional(),
})

/** Entries are read one by one: a newer version may have written some that this one does not understand. */
const document = z.looseObject({ hosts: z.array(z.unknown()) })

export type SavedHost = z.infer<typeof savedHost>

/** The hosts that were added, in that order. Read anew each time: another process may have added one. */
export class HostsFile {
  readonly #path: string
  readonly #file: JsonFile<typeof document>
  readonly #notify: Notify
  #writing: Promise<unknown> = Promise.resolve()

  constructor(dataDir: string, notify: Notify = () => undefined) {
    this.#path = join(dataDir, 'hosts.json')
    this.#notify = notify
    this.#file = new JsonFile(this.#path, document, { notify, keepsCopy: true })
  }

  /** Never throws: what is not understood is left out, and said. */
  async read(): Promise<SavedHost[]> {
    const entries = (await this.#file.read())?.hosts ?? []
    const hosts = new Map<string, SavedHost>()
    for (const entry of entries) {
      const host = hostIn(entry)
      if (host !== undefined && !hosts.has(host.hostId)) hosts.set(host.hostId, host)
    }
    const unknown = entries.filter((entry) => hostIn(entry) === undefined).length
    if (unknown > 0) this.#notify({ file: this.#path, problem: 'entries', count: unknown })
    return [...hosts.values()]
  }

  /** Adds a host at the end, or changes in its place the one that has this id. Where it cannot be kept, that is said, and false is given. */
  async put(host: SavedHost): Promise<boolean> {
    try {
      await this.#change((entries) =>
        entries.some((entry) => hostIn(entry)?.hostId === host.hostId)
          ? entries.map((entry) => (hostIn(entry)?.hostId === host.hostId ? changed(entry, host) : entry))
          : [...entries, host],
      )
      return true
    } catch (error) {
      if (!isFailure(error, 'storage-failed')) throw error
      this.#notify({ file: this.#path, problem: 'not-saved', reason: inSentences(error) })
      return false
    }
  }

  /** @throws FailureError `storage-failed` */
  remove(hostId: string): Promise<void> {
    return this.#change((entries) => entries.filter((entry) => hostIn(entry)?.hostId !== hostId))
  }

  /** What is not understood stays in the file, where it stood. */
  #change(work: (entries: readonly unknown[]) => readonly unknown[]): Promise<void> {
    const changing = this.#writing.then(async () => {
      await this.#file.change((all = { hosts: [] }) => ({ ...all, hosts: [...work(all.hosts)] }))
    })
    this.#writing = changing.catch(() => undefined)
    return changing
  }
}

function hostIn(entry: unknown): SavedHost | undefined {
  return savedHost.safeParse(entry).data
}

/** What another version knows of a host besides stays. */
function changed(entry: unknown, host: SavedHost): object {
  const others = z.record(z.string(), z.unknown()).safeParse(entry).data ?? {}
  return {
    ...Object.fromEntries(Object.entries(others).filter(([key]) => !(key in savedHost.shape))),
    ...host,
  }
}
