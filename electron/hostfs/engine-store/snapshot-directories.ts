import { outputOf } from '../../transport/transport'
import { containerdFunction, whyNotContainerd } from './containerd-tool'
import { resolvedDirectories, type FoundDirectories } from './layer-directories'
import type { HostFiles } from '../host/host-files'
import { overlayOptions, type OverlayMount } from '../overlay/mountinfo'

/**
 * The container's id comes as the only line of standard input: moby names a container's snapshot so (daemon/containerd,
 * PrepareSnapshot). The command prints how the snapshot would be mounted on `/` and mounts nothing.
 */
const mountScript = `${containerdFunction}
IFS= read -r id || exit 3
exec 3>&1
mounts=$(containerd snapshots --snapshotter overlayfs mounts / "$id") || exit 0
echo mounts
printf '%s\\n' "$mounts"
`

/** A line for each mount (containerd, cmd/ctr, snapshots mounts). */
const mountLine = /^mount -t (\S+) \S+ \/ -o (.*)$/

/** As containerd's snapshotter names its directories (containerd, snapshots/overlay). Nothing else is taken for a layer. */
const ofSnapshotter = /^(\/(?:.+\/)?io\.containerd\.snapshotter\.v1\.overlayfs\/snapshots\/)(\d+)\/(fs|work)$/

const longestAnswer = 1024 * 1024

/**
 * The directories of a container that does not run, by its snapshot in containerd, for engines that do not tell them (the containerd
 * image store).
 * @throws FailureError `command-failed`
 */
export async function snapshotDirectories(
  host: HostFiles,
  containerId: string,
  signal: AbortSignal,
): Promise<FoundDirectories> {
  if (!/^[0-9a-f]{64}$/.test(containerId)) return notFound('no snapshot has its name')
  const command = {
    name: "asking containerd for a container's directories",
    script: mountScript,
    input: Buffer.from(`${containerId}\n`),
    elevated: host.elevated,
  }
  const said = (await outputOf(host.transport, command, signal, longestAnswer)).toString('latin1')
  const [word = '', ...lines] = said.trimEnd().split('\n')
  if (word !== 'mounts') return notFound(whyNotContainerd(word))
  const mount = mountIn(lines)
  if (mount === undefined) return notFound('it names no overlay that is read on the host')
  const places = [mount.upper, mount.work, ...mount.lower]
  const [upper = '', work = '', ...lower] = await resolvedDirectories(host, places, signal)
  if (lower.length !== mount.lower.length || !areOneSnapshotters(upper, work, lower))
    return notFound('its directories are not on this machine as it names them')
  return {
    found: true,
    directories: { upper, work, lower, merged: '' },
    metacopy: mount.options.includes('metacopy=on'),
    userxattr: mount.options.includes('userxattr'),
  }
}

function notFound(why: string): FoundDirectories {
  const reason = `The engine does not say where the layers of a stopped container are, and they were not found by asking containerd: ${why}. They are found while the container runs.`
  return { found: false, reason }
}

/** Names stand there as they are; one with a comma, a colon or a backslash does not come out and is not found. */
function mountIn(lines: readonly string[]): OverlayMount | undefined {
  const [, type, options = ''] = mountLine.exec(lines[0] ?? '') ?? []
  return lines.length === 1 && type === 'overlay' ? overlayOptions(options) : undefined
}

function areOneSnapshotters(upper: string, work: string, lower: readonly string[]): boolean {
  const [, root, number] = ofSnapshotter.exec(upper) ?? []
  if (root === undefined || work !== `${root}${number ?? ''}/work`) return false
  return [upper, ...lower].every((layer) => {
    const [, ofRoot, , name] = ofSnapshotter.exec(layer) ?? []
    return ofRoot === root && name === 'fs'
  })
}
