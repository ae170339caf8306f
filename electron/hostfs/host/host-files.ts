import type { OwnerMap } from '../../core/owners/id-map'
import { isFailure, type FailureError } from '../../core/base/failure'
import { anyUser } from '../../transport/sudo-refusal'
import { outputOf, type Transport } from '../../transport/transport'
import { type HostTools, toolsIn, toolsScript } from './host-tools'
import type { OverlayDialect } from './overlay-dialect'

/**
 * Whose ids the layers of a container have on the host. A container with a user namespace of its own sees others than its layers have: the
 * engine has the owners of some layers changed for it, and leaves others as the image has them, which the kernel shows as they are (idmapped
 * mounts).
 */
export interface LayerOwners {
  /** Directories of layers as bytes. */
  readonly layers: readonly string[]
  /** How the container numbers what these layers have; as it stands there where it is left out. */
  readonly inThese?: OwnerMap
  /** How it numbers what all other layers have. */
  readonly inOthers?: OwnerMap
  /** How it numbers what extended attributes of these layers have, and for whose root capabilities are in any layer. */
  readonly inAttributes?: OwnerMap
  /** The mount alone gives the container other owners; nothing was copied for them. */
  readonly byMount?: boolean
  /** The container's own layer has copies of what the image has, made for other owners alone; they are no changes. */
  readonly hasCopies?: boolean
}

/** The way to a host's own files: its transport, whether commands need `sudo -n` to read them, and its tools. */
export interface HostFiles {
  readonly transport: Transport
  readonly elevated: boolean
  readonly tools: HostTools
  /** How the mounts whose layers are read mark things; `plainDialect` where it is left out. */
  readonly dialect?: OverlayDialect
  /** Whose ids the layers have that are read; those that the container sees where it is left out. */
  readonly owners?: LayerOwners
  /** Where its commands begin (bytes), so that paths there begin with `../`; the root where it is left out. */
  readonly place?: string
}

/** The whole path (bytes) of one that may begin at the host's own place, with `../`. */
export function wholePlace({ place = '' }: Pick<HostFiles, 'place'>, path: string): string {
  return path.startsWith('../') ? place + path.slice(1) : path
}

/** What overlay mounts of this kernel do where they are not told otherwise. */
export interface KernelDefaults {
  readonly redirects: boolean
  readonly metacopy: boolean
}

export type HostFilesProbe =
  | { readonly works: true; readonly files: HostFiles; readonly kernel: KernelDefaults }
  | { readonly works: false; readonly reason: string }

/**
 * Says in a few words what stands between this user and the engine's files, or which tools there are. The data root comes
 * in as the only line of standard input. Only root sees `trusted.` attributes, so rights to read are not enough.
 */
const probeScript = `
IFS= read -r root
${toolsScript}
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null; then echo "no-rights $(id -un)"; else echo no-sudo; fi
  exit
fi
[ -d "$root" ] || { echo no-root; exit; }
for option in redirect_dir metacopy; do
  { IFS= read -r default </sys/module/overlay/parameters/$option; } 2>/dev/null || default=unknown
  defaults="$defaults $default"
done
echo "works $find $stat $opaque $getfattr$defaults"
`

const reasons = {
  'no-find': 'This host has no find with -print0, which lists the upper directory.',
  'no-stat': 'This host has no stat with -c and no xargs with -0, which look paths up in the lower layers.',
  'no-opaque':
    'This host has neither GNU tar nor getfattr, which tell opaque directories from others. Install one of them (package tar or attr).',
  'no-sudo': "Only root can read the engine's files, and this host has no sudo. Use the host as root.",
  'no-root':
    "The engine's data root is not on this machine: the engine runs in a virtual machine or in a container.",
} as const

/** Finds out whether the files below an engine's data root can be read, as this user or with `sudo -n`. */
export async function probeHostFiles(
  transport: Transport,
  dataRoot: string,
  signal: AbortSignal,
): Promise<HostFilesProbe> {
  const said = await probe(transport, false, dataRoot, signal)
  if (said[0] !== 'no-rights') return probeOf(said, transport, false)
  try {
    return probeOf(await probe(transport, true, dataRoot, signal), transport, true)
  } catch (error) {
    if (!isFailure(error, 'command-failed')) throw error
    return { works: false, reason: `Only root can read the engine's files. ${whyNotAsRoot(error, said[1])}` }
  }
}

function probeOf(
  [word = '', ...rest]: readonly string[],
  transport: Transport,
  elevated: boolean,
): HostFilesProbe {
  if (word === 'works') {
    // What cannot be known may be so.
    const [redirects, metacopy] = [rest[4] !== 'N', rest[5] !== 'N']
    const kernel = { redirects, metacopy }
    return { works: true, files: { transport, elevated, tools: toolsIn(rest) }, kernel }
  }
  if (word === 'no-rights')
    return {
      works: false,
      reason: "Only root can read the engine's files, and sudo makes this user another one.",
    }
  return {
    works: false,
    reason: isReason(word) ? reasons[word] : 'The host gave no answer that is understood.',
  }
}

function isReason(word: string): word is keyof typeof reasons {
  return Object.hasOwn(reasons, word)
}

/** Why a command was not run with `sudo -n`, and what helps, for this user of the host. */
function whyNotAsRoot({ failure }: FailureError, user: string | undefined): string {
  const name = user !== undefined && /^[\w.][\w.-]*\$?$/.test(user) ? user : anyUser
  return `${failure.message} ${(failure.remedy ?? '').replaceAll(anyUser, name)}`.trim()
}

async function probe(
  transport: Transport,
  elevated: boolean,
  dataRoot: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const command = {
    name: 'finding out which tools the host has',
    script: probeScript,
    input: Buffer.from(`${dataRoot}\n`),
    elevated,
  }
  return (await outputOf(transport, command, signal, 1000)).toString().trim().split(' ')
}

/** A path below a directory of the host, both as bytes. */
export function hostPath(directory: string, path: string): string {
  return `${directory}${path}`
}

/** NUL-terminated records from strings of bytes, the only way in which paths reach a host. */
export function nulRecords(paths: readonly string[]): Buffer {
  return Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1')
}

/** A path as the engine writes it, text, as the bytes that every path is held as here. */
export function bytesOf(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1')
}
