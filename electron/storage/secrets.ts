import { join } from 'node:path'
import { z } from 'zod'
import { JsonFile } from './files/json-file'
import { keptHostId } from './kept-host-id'
import type { Notify } from './files/storage-notices'

/** Keeps passphrases and passwords beyond this process, where the system has a safe place for them. */
export interface SecretStore {
  /** Whether what is stored is protected by more than the program's own code; nothing is stored otherwise. */
  isSafe(): Promise<boolean>
  get(id: string): Promise<string | undefined>
  set(id: string, value: string): Promise<void>
  /** Forgets every secret whose id begins so. */
  remove(prefix: string): Promise<void>
}

/** What all secrets of a host begin with. A line feed ends it: no host id holds one, so no id is the beginning of another. */
export function secretsOfHost(hostId: string): string {
  return `${hostId}\n`
}

/** Encrypts with a key that the system keeps. */
export interface SystemCipher {
  /** Who keeps the key, in Electron's words (`safeStorage.getSelectedStorageBackend`); nothing where nobody does. */
  backend(): string | undefined
  encrypt(text: string): Buffer
  /** Throws for what was encrypted with another key. */
  decrypt(bytes: Buffer): string
}

const document = z.object({
  /** Who kept the key when this was written; with another one it cannot be read. */
  backend: z.string(),
  /** Base64 by id. */
  secrets: z.array(z.tuple([z.string(), z.base64()])),
})

/** `basic_text` is a key that stands in Chromium's source, `unknown` nobody knows. */
const unsafeBackends: ReadonlySet<string> = new Set(['basic_text', 'unknown'])

/** Secrets as the system's ciphertext in a file of their own. */
export class SecretsFile implements SecretStore {
  readonly #file: JsonFile<typeof document>
  readonly #cipher: SystemCipher
  #writing: Promise<unknown> = Promise.resolve()

  constructor(dataDir: string, cipher: SystemCipher, notify: Notify = () => undefined) {
    this.#file = new JsonFile(join(dataDir, 'secrets.json'), document, { notify })
    this.#cipher = cipher
  }

  isSafe(): Promise<boolean> {
    return Promise.resolve(this.#safeBackend() !== undefined)
  }

  async get(id: string): Promise<string | undefined> {
    const bytes = (await this.#read()).get(id)
    if (bytes === undefined) return undefined
    try {
      return this.#cipher.decrypt(Buffer.from(bytes, 'base64'))
    } catch {
      // The system's key is another one since, and with it went the secret: the person is asked again.
      return undefined
    }
  }

  set(id: string, value: string): Promise<void> {
    return this.#change((secrets) => {
      secrets.set(id, this.#cipher.encrypt(value).toString('base64'))
    })
  }

  remove(prefix: string): Promise<void> {
    return this.#change((secrets) => {
      for (const id of [...secrets.keys()]) if (id.startsWith(prefix)) secrets.delete(id)
    })
  }

  #safeBackend(): string | undefined {
    const backend = this.#cipher.backend()
    return backend === undefined || unsafeBackends.has(backend) ? undefined : backend
  }

  async #read(): Promise<Map<string, string>> {
    return this.#secretsIn(await this.#file.read())
  }

  #secretsIn(saved: z.infer<typeof document> | undefined): Map<string, string> {
    if (saved === undefined || saved.backend !== this.#safeBackend()) return new Map()
    return new Map(saved.secrets.map(([id, secret]) => [withHostIdOfToday(id), secret]))
  }

  /** Where nothing is safe, nothing is written, and what is there stays for the system that can read it. */
  #change(work: (secrets: Map<string, string>) => void): Promise<void> {
    const changed = this.#writing.then(async () => {
      const backend = this.#safeBackend()
      if (backend === undefined) return
      await this.#file.change((saved) => {
        const secrets = this.#secretsIn(saved)
        const before = secrets.size
        work(secrets)
        return before > 0 || secrets.size > 0 ? { backend, secrets: [...secrets] } : undefined
      })
    })
    this.#writing = changed.catch(() => undefined)
    return changed
  }
}

function withHostIdOfToday(id: string): string {
  const end = id.indexOf('\n')
  const hostId = keptHostId(id.slice(0, Math.max(end, 0)))
  return hostId === undefined ? id : hostId + id.slice(end)
}
