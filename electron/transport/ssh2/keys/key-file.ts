import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'
import type { KeyProblem } from '../../../core/hosts/key-problem'
import { parsePrivateKey } from './private-key'
import { publicKeyIn } from './public-key-file'

/** An identity file of ssh_config(5), which need not be there. */
interface KeyFile {
  /** What is looked for in the agent and offered to the server; undefined where only the opened private key tells it. */
  readonly publicKey: ParsedKey | undefined
  readonly privateKey:
    | { readonly state: 'open'; readonly key: ParsedKey }
    | { readonly state: 'encrypted'; readonly content: Buffer }
    | { readonly state: 'unusable'; readonly problem: KeyProblem }
}

const largestKeyFile = 256 * 1024

/**
 * Reads a key as ssh does: the public part from the file itself, else from `.pub` beside it, else from the clear part of OpenSSH's own
 * format (authfile.c, sshkey_load_public). It counts without its private part and whatever the rights of that are: an agent may hold it.
 */
export async function readKeyFile(path: string): Promise<KeyFile> {
  const [file, beside] = await Promise.all([read(path), read(`${path}.pub`)])
  const content = 'content' in file ? file.content : undefined
  const here = content === undefined ? undefined : publicKeyIn(content)
  const told = here ?? ('content' in beside ? publicKeyIn(beside.content) : undefined)
  const unusable = (problem: KeyProblem): KeyFile => ({
    publicKey: told?.key,
    privateKey: { state: 'unusable', problem },
  })
  if (told !== undefined && told.key === undefined) return unusable(told.problem)
  if (here !== undefined) return unusable('public-only')
  if (content === undefined || 'problem' in file) {
    const problem = 'problem' in file ? file.problem : 'unreadable'
    return unusable(problem === 'missing' && told !== undefined ? 'public-only' : problem)
  }
  const found = parsePrivateKey(content)
  const inside =
    found.state === 'open' ? found.key : found.state === 'encrypted' ? found.publicKey : undefined
  const publicKey = told?.key ?? inside
  if (file.isUnprotected) return { ...unusable('unprotected'), publicKey }
  if (found.state === 'encrypted') return { publicKey, privateKey: { state: 'encrypted', content } }
  return { publicKey, privateKey: found }
}

type Read =
  | { readonly content: Buffer; readonly isUnprotected: boolean }
  | { readonly problem: 'missing' | 'unreadable' | 'not-a-file' | 'too-large' }

async function read(path: string): Promise<Read> {
  try {
    // Without waiting for whoever writes to a named pipe.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) return { problem: 'not-a-file' }
      if (stat.size > largestKeyFile) return { problem: 'too-large' }
      // ssh takes a file that belongs to somebody else as it is (authfile.c, sshkey_perm_ok).
      const isUnprotected = stat.uid === process.getuid?.() && (stat.mode & 0o077) !== 0
      return { content: await handle.readFile(), isUnprotected }
    } finally {
      await handle.close()
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === undefined) throw error
    return { problem: code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable' }
  }
}
