import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { ParsedKey } from 'ssh2'
import type { KeyProblem } from '../../../core/hosts/key-problem'
import { asFields, asNumber, writeOpensshKey } from './openssh-key'
import { parsedBySsh2 } from './public-key-file'

/** What came of opening a private key. */
export type OpenedKey =
  | { readonly state: 'open'; readonly key: ParsedKey }
  | { readonly state: 'wrong-passphrase' }
  | { readonly state: 'unusable'; readonly problem: KeyProblem }

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Has the system's own reader of keys look for the first private key in PEM (RFC 7468, and OpenSSL's older forms), as ssh does, and gives it
 * the form that ssh2 takes. What stands around keys is passed over: "Bag Attributes" of PKCS#12, certificates, parameters of curves, and keys
 * in OpenSSH's own format. Deriving a key from a passphrase takes a moment.
 * @param passphrase as with ssh, what cannot be read with one was not opened with the right one
 */
export function keyFromPem(
  content: Buffer,
  passphrase?: string,
): OpenedKey | { readonly state: 'encrypted' } {
  const isMarked = content.subarray(0, byteOrderMark.length).equals(byteOrderMark)
  let key: KeyObject
  try {
    key = createPrivateKey({
      key: isMarked ? content.subarray(byteOrderMark.length) : content,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase }),
    })
  } catch (error) {
    const problem = unsupported(error)
    if (problem !== undefined) return { state: 'unusable', problem }
    if (passphrase !== undefined) return { state: 'wrong-passphrase' }
    return wantsPassphrase(error) ? { state: 'encrypted' } : { state: 'unusable', problem: 'damaged' }
  }
  if (key.asymmetricKeyType === 'dsa') return { state: 'unusable', problem: 'dsa' }
  const parsed = forSsh2(key)
  if (parsed === undefined) return { state: 'unusable', problem: 'unsupported-type' }
  return parsed instanceof Error ? { state: 'unusable', problem: 'damaged' } : { state: 'open', key: parsed }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function wantsPassphrase(error: unknown): boolean {
  // OpenSSL calls a passphrase that is not given a question that was cancelled.
  return ['ERR_MISSING_PASSPHRASE', 'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED'].includes(codeOf(error))
}

/** OpenSSL and BoringSSL, which Electron has in its place, each know what the other does not. */
function unsupported(error: unknown): KeyProblem | undefined {
  const code = codeOf(error)
  if (code.includes('UNSUPPORTED_ALGORITHM')) return 'unsupported-type'
  // The bare ERR_OSSL_UNSUPPORTED is said of anything that is no key, such as one decrypted wrongly.
  return /UNSUPPORTED_|UNKNOWN_/.test(code) ? 'unsupported-encryption' : undefined
}

const curves: ReadonlyMap<string | undefined, string> = new Map([
  ['P-256', 'nistp256'],
  ['P-384', 'nistp384'],
  ['P-521', 'nistp521'],
])

/** The key in OpenSSH's own format, read by ssh2; undefined for kinds of keys that SSH does not use. */
function forSsh2(key: KeyObject): ParsedKey | Error | undefined {
  if (!['rsa', 'ec', 'ed25519'].includes(key.asymmetricKeyType ?? '')) return undefined
  let jwk
  try {
    jwk = key.export({ format: 'jwk' })
  } catch {
    // A curve without a name there, or an RSA key of more than two primes.
    return undefined
  }
  const part = (name: 'n' | 'e' | 'd' | 'p' | 'q' | 'qi' | 'x' | 'y') =>
    Buffer.from(jwk[name] ?? '', 'base64url')
  const number = (name: 'n' | 'e' | 'd' | 'p' | 'q' | 'qi') => asNumber(part(name))
  if (jwk.kty === 'RSA') {
    const type = Buffer.from('ssh-rsa')
    const [n, e] = [number('n'), number('e')]
    return opened([type, e, n], [type, n, e, number('d'), number('qi'), number('p'), number('q')])
  }
  if (jwk.kty === 'OKP') {
    const shown = [Buffer.from('ssh-ed25519'), part('x')]
    return opened(shown, [...shown, Buffer.concat([part('d'), part('x')])])
  }
  const curve = curves.get(jwk.crv)
  if (curve === undefined) return undefined
  const point = Buffer.concat([Buffer.from([4]), part('x'), part('y')])
  const shown = [Buffer.from(`ecdsa-sha2-${curve}`), Buffer.from(curve), point]
  return opened(shown, [...shown, number('d')])
}

function opened(shown: readonly Buffer[], secrets: readonly Buffer[]): ParsedKey | Error {
  return parsedBySsh2(writeOpensshKey(asFields(shown), asFields(secrets)))
}
