import type { DebianHost } from '../debian/debian-host'
import { mountUnifiedCgroups } from '../debian/unified-cgroups'

/** What mounts containers: the kernel's overlay, or the program for kernels that cannot; `masked` has it keep owners and modes in attributes. */
export type PodmanMounts = 'kernel' | 'fuse-overlayfs' | 'masked'

/** containers.conf(5): what Podman needs where it has no systemd and no cgroups of its own. */
const containersConf = [
  '[containers]',
  'cgroups="disabled"',
  'pids_limit=0',
  '[engine]',
  'cgroup_manager="cgroupfs"',
  'events_logger="file"',
  'runtime="crun"',
  '',
].join('\n')

/** Makes a host one that Podman can run on, of whichever user. */
export async function preparePodman(host: DebianHost): Promise<void> {
  await host.run(['mkdir', '-p', '/etc/containers'])
  await host.run(['tee', '/etc/containers/containers.conf'], { input: containersConf })
  await mountUnifiedCgroups(host)
}

/** containers-storage.conf(5). Without a data root Podman keeps its layers where the user's usually are. */
export function storageConf(mounts: PodmanMounts, dataRoot?: string): string {
  const places =
    dataRoot === undefined ? [] : [`graphroot="${dataRoot}"`, 'runroot="/run/containers/storage"']
  const options =
    mounts === 'kernel' ? [] : ['[storage.options.overlay]', 'mount_program="/usr/bin/fuse-overlayfs"']
  const mask = mounts === 'masked' ? ['force_mask="shared"'] : []
  return ['[storage]', 'driver="overlay"', ...places, ...options, ...mask, ''].join('\n')
}
