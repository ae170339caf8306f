import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { failed } from '../../../core/failure'
import { displayHost, type HostName, KnownHosts, nameInFile, type PresentedKey } from './host-key-verdict'
import { hashOfName, parseKnownHosts } from './known-hosts-line'
import { typeOfKey } from './public-key'

export { displayHost, type HostName, KnownHosts, type PresentedKey } from './host-key-verdict'

const saltBytes = 20

/**
 * Reads known_hosts files anew, the user's before the system's; one that is missing is empty.
 * @throws FailureError `host-key-refused` for one that is there and cannot be read: what it revokes would be trusted.
 */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHosts> {
  const parts = await Promise.all(files.map(async (file) => parseKnownHosts(file, await textOf(file))))
  return new KnownHosts(parts.flat())
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return ''
    throw failed(
      'host-key-refused',
      `${file} cannot be read (${code}), so the host key cannot be checked.`,
      'Give this user the right to read the file.',
    )
  }
}

/**
 * Adds a key at the end of a known_hosts file as OpenSSH does: the file is only appended to, so its mode, its links and
 * what others add meanwhile stay. Makes the folder (0700) and the file (0600) where they are missing.
 * @param hash writes the name hashed (`HashKnownHosts`)
 * @throws FailureError `storage-failed`; `host-key-refused` for a name or key that a line cannot hold
 */
export async function appendKnownHost(
  file: string,
  name: HostName,
  key: PresentedKey,
  hash: boolean,
): Promise<void> {
  const line = lineFor(name, key, hash)
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const handle = await open(file, 'a+', 0o600)
    try {
      const text = `${(await endsInLine(handle)) ? '\n' : ''}${line}\n`
      await handle.appendFile(text, 'latin1')
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw failed(
      'storage-failed',
      `The key of ${displayHost(name)} cannot be added to ${file} (${codeOf(error)}).`,
      'Give this user the right to write the file, or name another one with UserKnownHostsFile.',
    )
  }
}

function lineFor(name: HostName, key: PresentedKey, hash: boolean): string {
  const type = typeOfKey(key.blob)
  // What would be read as a pattern, a list, a marker or another line (sshconnect.c, check_host_key).
  if (type === undefined || !/^[\w$%&()+./:;<=>^`{}~-]+$/.test(name.hostKeyAlias ?? name.host))
    throw failed('host-key-refused', `The key of ${displayHost(name)} cannot be written to known_hosts.`)
  const plain = nameInFile(name)
  return `${hash ? hashed(plain) : plain} ${type} ${key.blob.toString('base64')}`
}

function hashed(name: string): string {
  const salt = randomBytes(saltBytes)
  return `|1|${salt.toString('base64')}|${hashOfName(name, salt).toString('base64')}`
}

/** Whether the last line of a file has no end, so that one must be written first. */
async function endsInLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat()
  if (size === 0) return false
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return bytesRead === 1 && buffer[0] !== 0x0a
}

/** `SHA256:…` as `ssh-keygen -l` prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : String(error)
}
