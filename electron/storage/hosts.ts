import { join } from 'node:path'
import { z } from 'zod'
import { socketPathIn } from '../core/socket-address'
import { formatSshAddress, parseSshAddress } from '../core/ssh-address'
import { readJson, writeJson } from './json-file'

/** A host that a person added: its address in the one spelling, a name, and what was chosen for it. Never a secret. */
const savedHost = z.object({
  hostId: z.string().refine(isAddress, 'not an address in its usual spelling'),
  name: z.string(),
  identityFile: z.string().optional(),
  knownHostsFile: z.string().optional(),
  legacyAlgorithms: z.boolean().optional(),
})

const document = z.object({ hosts: z.array(savedHost) })

export type SavedHost = z.infer<typeof savedHost>

function isAddress(text: string): boolean {
  const parsed = parseSshAddress(text)
  return parsed.ok ? formatSshAddress(parsed.address) === text : socketPathIn(text) !== undefined
}

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
