import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { KeyProblem } from '../../../core/hosts/key-problem'

/** What the worker gets; it lives for one signature, so that the opened key does not stay in memory. */
export interface SignatureRequest {
  readonly key: Uint8Array
  readonly passphrase: string
  readonly data: Uint8Array
  readonly hash: string | undefined
}

export type SignatureAnswer =
  | { readonly state: 'signed'; readonly signature: Uint8Array; readonly publicKey: Uint8Array }
  | { readonly state: 'wrong-passphrase' }
  | { readonly state: 'unusable'; readonly problem: KeyProblem }

/**
 * Signs with an encrypted private key in a worker thread; a wrong passphrase is an answer, not an error.
 * @throws Error where the thread cannot do its work, which is a reason to go on with the next key
 */
export function signWithEncryptedKey(request: SignatureRequest): Promise<SignatureAnswer> {
  return new Promise((resolve, reject) => {
    const worker = keyWorker(request)
    worker.once('message', resolve)
    worker.on('error', reject)
    worker.once('exit', () => {
      reject(new Error('the thread that opens keys ended without an answer'))
    })
  })
}

/** Built, the worker lies beside the program; run from source, it first needs a loader for TypeScript. */
function keyWorker(workerData: SignatureRequest): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./key-worker.js', import.meta.url), { workerData })
  const { resolve } = createRequire(import.meta.url)
  const script = fileURLToPath(new URL('./key-worker.ts', import.meta.url))
  const load = `require(${JSON.stringify(resolve('tsx/cjs/api'))}).register(); require(${JSON.stringify(script)})`
  return new Worker(load, { eval: true, workerData })
}
