import { parentPort, workerData } from 'node:worker_threads'
import type { SignatureAnswer, SignatureRequest } from './encrypted-key'
import { openPrivateKey } from './private-key'

/**
 * Opens an encrypted key and signs with it, in a thread of its own: deriving the key from the passphrase takes a third of
 * a second to two seconds in one go.
 */
function sign({ key, passphrase, data, hash }: SignatureRequest): SignatureAnswer {
  const opened = openPrivateKey(Buffer.from(key), passphrase)
  if (opened.state !== 'open') return opened
  const signature: Buffer | Error = opened.key.sign(Buffer.from(data), hash)
  if (signature instanceof Error) return { state: 'unusable', problem: 'no-signature' }
  return { state: 'signed', signature, publicKey: opened.key.getPublicSSH() }
}

parentPort?.postMessage(sign(workerData as SignatureRequest))
