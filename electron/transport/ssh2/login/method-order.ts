import type { LoginMethod } from '../../ssh-config/hop-settings'

/**
 * Chooses the method to try as OpenSSH does (sshconnect2.c, authmethod_get): the preferred ones in their order, one until it
 * has nothing more to try, and from the first on again when the server takes others than before.
 */
export class MethodOrder {
  readonly #preferred: readonly LoginMethod[]
  readonly #finished = new Set<LoginMethod>()
  #taken = ''
  #at = 0

  constructor(preferred: readonly LoginMethod[]) {
    this.#preferred = preferred
  }

  /** The method to go on with, undefined where none is left. `taken` is what the server says that it takes. */
  current(taken: readonly string[]): LoginMethod | undefined {
    const list = taken.join(',')
    if (list !== this.#taken) {
      this.#taken = list
      this.#at = 0
    }
    for (; this.#at < this.#preferred.length; this.#at += 1) {
      const method = this.#preferred[this.#at]
      if (method !== undefined && taken.includes(method) && !this.#finished.has(method)) return method
    }
    return undefined
  }

  /** A method has nothing more to try. */
  finish(method: LoginMethod): void {
    this.#finished.add(method)
  }
}
