import { readFile } from 'node:fs/promises'
import ssh2, { type ParsedKey } from 'ssh2'

/** A private key file as far as it can be read without its passphrase. */
export type KeyFile =
  | { readonly state: 'open'; readonly key: ParsedKey }
  /** `publicKey` is absent where neither the file nor a `.pub` beside it tells it (PEM). */
  | { readonly state: 'encrypted'; readonly content: Buffer; readonly publicKey: ParsedKey | undefined }
  | { readonly state: 'missing' }
  | { readonly state: 'unusable'; readonly reason: string }

const largestKeyFile = 256 * 1024
const opensshMagic = Buffer.from('openssh-key-v1\0', 'latin1')

/** Reads an identity file of ssh_config(5). A public key alone stands for one that the agent holds. */
export async function readKeyFile(path: string): Promise<KeyFile | { state: 'public'; key: ParsedKey }> {
  let content: Buffer
  try {
    content = await readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return code === 'ENOENT'
      ? { state: 'missing' }
      : { state: 'unusable', reason: `cannot be read (${code})` }
  }
  if (content.length > largestKeyFile) return { state: 'unusable', reason: 'too large for a key' }
  const parsed = oneKey(ssh2.utils.parseKey(content))
  if (!(parsed instanceof Error)) {
    return parsed.isPrivateKey() ? { state: 'open', key: parsed } : { state: 'public', key: parsed }
  }
  if (/no passphrase given/i.test(parsed.message)) {
    return { state: 'encrypted', content, publicKey: publicPart(content) ?? (await publicBeside(path)) }
  }
  return { state: 'unusable', reason: reasonFor(content, parsed) }
}

function reasonFor(content: Buffer, error: Error): string {
  const start = content.toString('latin1', 0, 40)
  if (start.startsWith('PuTTY-User-Key-File-3')) return 'PuTTY keys of version 3 are not supported'
  const type = opensshPublicBlob(content)
  const name = type === undefined ? '' : type.toString('latin1', 4, 4 + type.readUInt32BE(0))
  if (name.startsWith('sk-')) return 'keys of hardware tokens (FIDO) are not supported'
  return error.message
}

function publicPart(content: Buffer): ParsedKey | undefined {
  const blob = opensshPublicBlob(content)
  if (blob === undefined || blob.length < 4) return undefined
  return publicKeyOf(blob)
}

/** Makes ssh2's key of a public key blob (RFC 4253, 6.6). */
export function publicKeyOf(blob: Buffer): ParsedKey | undefined {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0)
  if (length === 0 || length > 64) return undefined
  const parsed = oneKey(
    ssh2.utils.parseKey(`${blob.toString('latin1', 4, 4 + length)} ${blob.toString('base64')}`),
  )
  return parsed instanceof Error ? undefined : parsed
}

async function publicBeside(path: string): Promise<ParsedKey | undefined> {
  const text = await readFile(`${path}.pub`).catch(() => undefined)
  const parsed = text === undefined ? undefined : oneKey(ssh2.utils.parseKey(text))
  return parsed === undefined || parsed instanceof Error ? undefined : parsed
}

/** The public key in the clear part of OpenSSH's own format (PROTOCOL.key): magic, cipher, kdf, options, count, key. */
function opensshPublicBlob(content: Buffer): Buffer | undefined {
  const text = content.toString('latin1')
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1]
  if (body === undefined) return undefined
  const data = Buffer.from(body, 'base64')
  if (!data.subarray(0, opensshMagic.length).equals(opensshMagic)) return undefined
  let at = opensshMagic.length
  const next = (): Buffer => {
    const length = data.readUInt32BE(at)
    const start = at + 4
    if (start + length > data.length) throw new RangeError('the key ends too early')
    at = start + length
    return data.subarray(start, at)
  }
  try {
    next()
    next()
    next()
    at += 4
    return next()
  } catch {
    return undefined
  }
}

/** ssh2 gives an array for formats that may hold several keys. */
function oneKey(parsed: ParsedKey | ParsedKey[] | Error): ParsedKey | Error {
  return Array.isArray(parsed) ? (parsed[0] ?? new Error('the file holds no key')) : parsed
}
