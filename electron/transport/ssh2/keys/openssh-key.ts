import { createDecipheriv } from 'node:crypto'
import bcrypt from 'bcrypt-pbkdf'
import { fromBase64 } from '../../known-hosts/public-key'

const begin = '-----BEGIN OPENSSH PRIVATE KEY-----\n'
const end = '\n-----END OPENSSH PRIVATE KEY-----\n'
const magic = Buffer.from('openssh-key-v1\0', 'latin1')

/** OpenSSH's own format of a private key as far as it can be read without its passphrase (PROTOCOL.key). */
export interface OpensshKey {
  /** The text of this key alone. */
  readonly text: string
  /** `none` where it is not encrypted. */
  readonly cipher: string
  readonly kdf: string
  readonly kdfOptions: Buffer
  /** The blob of RFC 4253, section 6.6. */
  readonly publicKey: Buffer
  /** The private section, encrypted with `cipher`; what follows it is the cipher's mark of integrity. */
  readonly secret: Buffer
}

/** Reads a text as ssh does, to the byte: the key begins it, and its last line ends. Undefined for any other. */
export function readOpensshKey(text: string): OpensshKey | undefined {
  const ends = text.startsWith(begin) ? text.indexOf(end) : -1
  if (ends < 0) return undefined
  const data = fromBase64(text.slice(begin.length, ends).replace(/\s+/g, ''))
  if (data?.subarray(0, magic.length).equals(magic) !== true) return undefined
  try {
    const fields = new Fields(data, magic.length)
    const [cipher, kdf] = [fields.text(), fields.text()]
    const kdfOptions = fields.bytes()
    // Only one key is ever in it.
    if (fields.number() !== 1) return undefined
    const publicKey = fields.bytes()
    const secret = fields.bytes()
    return {
      text: text.slice(0, ends + end.length - 1),
      cipher,
      kdf,
      kdfOptions,
      publicKey,
      secret,
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Whether there is a whole key in the text that only its surroundings and line ends keep from being read. */
export function hasOpensshKeyLaidOutWrongly(text: string): boolean {
  const [, body] =
    /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]{1,100000})-----END OPENSSH PRIVATE KEY-----/.exec(
      text,
    ) ?? []
  return body !== undefined && readOpensshKey(`${begin}${body.trim()}${end}`) !== undefined
}

/** The text of a private key without encryption, in the form that OpenSSH gives it. `secret` are the fields of its private section. */
export function writeOpensshKey(publicKey: Buffer, secret: Buffer): string {
  const check = Buffer.alloc(8, 1)
  const comment = asField(Buffer.alloc(0))
  return withSecret(publicKey, padded(Buffer.concat([check, secret, comment])))
}

function withSecret(publicKey: Buffer, secret: Buffer): string {
  const none = asField(Buffer.from('none'))
  const one = Buffer.from([0, 0, 0, 1])
  const data = Buffer.concat([
    magic,
    none,
    none,
    asField(Buffer.alloc(0)),
    one,
    asField(publicKey),
    asField(secret),
  ])
  const lines = data.toString('base64').match(/.{1,70}/g) ?? []
  return `${begin}${lines.join('\n')}${end}`
}

/** Padded with 1, 2, 3 … to a whole number of blocks. */
function padded(section: Buffer): Buffer {
  const missing = (8 - (section.length % 8)) % 8
  return Buffer.concat([section, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))])
}

/** Strings of RFC 4251, section 5, one after the other. */
export function asFields(strings: readonly Buffer[]): Buffer {
  return Buffer.concat(strings.map(asField))
}

/** A string of RFC 4251, section 5: its length and its bytes. */
function asField(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** A positive mpint of RFC 4251, section 5, out of a number's bytes. */
export function asNumber(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Buffer.alloc(0) : bytes.subarray(first)
  return (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits
}

export const chacha = 'chacha20-poly1305@openssh.com'

/**
 * Opens a key that is encrypted with ChaCha20, which ssh2 cannot. The cipher's first block is spent on the mark of integrity, which is not
 * looked at: a wrong passphrase shows in the section itself, as with the other ciphers.
 * @returns the text of the key without encryption, which is none after a wrong passphrase
 */
export function withoutChacha({ kdfOptions, publicKey, secret }: OpensshKey, passphrase: string): string {
  const options = new Fields(kdfOptions, 0)
  const salt = options.bytes()
  const rounds = options.number()
  const password = Buffer.from(passphrase)
  // Two keys of 32 bytes each; the second encrypts lengths of packets, of which there are none here.
  const key = Buffer.alloc(64)
  // It fails of an empty passphrase, which leaves a key that opens nothing.
  bcrypt.pbkdf(password, password.length, salt, salt.length, key, key.length, rounds)
  const cipher = createDecipheriv('chacha20-poly1305', key.subarray(0, 32), Buffer.alloc(12), {
    authTagLength: 16,
  })
  return withSecret(publicKey, cipher.update(secret))
}

/** Fields of RFC 4251, section 5, one after the other; a RangeError where they end too early. */
class Fields {
  readonly #data: Buffer
  #at: number

  constructor(data: Buffer, at: number) {
    this.#data = data
    this.#at = at
  }

  number(): number {
    const value = this.#data.readUInt32BE(this.#at)
    this.#at += 4
    return value
  }

  bytes(): Buffer {
    const length = this.number()
    if (length > this.#data.length - this.#at) throw new RangeError('the key ends too early')
    this.#at += length
    return this.#data.subarray(this.#at - length, this.#at)
  }

  text(): string {
    return this.bytes().toString('latin1')
  }
}
