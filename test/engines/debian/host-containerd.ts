import { join } from 'node:path'
import type { DebianHost, HostDaemon } from './debian-host'
import { eventually } from '../wait'

/** Where Debian's and Docker's own packages have containerd listen. */
export const containerdSocket = '/run/containerd/containerd.sock'

/**
 * Starts containerd in a host as its unit does, with an engine beside it and not above it. Its files are in the host's folder, since
 * the host's root is an overlay, which carries no others.
 */
export async function startContainerd(host: DebianHost): Promise<HostDaemon> {
  const root = join(host.folder, 'containerd')
  const daemon = await host.startDaemon(['containerd', '--root', root, '--address', containerdSocket])
  await eventually(
    async () =>
      (await host.run(['ctr', '--address', containerdSocket, 'version'], { mayFail: true })).status === 0,
    { within: 60_000, every: 50, what: 'containerd to answer' },
  )
  return daemon
}
