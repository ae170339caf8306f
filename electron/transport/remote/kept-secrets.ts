/**
 * What a person entered and a host accepted, in memory for as long as the host is known to this process, so that a lost
 * link can be made again without asking.
 */
export class KeptSecrets {
  readonly #secrets = new Map<string, string>()

  get(what: string): string | undefined {
    return this.#secrets.get(what)
  }

  keep(what: string, secret: string): void {
    this.#secrets.set(what, secret)
  }

  forget(what: string): void {
    this.#secrets.delete(what)
  }

  clear(): void {
    this.#secrets.clear()
  }
}
