import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, stopContainer } from '../../engines/docker/containers'
import { engineProxy } from '../../engines/engine/engine-proxy'
import { buildLayers, importImage } from '../../engines/images/images'
import { uniqueName } from '../../engines/docker/shared-engine'
import { committing, input, local } from '../rig/committing'
import { loadSeveralPlatforms, missingArchive } from '../rig/incomplete-images'
import type { MatrixEngine } from '../rig/matrix-engine'

/** A container whose image the engine does not have any more. */
export function goneBaseTests(started: () => MatrixEngine): void {
  describe('a base that is gone', () => {
    const { engine, lamina, said, list, aContainer } = committing(started)

    test('is found before anything is made, and is said', async () => {
      const image = `${uniqueName('gone')}:1`
      await importImage(engine().docker, image)
      const name = await aContainer(image)
      await stopContainer(engine().docker, name)
      const id = await said('inspect', '--format', '{{.Image}}', name)
      await engine().docker(['rmi', '--force', id])
      const before = await list('images', '--all', '--quiet')
      for (const operation of ['snapshots.review', 'snapshots.commit']) {
        const asked = operation === 'snapshots.review' ? { ...local, containerId: name } : input(name)
        const failure = await lamina().failure(operation, asked)
        expect(failure).toMatchObject({
          kind: 'base-incomplete',
          message: expect.stringContaining(name) as string,
        })
        expect(failure.remedy).toContain(id)
      }
      expect(await list('images', '--all', '--quiet')).toEqual(before)
      const source = { ...local, containerId: name }
      const compared = await lamina().failure('stacks.compare', { left: source, right: source })
      expect(compared.kind).toBe('base-incomplete')
    })
  })
}

/**
 * What only containerd's store can lose, or have several of. Docker 28 tells of which platform a container is, and so before a commit
 * that its archives are gone.
 */
export function containerdBaseTests(
  started: () => MatrixEngine,
  missed: 'base-incomplete' | 'snapshot-unverified',
): void {
  describe('the containerd store', () => {
    const { engine, lamina, said, aContainer } = committing(started)

    async function threeLayers(): Promise<string> {
      const image = `${uniqueName('three')}:1`
      await importImage(engine().docker, `${image}-base`)
      await buildLayers(engine().docker, image, `${image}-base`, ['echo 1 >/one', 'echo 2 >/two'])
      return image
    }

    test('lets a container be kept whose image was untagged by force', async () => {
      const image = await threeLayers()
      const name = await aContainer(image)
      await engine().docker(['rmi', '--force', image])
      const made = await lamina().value('snapshots.commit', input(name))
      expect(made).toMatchObject({ baseLayers: 3, layers: 4 })
      expect(await said('run', '--rm', '--network', 'none', made.reference, 'cat', '/new')).toBe('one')
    })

    test('without the archive of a layer refuses until it has it again', async () => {
      const image = await threeLayers()
      const archive = join(engine().host.folder, 'three.tar')
      await engine().docker(['save', '--output', archive, image])
      const name = await aContainer(image)
      await missingArchive(engine(), image, 1)
      const failure = await lamina().failure('snapshots.commit', input(name))
      expect(failure).toMatchObject({
        kind: 'base-incomplete',
        message: expect.stringContaining(image) as string,
      })
      expect((await lamina().failure('snapshots.review', { ...local, containerId: name })).kind).toBe(
        'base-incomplete',
      )
      expect(await said('inspect', '--format', '{{.State.Status}}', name)).toBe('running')
      expect(await lamina().value('snapshots.unfinished', local)).toEqual([])
      await engine().docker(['load', '--input', archive])
      const made = await lamina().value('snapshots.commit', input(name))
      expect(made).toMatchObject({ baseLayers: 3, layers: 4 })
    })

    test('finds, after a commit at the latest, what an image for several platforms lacks', async () => {
      const image = await loadSeveralPlatforms(engine())
      const name = await aContainer(image)
      const made = await lamina().value('snapshots.commit', input(name))
      expect(made).toMatchObject({ baseLayers: 1, layers: 2 })
      await missingArchive(engine(), image, 0)
      const failure = await lamina().failure('snapshots.commit', input(name, { replace: true }))
      expect(failure).toMatchObject({
        kind: missed,
        message: expect.stringContaining('incomplete') as string,
      })
      expect(await said('image', 'inspect', '--format', '{{.Id}}', made.reference)).toBe(made.imageId)
    })

    test('says of a container for another platform that its layers cannot be held against its image', async () => {
      const image = await loadSeveralPlatforms(engine())
      const name = uniqueName('foreign')
      const flags = ['--network', 'none', '--platform', 'linux/arm64', '--name', name]
      await engine().docker(['create', ...flags, image, 'sh'])
      onTestFinished(() => removeContainers(engine().docker, name))
      const failure = await lamina().failure('snapshots.commit', input(name))
      expect(failure.kind).toBe('snapshot-unverified')
      expect(failure.message).toMatch(/linux\/arm64.*linux\/amd64/)
    })

    test('makes sibling snapshots one after the other, also by two ways to one engine', async () => {
      const proxy = await engineProxy(engine().socketPath)
      onTestFinished(() => proxy.close())
      const other = await laminaUnderTest(proxy)
      onTestFinished(() => other.close())
      const steps: string[] = []
      const inTurn = ['saving', 'checking', 'naming']
      const ways = [lamina(), other, lamina(), other]
      const names = await Promise.all(ways.map(() => aContainer()))
      for (const { lamina: one } of [lamina(), other])
        one.on((event) => {
          if (event.name === 'snapshot.progressed' && inTurn.includes(event.payload.step))
            steps.push(event.payload.containerId)
        })
      await Promise.all(ways.map((way, index) => way.value('snapshots.commit', input(names[index] ?? ''))))
      const turns = steps.filter((name, index) => name !== steps[index - 1])
      expect(turns.toSorted()).toEqual(names.toSorted())
    })
  })
}
