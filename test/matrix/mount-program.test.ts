import { afterAll, beforeAll, expect, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../builders/lamina-under-test'
import { stopContainer } from '../engines/docker/containers'
import { loadImage } from '../engines/images/loaded-image'
import { startEngine, type PrivateEngine } from '../engines/engine/private-engine'
import { expectations } from './rig/expected'
import { walkedContainer, type ChangedContainer } from './rig/matrix-engine'
import { matrixArchive } from './rig/matrix-image'
import { expectAsWalked } from './rig/walked-changes'

// Podman of root whose containers are mounted by a program (containers-storage.conf(5), mount_program).
let podman: PrivateEngine
let lamina: LaminaUnderTest

beforeAll(async () => {
  const archive = matrixArchive()
  podman = await startEngine('podman-5', { mounts: 'fuse-overlayfs' })
  lamina = await laminaUnderTest(podman)
  await loadImage(podman.docker, await archive)
})
afterAll(async () => {
  await lamina.close()
  await podman.stop()
})

test('the program is told as the storage driver', async () => {
  expect(await lamina.value('hosts.describe', { hostId: 'local' })).toMatchObject({
    engine: 'Podman',
    storageDriver: 'fuse-overlayfs',
    rootless: false,
    hostLens: { works: true },
  })
})

test('the changes of a container are those of a naive walk, while it runs and afterwards', async () => {
  const container = await walkedContainer(podman, 'running')
  const { stdout } = await podman.host.run(['cat', '/proc/self/mountinfo'])
  expect(stdout).toContain(' fuse.fuse-overlayfs ')
  await expectListedAsWalked(container)
  await stopContainer(podman.docker, container.name)
  await expectListedAsWalked(container)
})

async function expectListedAsWalked(container: ChangedContainer): Promise<void> {
  const input = { hostId: 'local', containerId: container.name, lens: 'host' } as const
  const { changes } = await lamina.value('changes.list', input)
  expectAsWalked(changes, container, expectations['podman-5'].runtimePaths)
}
