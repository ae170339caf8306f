import { type HostName, nameInFile, type PresentedKey } from '../../known-hosts/host-key-verdict'

interface AcceptedKey extends PresentedKey {
  /** Why no file keeps it, to be told with each connection; nothing where that is wanted. */
  readonly warning?: string
}

/**
 * Host keys that were accepted and that no file keeps, in memory for as long as the host is open, so that a lost link can
 * be made again without asking and another key of the host is still noticed.
 */
export class SessionHostKeys {
  readonly #keys = new Map<string, AcceptedKey>()

  /** The key that a host was accepted by. */
  keyOf(name: HostName): AcceptedKey | undefined {
    return this.#keys.get(nameInFile(name))
  }

  keep(name: HostName, key: AcceptedKey): void {
    this.#keys.set(nameInFile(name), { ...key, blob: Buffer.from(key.blob) })
  }

  clear(): void {
    this.#keys.clear()
  }
}
