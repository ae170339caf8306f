import { join } from 'node:path'
import { z } from 'zod'
import { keptHostId } from './kept-host-id'
import { readJson, writeJson } from './json-file'

/** A host that a person added: its address in the one spelling, a name, and what was chosen for it. Never a secret. */
const savedHost = z.object({
  hostId: z.string().transform(keptHostId).pipe(z.string('not an address in its usual spelling')),
  name: z.string(),
  identityFile: z.string().optional(),
  knownHostsFile: z.string().optional(),
  legacyAlgorithms: z.boolean().optional(),
})

const document = z.object({ hosts: z.array(savedHost) })

export type SavedHost = z.infer<typeof savedHost>

/** The hosts that were added, in that order. Read anew each time: another process may have added one. */
export class HostsFile {
  readonly #path: string
  #writing: Promise<unknown> = Promise.resolve()

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'hosts.json')
  }

  async read(): Promise<SavedHost[]> {
    return (await readJson(this.#path, document))?.hosts ?? []
  }

  /** Adds a host at the end, or changes in its place the one that has this id. */
  put(host: SavedHost): Promise<void> {
    return this.#change((hosts) =>
      hosts.some(({ hostId }) => hostId === host.hostId)
        ? hosts.map((one) => (one.hostId === host.hostId ? host : one))
        : [...hosts, host],
    )
  }

  remove(hostId: string): Promise<void> {
    return this.#change((hosts) => hosts.filter((one) => one.hostId !== hostId))
  }

  #change(work: (hosts: readonly SavedHost[]) => readonly SavedHost[]): Promise<void> {
    const changed = this.#writing.then(async () => {
      await writeJson(this.#path, { hosts: work(await this.read()) })
    })
    this.#writing = changed.catch(() => undefined)
    return changed
  }
}
