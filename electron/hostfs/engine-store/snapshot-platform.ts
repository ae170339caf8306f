import { createHash } from 'node:crypto'
import type { Platform } from '../../core/images/image'
import { outputOf } from '../../transport/transport'
import { containerdFunction } from './containerd-tool'
import type { HostFiles } from '../host/host-files'
import { imageConfigs } from './image-config'

/**
 * The container's id comes as the only line of standard input. moby puts a snapshot of its own between the image's layers and the
 * container's (daemon/containerd, PrepareSnapshot), whose parent is the image.
 */
const parentScript = `${containerdFunction}
IFS= read -r id || exit 3
exec 3>/dev/null
containerd snapshots --snapshotter overlayfs info "$id-init" || containerd snapshots --snapshotter overlayfs info "$id" || :
`

const longestAnswer = 64 * 1024

/**
 * What a container on the containerd store was made for, where that is another platform than the one as which the engine shows its
 * image. Nothing where it is the same, or cannot be found out: containerd is asked on which layers the container stands.
 * @throws FailureError `command-failed`
 */
export async function otherPlatform(
  host: HostFiles,
  dataRoot: string,
  container: { readonly id: string; readonly imageId: string },
  shown: Platform & { readonly diffIds: readonly string[] },
  signal: AbortSignal,
): Promise<Platform | undefined> {
  if (!/^[0-9a-f]{64}$/.test(container.id)) return undefined
  const input = Buffer.from(`${container.id}\n`)
  const command = {
    name: 'asking containerd whose layers a container stands on',
    script: parentScript,
    input,
    elevated: host.elevated,
  }
  const said = (await outputOf(host.transport, command, signal, longestAnswer)).toString('latin1')
  // containerd, cmd/ctr, snapshots info: indented JSON.
  const parent = /^ *"Parent": "(sha256:[0-9a-f]{64})",?$/m.exec(said)?.[1]
  if (parent === undefined || parent === chainId(shown.diffIds)) return undefined
  for await (const config of imageConfigs(host, dataRoot, container.imageId, shown, signal)) {
    if (chainId(config.diffIds) === parent) return config
  }
  return undefined
}

/** OCI image-spec, config.md, "Layer ChainID". */
function chainId(diffIds: readonly string[]): string | undefined {
  const [lowest, ...others] = diffIds
  return others.reduce<string | undefined>(
    (chain, diffId) =>
      `sha256:${createHash('sha256')
        .update(`${String(chain)} ${diffId}`)
        .digest('hex')}`,
    lowest,
  )
}
