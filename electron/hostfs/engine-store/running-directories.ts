import { outputOf } from '../../transport/transport'
import { resolvedDirectories, type FoundDirectories } from './layer-directories'
import type { HostFiles } from '../host/host-files'
import { rootMount, type OverlayMount } from '../overlay/mountinfo'

/** The process and the container's id come as the two lines of standard input. The id names its mounts or its control group. */
const mountsScript = `
IFS= read -r pid && IFS= read -r id || exit 3
cd "/proc/$pid" 2>/dev/null || { echo gone; exit; }
grep -q -F "$id" mountinfo cgroup 2>/dev/null || { echo other; exit; }
echo mounts
exec cat mountinfo
`

/**
 * A layer as containerd's snapshotter, moby and Podman name them. What else a container's own process mounts on its root is never
 * taken for its layers.
 */
const ofEngine = /^\/(?:.+\/)?(?:snapshots\/\d+\/fs|[0-9a-f]{64}(?:-init)?\/diff)$/

const reasons = {
  gone: "The container's process is not on this machine: the engine runs in a virtual machine or in a container.",
  elsewhere:
    "The container's layers are not where its mount says on this machine: the engine runs in a container or a file system of its own.",
  'no-root': "The container's mounts do not say what its root is.",
} as const

/**
 * The directories of a running container by its root's mount, for engines that do not tell them (the containerd image store).
 * They are as the engine's file system names them; the same names must stand on the host.
 * @throws FailureError `command-failed`
 */
export async function runningDirectories(
  host: HostFiles,
  container: { readonly id: string; readonly pid: number },
  signal: AbortSignal,
): Promise<FoundDirectories> {
  const { transport, elevated } = host
  const input = Buffer.from(`${String(container.pid)}\n${container.id}\n`)
  const said = (
    await outputOf(
      transport,
      { name: "reading a running container's mounts", script: mountsScript, input, elevated },
      signal,
    )
  ).toString('latin1')
  const end = said.indexOf('\n')
  if (said.slice(0, end) !== 'mounts') return { found: false, reason: reasons.gone }
  const root = rootMount(said.slice(end + 1))
  if (root === undefined) return { found: false, reason: reasons['no-root'] }
  if (root.kind === 'other')
    return {
      found: false,
      reason: `The container's root is no overlay that is read on the host (${printable(root.type)}).`,
    }
  const { mount } = root
  const places = [mount.upper, mount.work, ...mount.lower.map((layer) => fromMounter(layer, mount))]
  const [upper = '', work = '', ...lower] = await resolvedDirectories(host, places, signal)
  if (lower.length !== mount.lower.length || ![upper, ...lower].every((layer) => ofEngine.test(layer)))
    return { found: false, reason: reasons.elsewhere }
  return {
    found: true,
    directories: { upper, work, lower, merged: `/proc/${String(container.pid)}/root` },
    metacopy: mount.options.includes('metacopy=on'),
    userxattr: mount.options.includes('userxattr'),
  }
}

/**
 * Names that would be too long together are given relative to the directory of all layers (containerd, mount/mount_linux.go;
 * moby, overlay2), which has each layer's directory with `fs` or `diff` in it.
 */
function fromMounter(layer: string, { upper }: OverlayMount): string {
  return layer.startsWith('/') ? layer : `${upper.split('/').slice(0, -2).join('/')}/${layer}`
}

function printable(type: string): string {
  return type.replace(/[^\w.-]/g, '?').slice(0, 40)
}
