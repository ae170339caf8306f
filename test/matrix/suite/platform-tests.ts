import { describe, expect, onTestFinished, test } from 'vitest'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { loadImage } from '../../engines/images/loaded-image'
import {
  architectureElsewhere,
  architectureHere,
  ociArchive,
  type ArchivedPlatform,
} from '../../engines/images/oci-archive'
import { uniqueName } from '../../engines/docker/shared-engine'
import { input, local } from '../rig/committing'
import { loadSeveralPlatforms } from '../rig/incomplete-images'
import type { MatrixEngine } from '../rig/matrix-engine'

const [here, elsewhere] = [`linux/${architectureHere}`, `linux/${architectureElsewhere}`]

/** Images for other platforms, which nothing but the containerd store keeps beside this machine's. */
export function platformTests(started: () => MatrixEngine): void {
  describe('an image for several platforms', () => {
    const docker = () => started().engine.docker
    const way = () => started().ways['on the host itself']

    /** A running container of another platform's image, with one change. */
    async function elsewhereContainer(image: string): Promise<string> {
      const name = uniqueName('elsewhere')
      await startContainer(docker(), { name, image, flags: ['--platform', elsewhere] })
      onTestFinished(async () => {
        await removeContainers(docker(), name)
        await removeImages(docker(), `${name}-kept:1`)
      })
      await runInContainer(docker(), name, 'echo one > /new')
      return name
    }

    async function loaded(platforms: readonly Omit<ArchivedPlatform, 'content'>[], content: string) {
      const image = `${uniqueName('platforms')}:1`
      const archive = await ociArchive(
        image,
        platforms.map((platform) => ({ ...platform, content })),
      )
      await loadImage(docker(), archive)
      return image
    }

    test('whose container runs another than the host has is found before anything is made', async () => {
      const name = await elsewhereContainer(await loadSeveralPlatforms(started().engine))
      // Those of one moment come in any order.
      const images = async () =>
        (await docker()(['images', '--all', '--quiet'])).stdout.split('\n').toSorted()
      const before = await images()
      const asked = { ...local, containerId: name }
      for (const failure of [
        await way().failure('snapshots.review', asked),
        await way().failure('snapshots.commit', input(name)),
      ]) {
        expect(failure.kind).toBe('conflict')
        expect(failure.message).toContain(`${name} was made for ${elsewhere}, and this host`)
        expect(failure.message).toContain(`for ${here}, so that`)
      }
      expect(await images()).toEqual(before)
      expect(await way().value('snapshots.unfinished', local)).toEqual([])
    })

    test('of which nothing but another is there is kept and read all the same', async () => {
      const platforms = [{ architecture: architectureHere, missing: true }]
      const image = await loaded([...platforms, { architecture: architectureElsewhere }], 'elsewhere')
      const name = await elsewhereContainer(image)
      const path = { ...local, containerId: name, path: '/made-for', side: 'lower', lens: 'engine' } as const
      const read = await way().value('content.read', path)
      expect(Buffer.from(read.bytes, 'base64').toString()).toBe('elsewhere')
      const made = await way().value('snapshots.commit', input(name))
      expect(made).toMatchObject({ baseLayers: 1, layers: 2 })
    })

    test('has the history of this one, also where another has the same layers', async () => {
      const architectures = [architectureElsewhere, architectureHere]
      const image = await loaded(
        architectures.map((architecture) => ({ architecture })),
        uniqueName('same'),
      )
      const stack = await way().value('images.stack', { ...local, image })
      expect(stack).toMatchObject({ architecture: architectureHere, historySource: 'config' })
      expect(stack.history).toMatchObject([{ createdBy: `for ${architectureHere}` }])
    })
  })
}
