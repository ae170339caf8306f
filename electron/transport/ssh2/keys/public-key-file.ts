import ssh2, { type ParsedKey } from 'ssh2'
import type { KeyProblem } from '../../../core/hosts/key-problem'

/** A public key that stands in a file, or why it cannot be used. */
type PublicKey = { readonly key: ParsedKey } | { readonly key: undefined; readonly problem: KeyProblem }

/**
 * The first public key in the lines of a file, as ssh looks for it (authfile.c, sshkey_try_load_public); undefined where there is none, such
 * as in a file with a private key.
 */
export function publicKeyIn(content: Buffer): PublicKey | undefined {
  for (const line of content.toString('latin1').split('\n')) {
    if (line.startsWith('#')) continue
    if (line.startsWith('-----BEGIN')) return undefined
    const [type = '', base64 = ''] = line.trim().split(/[ \t]+/)
    const blob = Buffer.from(base64, 'base64')
    // What the line calls itself and what its bytes are has to be the same.
    if (typeOfBlob(blob) === type && type !== '') return publicKeyFrom(blob)
  }
  return undefined
}

/** The key that a blob of RFC 4253, section 6.6 is, or why Lamina cannot use it. */
export function publicKeyFrom(blob: Buffer): PublicKey {
  const type = typeOfBlob(blob) ?? ''
  if (type.includes('-cert-v')) return { key: undefined, problem: 'certificate' }
  if (type.startsWith('sk-')) return { key: undefined, problem: 'fido' }
  const parsed = parsedBySsh2(`${type} ${blob.toString('base64')}`)
  if (!(parsed instanceof Error)) return { key: parsed }
  const isKnown = /^(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp(256|384|521))$/.test(type)
  return { key: undefined, problem: isKnown ? 'damaged' : 'unsupported-type' }
}

/** The name that begins a blob. */
function typeOfBlob(blob: Buffer): string | undefined {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0)
  return length === 0 || length > 64 || blob.length < 4 + length
    ? undefined
    : blob.toString('latin1', 4, 4 + length)
}

/** Reads a key in one of ssh2's own formats. */
export function parsedBySsh2(text: string, passphrase?: string): ParsedKey | Error {
  try {
    const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text, passphrase)
    return Array.isArray(parsed) ? (parsed[0] ?? new Error('there is no key')) : parsed
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
