import { generateKeyPairSync } from 'node:crypto'

/** A presentable public key made of wire strings (RFC 4251, section 5). */
export interface TestKey {
  readonly type: string
  readonly blob: Buffer
  /** Type and base64, as in known_hosts. */
  readonly text: string
}

/** A key as it is on the wire, whether it is a good one or not. */
export function keyOf(type: string, ...parts: readonly Buffer[]): TestKey {
  const blob = Buffer.concat(
    [Buffer.from(type), ...parts].flatMap((part) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(part.length)
      return [length, part]
    }),
  )
  return { type, blob, text: `${type} ${blob.toString('base64')}` }
}

/** A new Ed25519 key. */
export function ed25519(): TestKey {
  const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  return keyOf('ssh-ed25519', Buffer.from(x, 'base64url'))
}

/** A new RSA key. */
export function rsa(bits = 1024): TestKey {
  const { e = '', n = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({
    format: 'jwk',
  })
  return keyOf('ssh-rsa', mpint(e), mpint(n))
}

/** A new ECDSA key on P-256. */
export function ecdsa(): TestKey {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return keyOf('ecdsa-sha2-nistp256', Buffer.from('nistp256'), point)
}

function mpint(base64url: string): Buffer {
  const bytes = Buffer.from(base64url, 'base64url')
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
}
