import { isFailure } from '../core/failure'
import { outputOf, type Transport } from '../transport/transport'

/** The way to a host's own files: its transport, and whether commands need `sudo -n` to read them. */
export interface HostFiles {
  readonly transport: Transport
  readonly elevated: boolean
}

export type HostFilesProbe =
  { readonly works: true; readonly files: HostFiles } | { readonly works: false; readonly reason: string }

/**
 * Says in one word what stands between this user and the engine's files. The data root comes in as the only
 * line of standard input. Only root sees `trusted.` attributes, so rights to read are not enough.
 */
const probeScript = `
IFS= read -r root
find / -maxdepth 0 -printf '' 2>/dev/null || { echo no-find; exit; }
stat --printf '' / 2>/dev/null || { echo no-stat; exit; }
tar --version 2>/dev/null | grep -q 'GNU tar' || { echo no-tar; exit; }
[ "$(id -u)" = 0 ] || { echo no-rights; exit; }
[ -d "$root" ] || { echo no-root; exit; }
[ -d "$root/overlay2" ] || { echo no-overlay; exit; }
echo works
`

const reasons = {
  'no-find': 'This host has no GNU find, which lists the upper directory.',
  'no-stat': 'This host has no GNU stat, which looks paths up in the lower layers.',
  'no-tar': 'This host has no GNU tar, which tells opaque directories from others.',
  'no-rights':
    "Only root can read the engine's files. Run Lamina as root, or allow this user to use sudo without a password (sudo -n).",
  'no-root':
    "The engine's data root is not on this machine: the engine runs in a virtual machine or in a container.",
  'no-overlay': "The engine's data root holds no overlay2 directory.",
} as const

type ProbeWord = keyof typeof reasons | 'works'

/** Finds out whether the upper directories below an engine's data root can be read, as this user or with `sudo -n`. */
export async function probeHostFiles(
  transport: Transport,
  dataRoot: string,
  signal: AbortSignal,
): Promise<HostFilesProbe> {
  const word = await probe({ transport, elevated: false }, dataRoot, signal)
  if (word === 'works') return { works: true, files: { transport, elevated: false } }
  if (word !== 'no-rights') return { works: false, reason: reasons[word] }
  const elevated = { transport, elevated: true }
  const again = await probe(elevated, dataRoot, signal).catch((error: unknown): ProbeWord => {
    if (isFailure(error, 'command-failed')) return 'no-rights'
    throw error
  })
  return again === 'works' ? { works: true, files: elevated } : { works: false, reason: reasons[again] }
}

async function probe(files: HostFiles, dataRoot: string, signal: AbortSignal): Promise<ProbeWord> {
  const command = { script: probeScript, input: Buffer.from(`${dataRoot}\n`), elevated: files.elevated }
  const word = (await outputOf(files.transport, command, signal, 1000)).toString().trim()
  return word === 'works' || word in reasons ? (word as ProbeWord) : 'no-find'
}

/** A path below a directory of the host, both as bytes. */
export function hostPath(directory: string, path: string): string {
  return `${directory}${path}`
}

/** NUL-terminated records from strings of bytes, the only way in which paths reach a host. */
export function nulRecords(paths: readonly string[]): Buffer {
  return Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1')
}
