import { join } from 'node:path'
import {
  startRootless,
  type HostUser,
  type RootlessEngine,
  type RootlessService,
} from '../engine/rootless-engine'
import { mountUnifiedCgroups } from '../debian/unified-cgroups'

/** Where it keeps images: overlay2 of its own, or the snapshotter of the containerd that it starts. */
export type RootlessStore = 'overlay2' | 'containerd'

/**
 * Starts a Docker that belongs to an ordinary user, by the script that Docker documents for it (rootlesskit, slirp4netns), which listens
 * at `$XDG_RUNTIME_DIR/docker.sock`. It ends with `stop()` or with this process.
 */
export async function startRootlessDocker(store: RootlessStore): Promise<RootlessEngine> {
  return await startRootless((user) => dockerService(user, store))
}

async function dockerService(user: HostUser, store: RootlessStore): Promise<RootlessService> {
  const { host, name, home, runtimeFolder } = user
  await mountUnifiedCgroups(host)
  // slirp4netns opens it as the user; the machine's own may be for root alone.
  const device = 'mknod -m 666 /run/tun c 10 200 && mount --bind /run/tun /dev/net/tun'
  await host.run(['sh', '-c', device])
  // Docker, "Rootless mode": its settings are below the user's home.
  const settings = join(home, '.config/docker')
  await host.run(['install', '-d', '-o', name, '-g', name, join(home, '.config'), settings])
  const features = { 'containerd-snapshotter': store === 'containerd' }
  await host.run(['tee', join(settings, 'daemon.json')], { input: JSON.stringify({ features }) })
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const script = '/usr/share/docker.io/contrib/dockerd-rootless.sh'
  return {
    command: ['env', path, script, '--bridge', 'none', '--iptables=false', '--ip6tables=false'],
    socketPath: join(runtimeFolder, 'docker.sock'),
  }
}
