import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { whyBroken } from '../../core/base/broken-stream'
import { FailureError } from '../../core/base/failure'
import { makeTemporaryFolder, removeFolder } from '../../machine/temporary-folder'
import { runLimited } from '../limited-program'
import type { PresentedKey } from './host-key-verdict'
import { readKeyListFile } from './key-list-file'
import { readPublicKey } from './public-key'

/** What a file of `RevokedHostKeys` says of a key. Where it cannot be asked, OpenSSH trusts no key at all. */
type Revocation =
  | { readonly kind: 'not-revoked' }
  | {
      readonly kind: 'revoked'
      /** The first line is 1; a revocation list (KRL) has none. */
      readonly line?: number
    }
  /** `why` is a clause. */
  | { readonly kind: 'unsure'; readonly why: string }

/** How a KRL begins (PROTOCOL.krl). */
const magic = Buffer.from('SSHKRL\n\0', 'latin1')

const limits = { time: 5_000, output: 64 * 1024 }

/**
 * Asks a file of `RevokedHostKeys` about a key: a list of public keys, one a line, or a KRL, which `ssh-keygen` reads
 * (authfile.c, sshkey_check_revoked). Certificates in a list revoke the keys that they certify.
 * @throws FailureError `cancelled`
 */
export async function askRevoked(file: string, key: PresentedKey, signal: AbortSignal): Promise<Revocation> {
  let content: Buffer
  try {
    content = await readKeyListFile(file)
  } catch (error) {
    return { kind: 'unsure', why: `it cannot be read: ${whyBroken(error)}` }
  }
  return content.subarray(0, magic.length).equals(magic)
    ? await askKrl(file, key, signal)
    : askList(content.toString('latin1'), key)
}

function askList(text: string, key: PresentedKey): Revocation {
  const encoded = key.blob.toString('base64')
  for (const [index, whole] of text.split('\n').entries()) {
    const line = (whole.split('\0', 1)[0] ?? '').replace(/^[ \t]+/, '')
    if (line === '' || line.startsWith('#')) continue
    const revoked = readPublicKey(line)
    if (revoked === undefined)
      return { kind: 'unsure', why: `its line ${String(index + 1)} is no public key` }
    if (revoked !== 'too-short' && revoked.key === encoded) return { kind: 'revoked', line: index + 1 }
  }
  return { kind: 'not-revoked' }
}

async function askKrl(file: string, key: PresentedKey, signal: AbortSignal): Promise<Revocation> {
  const asked = 'it is a revocation list (KRL), which ssh-keygen -Q has to be asked about'
  let folder: string | undefined
  try {
    folder = makeTemporaryFolder('host-key')
    const keyFile = join(folder, 'key.pub')
    await writeFile(keyFile, `${key.type} ${key.blob.toString('base64')}\n`, { mode: 0o600 })
    const end = await runLimited('ssh-keygen', ['-Q', '-f', file, keyFile], limits, signal)
    switch (end.kind) {
      case 'ended':
        if (end.status === 0) return { kind: 'not-revoked' }
        if (end.status === 1 && end.said.trimEnd().endsWith('REVOKED')) return { kind: 'revoked' }
        return {
          kind: 'unsure',
          why: `${asked}, and it failed: ${end.complaints || `status ${String(end.status)}`}`,
        }
      case 'not-started':
        return { kind: 'unsure', why: `${asked}, and it cannot be started: ${end.why}` }
      default:
        return { kind: 'unsure', why: `${asked}, and it gave no answer in ${String(limits.time / 1000)} s` }
    }
  } catch (error) {
    if (error instanceof FailureError) throw error
    return { kind: 'unsure', why: `${asked}, and no file can be made for that: ${whyBroken(error)}` }
  } finally {
    if (folder !== undefined) removeFolder(folder)
  }
}
