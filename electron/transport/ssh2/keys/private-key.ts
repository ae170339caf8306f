import { getCiphers } from 'node:crypto'
import type { ParsedKey } from 'ssh2'
import type { KeyProblem } from '../../../core/hosts/key-problem'
import {
  chacha,
  hasOpensshKeyLaidOutWrongly,
  type OpensshKey,
  readOpensshKey,
  withoutChacha,
} from './openssh-key'
import { keyFromPem, type OpenedKey } from './pem-key'
import { parsedBySsh2, publicKeyFrom } from './public-key-file'

/** What a file of a private key holds, as far as it can be read without its passphrase. */
export type PrivateKey =
  | { readonly state: 'open'; readonly key: ParsedKey }
  /** `publicKey` is absent where the format does not tell it (PEM). */
  | { readonly state: 'encrypted'; readonly publicKey: ParsedKey | undefined }
  | { readonly state: 'unusable'; readonly problem: KeyProblem }

/** What OpenSSH encrypts its keys with and this process can decrypt. */
const ciphers = /^(3des-cbc|aes(128|192|256)-(cbc|ctr|gcm@openssh\.com))$/

/**
 * Reads a private key as ssh does (sshkey.c, sshkey_parse_private_fileblob_type): OpenSSH's own format where it begins the file, else the
 * first private key in PEM, whatever stands around it.
 */
export function parsePrivateKey(content: Buffer): PrivateKey {
  const text = content.toString('latin1')
  if (text.trim() === '') return unusable('empty')
  const own = readOpensshKey(text)
  if (own !== undefined) return fromOpenssh(own)
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text)) {
    const found = keyFromPem(content)
    if (found.state === 'encrypted') return { state: 'encrypted', publicKey: undefined }
    if (found.state === 'open' || (found.state === 'unusable' && found.problem !== 'damaged')) return found
  }
  return unusable(problemOf(text))
}

/** Opens a key that `parsePrivateKey` found to be encrypted; takes up to some seconds. */
export function openPrivateKey(content: Buffer, passphrase: string): OpenedKey {
  const text = content.toString('latin1')
  const own = readOpensshKey(text)
  if (own !== undefined) {
    const key =
      own.cipher === chacha
        ? parsedBySsh2(withoutChacha(own, passphrase))
        : parsedBySsh2(own.text, passphrase)
    return key instanceof Error ? { state: 'wrong-passphrase' } : { state: 'open', key }
  }
  const found = keyFromPem(content, passphrase)
  return found.state === 'encrypted' ? { state: 'wrong-passphrase' } : found
}

function fromOpenssh(own: OpensshKey): PrivateKey {
  const told = publicKeyFrom(own.publicKey)
  if (told.key === undefined) return unusable(told.problem)
  if (own.cipher === 'none') {
    const key = parsedBySsh2(own.text)
    return key instanceof Error ? unusable('damaged') : { state: 'open', key }
  }
  const canOpen =
    own.kdf === 'bcrypt' &&
    (ciphers.test(own.cipher) || (own.cipher === chacha && getCiphers().includes('chacha20-poly1305')))
  return canOpen ? { state: 'encrypted', publicKey: told.key } : unusable('unsupported-encryption')
}

function problemOf(text: string): KeyProblem {
  if (text.startsWith('PuTTY-User-Key-File-')) return 'putty'
  if (hasOpensshKeyLaidOutWrongly(text)) return 'layout'
  return /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text) ? 'damaged' : 'not-a-key'
}

function unusable(problem: KeyProblem): { readonly state: 'unusable'; readonly problem: KeyProblem } {
  return { state: 'unusable', problem }
}
