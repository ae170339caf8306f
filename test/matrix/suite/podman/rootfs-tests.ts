import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uniqueName } from '../../../engines/docker/shared-engine'
import type { MatrixEngine } from '../../rig/matrix-engine'

/** A container that Podman made of a directory: there is no image, and no layer. */
export function rootfsTests(started: () => MatrixEngine): void {
  describe('a container without an image', () => {
    const name = uniqueName('rootfs')
    beforeAll(async () => {
      const { host } = started().engine
      await host.run(['mkdir', '-p', '/var/rootfs'])
      await host.run([
        'podman',
        'create',
        '--name',
        name,
        '--network',
        'none',
        '--rootfs',
        '/var/rootfs',
        'true',
      ])
    })
    afterAll(async () => {
      await started().engine.host.run(['podman', 'rm', '--force', name])
    })

    test('is listed, and what needs an image says that there is none', async () => {
      const way = started().ways['on the host itself']
      const { hostId } = way
      const listed = await way.value('containers.list', { hostId, all: true })
      expect(listed).toContainEqual(expect.objectContaining({ name, imageId: '' }))
      for (const [operation, input] of [
        ['changes.list', { hostId, containerId: name }],
        ['snapshots.review', { hostId, containerId: name }],
        ['stacks.compare', { left: { hostId, containerId: name }, right: { hostId, containerId: name } }],
      ] as const) {
        const failure = await way.failure(operation, input)
        expect(`${operation}: ${failure.message}`).toContain('made without an image')
      }
    })
  })
}
