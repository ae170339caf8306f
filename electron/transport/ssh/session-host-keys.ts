import { type HostName, nameInFile, type PresentedKey } from './known-hosts/host-key-verdict'

/**
 * Host keys that were accepted and that no file keeps, in memory for as long as the host is open, so that a lost link can
 * be made again without asking and another key of the host is still noticed.
 */
export class SessionHostKeys {
  readonly #keys = new Map<string, PresentedKey>()

  /** The key that a host was accepted by. */
  keyOf(name: HostName): PresentedKey | undefined {
    return this.#keys.get(nameInFile(name))
  }

  keep(name: HostName, { type, blob }: PresentedKey): void {
    this.#keys.set(nameInFile(name), { type, blob: Buffer.from(blob) })
  }

  clear(): void {
    this.#keys.clear()
  }
}
