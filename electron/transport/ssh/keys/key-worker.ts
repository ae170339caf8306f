import { parentPort, workerData } from 'node:worker_threads'
import ssh2 from 'ssh2'
import type { SignatureAnswer, SignatureRequest } from './encrypted-key'

/**
 * Opens an encrypted key and signs with it, in a thread of its own: deriving the key from the passphrase takes a third of
 * a second to two seconds in one go.
 */
function sign({ key, passphrase, data, hash }: SignatureRequest): SignatureAnswer {
  const parsed = ssh2.utils.parseKey(Buffer.from(key), passphrase)
  if (parsed instanceof Error) return { ok: false, reason: parsed.message }
  const signature: Buffer | Error = parsed.sign(Buffer.from(data), hash)
  if (signature instanceof Error) return { ok: false, reason: signature.message }
  return { ok: true, signature, publicKey: parsed.getPublicSSH() }
}

parentPort?.postMessage(sign(workerData as SignatureRequest))
