import { expect, test } from 'vitest'
import type { MatrixEngine } from '../rig/matrix-engine'

/** All that containerd keeps of snapshots and content, and what is mounted in the host. */
const keptScript = `ctr --namespace moby snapshots --snapshotter overlayfs ls; ctr --namespace moby content ls --quiet
find "$0" -name metadata.db -exec sha256sum {} +; cat /proc/mounts`

/** How a stopped container's layers are found where only containerd knows them. */
export function containerdTests(started: () => MatrixEngine): void {
  test('asking containerd for a stopped container and an image changes nothing', async () => {
    const { engine, ways } = started()
    const way = ways['on the host itself']
    const kept = async () => (await engine.host.run(['sh', '-c', keptScript, engine.host.folder])).stdout
    const before = await kept()
    const listed = await way.value('changes.list', { hostId: 'local', containerId: 'stopped', lens: 'host' })
    const stack = await way.value('images.stack', { hostId: 'local', image: 'lamina-test/matrix:1' })
    expect(listed.changes).not.toEqual([])
    expect(stack.historySource).toBe('config')
    expect(await kept()).toBe(before)
  })

  test('without ctr a stopped container is seen through the engine lens, which is said', async () => {
    const { engine, ways } = started()
    const list = (containerId: string) =>
      ways['over SSH'].value('changes.list', { hostId: ways['over SSH'].hostId, containerId })
    await engine.host.run(['mv', '/usr/bin/ctr', '/usr/bin/ctr-away'])
    try {
      expect(await list('stopped')).toMatchObject({
        lens: 'engine',
        reason: expect.stringContaining('this host has no ctr (package containerd)') as string,
      })
      expect(await list('running')).toMatchObject({ lens: 'host' })
    } finally {
      await engine.host.run(['mv', '/usr/bin/ctr-away', '/usr/bin/ctr'])
    }
  })
}
