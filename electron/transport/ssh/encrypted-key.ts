import { Worker } from 'node:worker_threads'

/** What the worker gets; it lives for one signature, so that the opened key does not stay in memory. */
export interface SignatureRequest {
  readonly key: Uint8Array
  readonly passphrase: string
  readonly data: Uint8Array
  readonly hash: string | undefined
}

export type SignatureAnswer =
  | { readonly ok: true; readonly signature: Uint8Array; readonly publicKey: Uint8Array }
  | { readonly ok: false; readonly reason: string }

/** Signs with an encrypted private key in a worker thread; a wrong passphrase is an answer, not an error. */
export function signWithEncryptedKey(request: SignatureRequest): Promise<SignatureAnswer> {
  // Built, the worker lies beside the program; run from source, it needs the loader that this process was started with.
  const isSource = import.meta.url.endsWith('.ts')
  const script = new URL(isSource ? './key-worker.ts' : './key-worker.js', import.meta.url)
  const worker = new Worker(script, {
    workerData: request,
    ...(isSource && { execArgv: ['--import', 'tsx'] }),
  })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => {
      reject(new Error('the thread that opens keys ended without an answer'))
    })
  })
}
