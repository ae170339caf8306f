const base64Shape = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Bytes of a base64 text in its one right spelling; undefined for any other (RFC 4648, section 4). */
export function fromBase64(text: string): Buffer | undefined {
  if (!base64Shape.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/** The names under which known_hosts may hold a key, and the type its bytes then have (sshkey.c, keyimpls). */
const typeByName: ReadonlyMap<string, string> = new Map([
  ...[
    'ssh-ed25519',
    'ssh-rsa',
    'ssh-dss',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'sk-ssh-ed25519@openssh.com',
    'sk-ecdsa-sha2-nistp256@openssh.com',
  ].map((type) => [type, type] as const),
  ['rsa-sha2-256', 'ssh-rsa'],
  ['rsa-sha2-512', 'ssh-rsa'],
])

/** The strings of RFC 4251, section 5, that make up the whole of a key; undefined where they do not. */
function stringsOf(blob: Buffer): Buffer[] | undefined {
  const { strings, end } = stringsAtBeginning(blob)
  return end === blob.length ? strings : undefined
}

function stringsAtBeginning(blob: Buffer): { readonly strings: Buffer[]; readonly end: number } {
  const strings: Buffer[] = []
  let at = 0
  while (at + 4 <= blob.length) {
    const end = at + 4 + blob.readUInt32BE(at)
    if (end > blob.length) break
    strings.push(blob.subarray(at + 4, end))
    at = end
  }
  return { strings, end: at }
}

function isPoint(curve: Buffer | undefined, point: Buffer | undefined, name: string): boolean {
  const coordinate = { nistp256: 32, nistp384: 48, nistp521: 66 }[name]
  return (
    coordinate !== undefined &&
    curve?.toString('latin1') === name &&
    point?.length === 1 + 2 * coordinate &&
    point[0] === 4
  )
}

/** An mpint that is positive and not padded. */
function isPositive(number: Buffer | undefined): boolean {
  const [first = 0, second = 0] = number ?? []
  return number !== undefined && number.length > 0 && first < 0x80 && !(first === 0 && second < 0x80)
}

function bitsOf(number: Buffer): number {
  const significant = number[0] === 0 ? number.subarray(1) : number
  return significant.length * 8 - Math.clz32(significant[0] ?? 0) + 24
}

/** Bits of the modulus of an RSA key; undefined for keys of other types (RFC 4253, 6.6). */
export function rsaBits(blob: Buffer): number | undefined {
  const [type, , modulus] = stringsOf(blob) ?? []
  return type?.toString('latin1') === 'ssh-rsa' && modulus !== undefined ? bitsOf(modulus) : undefined
}

/** OpenSSH takes no RSA key below 1024 bits (SSH_RSA_MINIMUM_MODULUS_SIZE). */
function isModulus(number: Buffer | undefined): boolean {
  return number !== undefined && isPositive(number) && bitsOf(number) >= 1024
}

function hasShape(type: string, parts: readonly Buffer[]): boolean {
  const [a, b, c, d] = parts
  switch (type) {
    case 'ssh-ed25519':
      return parts.length === 1 && a?.length === 32
    case 'sk-ssh-ed25519@openssh.com':
      return parts.length === 2 && a?.length === 32
    case 'ssh-rsa':
      return parts.length === 2 && isPositive(a) && isModulus(b)
    case 'ssh-dss':
      return parts.length === 4 && [a, b, c, d].every(isPositive)
    case 'sk-ecdsa-sha2-nistp256@openssh.com':
      return parts.length === 3 && isPoint(a, b, 'nistp256')
    default:
      return parts.length === 2 && isPoint(a, b, type.slice('ecdsa-sha2-'.length))
  }
}

/**
 * The type of the plain public key that these bytes are; undefined for a certificate, an unknown type or anything that
 * is not whole. Whether a point lies on its curve is not looked at.
 */
export function typeOfKey(blob: Buffer): string | undefined {
  const [name, ...parts] = stringsOf(blob) ?? []
  const type = name?.toString('latin1')
  return type !== undefined && typeByName.get(type) === type && hasShape(type, parts) ? type : undefined
}

/** A public key as a line of text has it. */
export interface WrittenKey {
  /** Of a certificate, the type of the key that it certifies. */
  readonly type: string
  /** The plain key in base64, in its one right spelling. */
  readonly key: string
  readonly isCertificate: boolean
}

/**
 * Reads `TYPE BASE64`, which anything may follow (sshkey.c, sshkey_read). Who signed a certificate is not looked at.
 * @returns `too-short` for an RSA key that OpenSSH takes no notice of; undefined for what is no key
 */
export function readPublicKey(text: string): WrittenKey | 'too-short' | undefined {
  const [, name = '', spelled = ''] = /^([^ \t]+)[ \t]+([^ \t]+)/.exec(text) ?? []
  const blob = fromBase64(spelled.replace(/[\n\v\f\r]/g, ''))
  if (blob === undefined) return undefined
  const plainName = name.replace(/-cert-v01@openssh\.com$/, name.startsWith('sk-') ? '@openssh.com' : '')
  const isCertificate = plainName !== name
  const plain = isCertificate ? certifiedKey(blob) : blob
  const type = plain === undefined ? undefined : typeOfKey(plain)
  if (plain !== undefined && type === undefined && isShortRsa(plain)) return 'too-short'
  if (plain === undefined || type === undefined || typeByName.get(plainName) !== type) return undefined
  return { type, key: plain.toString('base64'), isCertificate }
}

function isShortRsa(blob: Buffer): boolean {
  const [name, exponent, modulus, ...more] = stringsOf(blob) ?? []
  return (
    name?.toString('latin1') === 'ssh-rsa' &&
    isPositive(exponent) &&
    isPositive(modulus) &&
    !isModulus(modulus) &&
    more.length === 0
  )
}

/** How many strings of a certificate are the key (PROTOCOL.certkeys); a nonce stands before them. */
const partsOfKey: ReadonlyMap<string, number> = new Map([
  ['ssh-ed25519', 1],
  ['ssh-rsa', 2],
  ['ssh-dss', 4],
  ['ecdsa-sha2-nistp256', 2],
  ['ecdsa-sha2-nistp384', 2],
  ['ecdsa-sha2-nistp521', 2],
  ['sk-ssh-ed25519@openssh.com', 2],
  ['sk-ecdsa-sha2-nistp256@openssh.com', 3],
])

/** The plain key in a certificate. */
function certifiedKey(blob: Buffer): Buffer | undefined {
  const [name, , ...rest] = stringsAtBeginning(blob).strings
  const type = name?.toString('latin1').replace(/-cert-v01@openssh\.com$/, '') ?? ''
  const plain = type.startsWith('sk-') ? `${type}@openssh.com` : type
  const count = partsOfKey.get(plain)
  if (count === undefined || rest.length < count) return undefined
  return wireStrings([Buffer.from(plain, 'latin1'), ...rest.slice(0, count)])
}

function wireStrings(strings: readonly Buffer[]): Buffer {
  return Buffer.concat(
    strings.flatMap((one) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(one.length)
      return [length, one]
    }),
  )
}
