import { createHash, randomBytes } from 'node:crypto'
import { access, constants, type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf, whyBroken } from '../../core/base/broken-stream'
import { failed } from '../../core/base/failure'
import { makeFolder } from '../../machine/make-folder'
import { displayHost, type HostName, KnownHosts, nameInFile, type PresentedKey } from './host-key-verdict'
import { readKeyListFile } from './key-list-file'
import { hashOfName, type KnownHostsLine, parseKnownHosts } from './known-hosts-line'
import { typeOfKey } from './public-key'

export { displayHost, type HostName, KnownHosts, nameOf, type PresentedKey } from './host-key-verdict'

const saltBytes = 20

/**
 * Reads known_hosts files anew, the user's before the system's. One that is missing is empty; one that is there and cannot
 * be read is as well, as for OpenSSH, and stands in `unread`.
 */
export async function readKnownHosts(files: readonly string[]): Promise<KnownHosts> {
  const parts = await Promise.all(files.map(linesOf))
  return new KnownHosts(
    parts.flatMap(({ lines }) => lines),
    parts.flatMap(({ unread }) => unread ?? []),
  )
}

async function linesOf(file: string): Promise<{
  readonly lines: readonly KnownHostsLine[]
  readonly unread?: { readonly file: string; readonly why: string }
}> {
  try {
    return { lines: parseKnownHosts(file, (await readKeyListFile(file)).toString('latin1')) }
  } catch (error) {
    if (isMissing(error)) return { lines: [] }
    return { lines: [], unread: { file, why: whyBroken(error) } }
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error))
}

/**
 * Why a key cannot be added to a file; undefined where it can. `/dev/null` keeps nothing, which is no failure. A name that
 * stands for others in a line, or that a line cannot hold, is not written.
 */
export async function whyNotKept(file: string, name: HostName): Promise<string | undefined> {
  if (!canBeWritten(name)) return 'the name would be read as another one there'
  try {
    const found = await stat(file).catch(async (error: unknown) => {
      if (!isMissing(error)) throw error
      await access(await existingFolder(dirname(file)), constants.W_OK | constants.X_OK)
    })
    if (found === undefined) return undefined
    if (!found.isFile()) return found.isDirectory() ? 'it is a directory' : 'it keeps nothing'
    await access(file, constants.R_OK | constants.W_OK)
    return undefined
  } catch (error) {
    return whyBroken(error)
  }
}

/** The nearest folder on the way that is there. */
async function existingFolder(folder: string): Promise<string> {
  try {
    if ((await stat(folder)).isDirectory()) return folder
    throw new Error('a folder on the way is none')
  } catch (error) {
    if (!isMissing(error) || dirname(folder) === folder) throw error
    return await existingFolder(dirname(folder))
  }
}

/**
 * Adds a key at the end of a known_hosts file as OpenSSH does: the file is only appended to, so its mode, its links and
 * what others add meanwhile stay. Makes the folder (0700) and the file (0600) where they are missing.
 * @param hash writes the name hashed (`HashKnownHosts`)
 * @throws Error that says why it cannot be written; FailureError `host-key-refused` for a name or key that a line cannot hold
 */
export async function appendKnownHost(
  file: string,
  name: HostName,
  key: PresentedKey,
  hash: boolean,
): Promise<void> {
  const line = lineFor(name, key, hash)
  makeFolder(dirname(file))
  const handle = await open(file, 'a+', 0o600)
  try {
    const text = `${(await endsInLine(handle)) ? '\n' : ''}${line}\n`
    const { size } = await handle.stat()
    await handle.appendFile(text, 'latin1').catch(async (error: unknown) => {
      await removePart(handle, size, text.length)
      throw error
    })
  } finally {
    await handle.close()
  }
}

/** On a disk that became full a part of a line may be there. */
async function removePart(handle: FileHandle, before: number, length: number): Promise<void> {
  const { size } = await handle.stat()
  if (size > before && size < before + length) await handle.truncate(before)
}

function lineFor(name: HostName, key: PresentedKey, hash: boolean): string {
  const type = typeOfKey(key.blob)
  if (type === undefined || !canBeWritten(name))
    throw failed('host-key-refused', `The key of ${displayHost(name)} cannot be written to known_hosts.`)
  const plain = nameInFile(name)
  return `${hash ? hashed(plain) : plain} ${type} ${key.blob.toString('base64')}`
}

/** Not what would be read as a pattern, a list, a marker or another line. */
function canBeWritten(name: HostName): boolean {
  return /^[\w$%&()+./:;<=>^`{}~\u0080-\u{10ffff}-]+$/u.test(name.hostKeyAlias ?? name.host)
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

/** `ssh-ed25519` → `ED25519`, as OpenSSH shows types. */
export function shortType(type: string): string {
  if (type.startsWith('ecdsa-')) return 'ECDSA'
  return type.replace(/^ssh-/, '').toUpperCase()
}
