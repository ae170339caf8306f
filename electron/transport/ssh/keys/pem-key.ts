import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { ParsedKey } from 'ssh2'
import type { KeyProblem } from '../../../core/key-problem'
import { asField, asNumber, writeOpensshKey } from './openssh-key'
import { parsedBySsh2 } from './public-key-file'

/** What came of opening a private key. */
export type OpenedKey =
  | { readonly state: 'open'; readonly key: ParsedKey }
  | { readonly state: 'wrong-passphrase' }
  | { readonly state: 'unusable'; readonly problem: KeyProblem }

/** A private key in PEM (RFC 7468, and OpenSSL's older forms). */
export interface PrivatePem {
  /** From its BEGIN to its END, with line feeds alone. */
  readonly text: string
  readonly isEncrypted: boolean
}

const names = new Set([
  'PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
  'DSA PRIVATE KEY',
])

/**
 * The first private key among the blocks of a text, as OpenSSL looks for it: what stands between blocks is passed over, such as the "Bag
 * Attributes" of PKCS#12, and so are certificates and parameters of curves. OpenSSH's own format is none of them.
 */
export function firstPrivatePem(text: string): PrivatePem | undefined {
  const lines = text.replace(/^\xef\xbb\xbf/, '').split('\n')
  let [name, begins] = ['', 0]
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('-----')) continue
    const [, edge, label = ''] = /^-----(BEGIN|END) ([A-Z0-9 ]+)-----\s*$/.exec(line) ?? []
    if (edge === 'BEGIN' && name === '') [name, begins] = [label, index]
    else if (edge === 'END' && name !== '') {
      if (name === label && names.has(name)) return pemOf(name, lines.slice(begins, index + 1))
      name = ''
    }
  }
  return undefined
}

function pemOf(name: string, lines: readonly string[]): PrivatePem {
  const text = `${lines.map((line) => line.trimEnd()).join('\n')}\n`
  return {
    text,
    isEncrypted: name === 'ENCRYPTED PRIVATE KEY' || /^Proc-Type: *4, *ENCRYPTED$/m.test(text),
  }
}

/**
 * Has the system's own reader of keys open it, and gives it the form that ssh2 takes. Deriving a key from a passphrase takes a moment. As
 * with ssh, what cannot be read with a passphrase was not opened with the right one.
 */
export function keyFromPem(pem: PrivatePem, passphrase?: string): OpenedKey {
  let key: KeyObject
  try {
    key = createPrivateKey({
      key: pem.text,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase }),
    })
  } catch (error) {
    const problem = unsupported(error) ?? (passphrase === undefined ? 'damaged' : undefined)
    return problem === undefined ? { state: 'wrong-passphrase' } : { state: 'unusable', problem }
  }
  if (key.asymmetricKeyType === 'dsa') return { state: 'unusable', problem: 'dsa' }
  const parsed = forSsh2(key)
  if (parsed === undefined) return { state: 'unusable', problem: 'unsupported-type' }
  return parsed instanceof Error ? { state: 'unusable', problem: 'damaged' } : { state: 'open', key: parsed }
}

/** OpenSSL and BoringSSL, which Electron has in its place, each know what the other does not. */
function unsupported(error: unknown): KeyProblem | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
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
  return parsedBySsh2(writeOpensshKey(Buffer.concat(shown.map(asField)), secrets))
}
