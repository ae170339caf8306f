import { join } from 'node:path'
import { preparePodman, storageConf, type PodmanMounts } from './podman-config'
import {
  startRootless,
  type HostUser,
  type RootlessEngine,
  type RootlessService,
} from '../engine/rootless-engine'

/** Starts a Podman that belongs to an ordinary user. Mounts of the kernel in its namespace say `userxattr`. It ends with `stop()` or with this process. */
export async function startRootlessPodman(mounts: PodmanMounts): Promise<RootlessEngine> {
  return await startRootless((user) => podmanService(user, mounts))
}

async function podmanService(
  { host, name, home, runtime }: HostUser,
  mounts: PodmanMounts,
): Promise<RootlessService> {
  // Tests let other users have it too, who cannot look into the runtime directory.
  const socketPath = join(host.folder, 'rootless', 'podman.sock')
  const theirs = ['install', '-d', '-o', name, '-g', name]
  await host.run([...theirs, '-m', '755', join(host.folder, 'rootless')])
  await host.run([...theirs, '-m', '700', join(runtime, 'podman')])
  await preparePodman(host)
  await host.run(['chmod', '666', '/dev/fuse'])
  // What the system says of mount programs is not for users (containers-storage.conf(5)).
  const settings = join(home, '.config/containers')
  await host.run([...theirs, join(home, '.config'), settings])
  await host.run(['tee', join(settings, 'storage.conf')], { input: storageConf(mounts) })
  return { command: ['podman', 'system', 'service', '--time', '0', `unix://${socketPath}`], socketPath }
}
