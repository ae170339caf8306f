import { isFailure } from '../../core/base/failure'
import type { ToldEngine } from '../../engine/engine'
import { probeHostFiles, type HostFilesProbe } from '../../hostfs/host/host-files'
import { noKeptStats } from '../../hostfs/attributes/kept-stats'
import type { OverlayDialect } from '../../hostfs/host/overlay-dialect'
import { findNamespace, inUserNamespace, type NamespaceOwner } from '../../hostfs/host/user-namespace'
import { outputOf, type Transport } from '../../transport/transport'

/** Whose the engine's files are and whether this user may act as their owner. The data root comes as the only line of standard input. */
const ownerScript = `
IFS= read -r root
me=$(id -u)
owner=$(stat -c %u "$root" 2>/dev/null) || { if [ "$me" = 0 ]; then echo no-root; else echo "other $(id -un)"; fi; exit; }
[ "$me" = 0 ] || [ "$me" = "$owner" ] || { echo "other $(id -un)"; exit; }
command -v nsenter >/dev/null || { echo no-nsenter; exit; }
${findNamespace}
[ -n "$namespace" ] || { echo no-namespace; exit; }
echo "owner $owner"
`

const reasons: Readonly<Record<string, string>> = {
  'no-root':
    "The engine's data root is not on this machine: the engine runs in a virtual machine or in a container.",
  'no-nsenter':
    'The engine runs without root, and its files are read in its user namespace. This host has no nsenter to enter it (package util-linux).',
  'no-namespace':
    'The engine runs without root, and its files are read in its user namespace. No process of it can be entered on this host.',
}

/**
 * Finds out whether the layers of an engine that runs without root can be read as the user to whom it belongs: as that user, as root, or
 * with `sudo -n`. Owners are then as its containers see them.
 * @throws FailureError `command-failed`
 */
export async function probeRootless(
  transport: Transport,
  description: ToldEngine,
  signal: AbortSignal,
): Promise<HostFilesProbe> {
  const dialect = rootlessDialect(description)
  if (dialect === undefined)
    return {
      works: false,
      reason: `The storage driver ${description.storageDriver} is not read on the host.`,
    }
  const owner = await ownerOf(transport, description.dataRoot, signal)
  if (typeof owner === 'string') return { works: false, reason: owner }
  const probe = await probeHostFiles(inUserNamespace(transport, owner), description.dataRoot, signal)
  if (!probe.works) return probe
  if (dialect.keepsStats === true && !probe.files.tools.getfattr) return { works: false, reason: noKeptStats }
  return { ...probe, files: { ...probe.files, dialect } }
}

/** The owner, or the reason why nobody can act as such. */
async function ownerOf(
  transport: Transport,
  dataRoot: string,
  signal: AbortSignal,
): Promise<NamespaceOwner | string> {
  const asked = async (elevated: boolean): Promise<readonly string[]> => {
    const command = {
      name: 'finding whose the engine without root is',
      script: ownerScript,
      input: Buffer.from(`${dataRoot}\n`),
      elevated,
    }
    return (await outputOf(transport, command, signal, 1000)).toString().trim().split(' ')
  }
  const own = await asked(false)
  if (own[0] !== 'other') return understood(own, false)
  try {
    return understood(await asked(true), true)
  } catch (error) {
    if (!isFailure(error, 'command-failed')) throw error
    return `${otherUser(own[1])} ${error.failure.message}`
  }
}

function understood([word = '', value = '']: readonly string[], elevated: boolean): NamespaceOwner | string {
  if (word === 'owner' && /^[1-9]\d{0,9}$/.test(value)) return { uid: Number(value), elevated }
  return reasons[word] ?? 'The host gave no answer that is understood.'
}

function otherUser(user = ''): string {
  const name = /^[\w.][\w.-]*\$?$/.test(user) ? `"${user}"` : 'this user'
  return `The engine runs without root as another user, whose files ${name} cannot read. Use the host as that user or as root.`
}

/**
 * In a user namespace the kernel marks layers by `user.` attributes, and neither redirects directories nor keeps metadata alone
 * (overlayfs.rst, "userxattr"; fs/overlayfs/params.c).
 */
function rootlessDialect({ storageDriver, keepsStats = false }: ToldEngine): OverlayDialect | undefined {
  const plain = { namespace: 'user', redirects: false, metacopy: false } as const
  switch (storageDriver) {
    case 'overlay':
    case 'overlay2':
    case 'overlayfs':
      return { driver: 'kernel', ...plain }
    case 'fuse-overlayfs':
      return { driver: 'fuse-overlayfs', ...plain, keepsStats }
    default:
      return undefined
  }
}
