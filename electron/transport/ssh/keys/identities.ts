import type { ParsedKey } from 'ssh2'
import { agentKeys } from './agent-keys'
import type { ConnectionLog } from '../connection-log'
import { signWithEncryptedKey } from './encrypted-key'
import type { HopSettings } from '../hop-settings'
import { publicKeyOf, readKeyFile } from './key-file'

/** Asks for a passphrase until `works` says that it is right; undefined where nobody gives a right one. */
export type OpenWithPassphrase = <Value>(
  keyFile: string,
  works: (passphrase: string) => Promise<Value | undefined>,
) => Promise<Value | undefined>

/** A key that may prove who this is. */
export interface Identity {
  /** For the log: where it comes from. */
  readonly label: string
  /** Asks for the passphrase where an encrypted file does not tell its public part; undefined where nobody gave it. */
  publicKey(): Promise<ParsedKey | undefined>
  /** Signs, asking for a passphrase if need be; undefined where that was not possible. */
  sign(data: Buffer, hash: string | undefined): Promise<Buffer | undefined>
}

/**
 * The keys to try, configured ones first, because servers count failures (`MaxAuthTries` is 6 by default); then what else the
 * agent holds, unless IdentitiesOnly. A configured key that the agent holds is used through it.
 */
export async function identitiesOf(
  hop: HopSettings,
  log: ConnectionLog,
  open: OpenWithPassphrase,
): Promise<readonly Identity[]> {
  const agent = await agentKeys(hop.agentSocket, log)
  const left = new Map(agent.keys.map((key) => [blobOf(key), key]))
  const throughAgent = (key: ParsedKey, label: string): Identity => ({
    label,
    publicKey: () => Promise.resolve(key),
    sign: (data, hash) => agent.sign(key, data, hash),
  })
  const identities: Identity[] = []
  for (const path of hop.identityFiles) {
    const file = await readKeyFile(path)
    if (file.state === 'missing') continue
    if (file.state === 'unusable') {
      log.add(`Key ${path}: ${file.reason}`)
      continue
    }
    const publicKey = file.state === 'encrypted' ? file.publicKey : file.key
    const held = publicKey === undefined ? undefined : left.get(blobOf(publicKey))
    if (held !== undefined) {
      left.delete(blobOf(held))
      identities.push(throughAgent(held, `${path} (held by the agent)`))
    } else if (file.state === 'open') {
      identities.push(openIdentity(path, file.key))
    } else if (file.state === 'encrypted') {
      identities.push(encryptedIdentity(path, file.content, publicKey, open))
    } else log.add(`Key ${path} is a public key, and the agent does not hold its private part`)
  }
  if (!hop.identitiesOnly)
    for (const key of left.values()) identities.push(throughAgent(key, `agent key ${key.comment}`.trim()))
  return identities
}

function openIdentity(path: string, key: ParsedKey): Identity {
  return {
    label: path,
    publicKey: () => Promise.resolve(key),
    sign(data, hash) {
      const signature: Buffer | Error = key.sign(data, hash)
      return Promise.resolve(signature instanceof Error ? undefined : signature)
    },
  }
}

function encryptedIdentity(
  path: string,
  key: Buffer,
  publicKey: ParsedKey | undefined,
  open: OpenWithPassphrase,
): Identity {
  const signed = (data: Buffer, hash: string | undefined) =>
    open(path, async (passphrase) => {
      const answer = await signWithEncryptedKey({ key, passphrase, data, hash })
      return answer.ok ? answer : undefined
    })
  return {
    label: path,
    async publicKey() {
      if (publicKey !== undefined) return publicKey
      const answer = await signed(Buffer.from(path), undefined)
      return answer === undefined ? undefined : publicKeyOf(Buffer.from(answer.publicKey))
    },
    async sign(data, hash) {
      const answer = await signed(data, hash)
      return answer === undefined ? undefined : Buffer.from(answer.signature)
    },
  }
}

function blobOf(key: ParsedKey): string {
  return key.getPublicSSH().toString('base64')
}
