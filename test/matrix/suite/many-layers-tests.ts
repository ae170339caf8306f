import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { loadImage, manyLayersArchive } from '../../engines/images/loaded-image'
import { uniqueName } from '../../engines/docker/shared-engine'
import { input, local } from '../rig/committing'
import type { MatrixEngine } from '../rig/matrix-engine'

/** A container of an image with many layers: more than a mount's options hold, or as many as the engine takes. */
export function manyLayersTests(
  started: () => MatrixEngine,
  { layers, takesMore }: { readonly layers: number; readonly takesMore: boolean },
): void {
  describe(`an image of ${String(layers)} layers`, () => {
    // Podman takes a name without a registry for a local one when it loads, and for Docker Hub's when it is asked.
    const image = `registry.example/${uniqueName('layers')}:1`
    const name = uniqueName('many')
    const docker = () => started().engine.docker
    const way = () => started().ways['on the host itself']
    const container = { ...local, containerId: name } as const

    beforeAll(async () => {
      await loadImage(docker(), await manyLayersArchive(image, layers))
      await startContainer(docker(), { name, image })
      await runInContainer(
        docker(),
        name,
        `echo one > /new; rm /layers/2; echo more >> /layers/${String(layers)}`,
      )
    })
    afterAll(async () => {
      await docker()(['kill', name], { mayFail: true })
      await removeContainers(docker(), name)
      await removeImages(docker(), `${name}-kept:1`, image)
    })

    test.each(['host', 'engine'] as const)(
      'shows what its container changed to the %s lens',
      async (lens) => {
        const { changes } = await way().value('changes.list', { ...container, lens })
        const own = changes.filter(({ path }) => path === '/new' || path.startsWith('/layers/'))
        expect(own.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual([
          'added /new',
          'deleted /layers/2',
          `modified /layers/${String(layers)}`,
        ])
      },
    )

    test('is told layer by layer, and read to the lowest', async () => {
      const stack = await way().value('images.stack', { ...local, image })
      const steps = Array.from({ length: layers }, (_, index) => `layer ${String(index + 1)}`)
      expect(stack.layers.map(({ createdBy }) => createdBy)).toEqual(steps)
      const read = await way().value('content.read', { ...container, path: '/layers/2', side: 'lower' })
      expect(Buffer.from(read.bytes, 'base64').toString()).toBe('2')
      expect(read.through).toBe('host')
    })

    if (takesMore) {
      test('is kept with one more, and its container compared with that', async () => {
        const made = await way().value('snapshots.commit', input(name, { pause: false }))
        expect(made).toMatchObject({ baseLayers: layers, layers: layers + 1 })
        const [left, right] = [container, { ...local, image: made.reference }]
        const compared = await way().value('stacks.compare', { left, right })
        expect(compared.shared).toBe(layers)
        const against = await way().value('changes.open', { ...container, against: made.reference })
        const { text } = await way().value('changes.export', { listingId: against.listingId, format: 'csv' })
        expect(against.lens).toBe('host')
        expect(text).not.toMatch(/^\/(?:new|layers)/m)
        await way().value('changes.close', { listingId: against.listingId })
      })
    } else {
      test('takes no further one, which is said with what to do, and nothing is made', async () => {
        // Those of one moment come in any order.
        const images = async () =>
          (await docker()(['images', '--all', '--quiet'])).stdout.split('\n').toSorted()
        const before = await images()
        const failure = await way().failure('snapshots.commit', input(name))
        expect(failure).toMatchObject({
          kind: 'engine-failed',
          message: expect.stringMatching(/as many layers as the engine takes.*max depth exceeded/) as string,
          remedy: expect.stringContaining('docker export') as string,
        })
        expect(await images()).toEqual(before)
        expect(await way().value('snapshots.unfinished', local)).toEqual([])
        expect((await docker()(['inspect', '--format', '{{.State.Status}}', name])).stdout).toBe('running\n')
      })
    }
  })
}
