import { describe, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest } from '../../builders/lamina-under-test'
import { engineProxy } from '../../engines/engine/engine-proxy'
import { buildImage, importImage } from '../../engines/images/images'
import { uniqueName } from '../../engines/docker/shared-engine'
import { committing, input, local } from '../rig/committing'
import type { Expected } from '../rig/expected'
import type { MatrixEngine } from '../rig/matrix-engine'

/** What holds of a snapshot on every engine. */
export function commitTests(expected: Expected, started: () => MatrixEngine): void {
  describe('snapshots', () => {
    const { engine, lamina, said, list, aContainer } = committing(started)
    const pause = expected.pauses

    test('are proved by a container that is made from them and is gone again', async () => {
      const name = await aContainer()
      const containers = await list('ps', '--all', '--quiet')
      const made = await lamina().value('snapshots.commit', input(name, { pause }))
      expect(made).toMatchObject({ baseLayers: 1, layers: 2, frozen: pause })
      expect(await list('ps', '--all', '--quiet')).toEqual(containers)
      expect(await said('run', '--rm', '--network', 'none', made.reference, 'cat', '/new')).toBe('one')
    })

    test('of which no container can be made are said to be useless and get no name', async () => {
      const name = await aContainer()
      const proxy = await engineProxy(engine().socketPath)
      onTestFinished(() => proxy.close())
      proxy.interfere(/\/containers\/create/, (_, answer) => {
        answer.writeHead(500).end('{"message":"failed to mount the layers","cause":"x","response":500}')
      })
      const other = await laminaUnderTest(proxy)
      onTestFinished(() => other.close())
      const failure = await other.failure('snapshots.commit', input(name, { pause }))
      expect(failure.kind).toBe('snapshot-unverified')
      expect(failure.message).toMatch(/was made, but no container can be created from it.*failed to mount/)
      expect(await said('images', '--quiet', `${name}-kept`)).toBe('')
      expect(await other.value('snapshots.unfinished', local)).toMatchObject([
        { outcome: 'made', named: false },
      ])
    })
  })
}

/** Of engines that build images here. */
export function ownImageTests(started: () => MatrixEngine): void {
  describe('an image with the layers of another', () => {
    const { engine, lamina, said, aContainer } = committing(started)

    test('is the own image of a container, whatever its id', async () => {
      const [first, second] = [`${uniqueName('first')}:1`, `${uniqueName('second')}:1`]
      await importImage(engine().docker, first)
      await buildImage(engine().docker, second, [`FROM ${first}`, 'LABEL a=b'])
      const idOf = (image: string) => said('image', 'inspect', '--format', '{{.Id}}', image)
      expect(await idOf(second)).not.toBe(await idOf(first))
      const name = await aContainer(first)
      const input = { ...local, containerId: name, lens: 'engine' as const }
      const own = await lamina().value('changes.open', { ...input, against: second })
      // Against any other image everything would be read, which the reason says.
      expect(own.reason).toBeUndefined()
      await lamina().value('changes.close', { listingId: own.listingId })
    })
  })
}

/** Of engines that cannot pause here. */
export function failedPauseTests(started: () => MatrixEngine): void {
  describe('a pause that fails', () => {
    const { lamina, list, aContainer } = committing(started)

    test('ends the snapshot, which is said with what to do', async () => {
      const name = await aContainer()
      const before = await list('images', '--all', '--quiet')
      const failure = await lamina().failure('snapshots.commit', input(name))
      expect(failure.message).toMatch(/could not pause the container.*made no snapshot/)
      expect(failure.remedy).toContain('without pausing')
      expect(await list('images', '--all', '--quiet')).toEqual(before)
      expect(await lamina().value('snapshots.unfinished', local)).toEqual([])
    })
  })
}

/** Of engines that mount nothing for a container which is only made: Podman mounts 500 layers, and keeps an image of more. */
export function unmountableTests(started: () => MatrixEngine): void {
  describe('a snapshot whose layers cannot be mounted together', () => {
    const { engine, said, aContainer } = committing(started)

    test('is said to be useless, with what to do, and gets no name', async () => {
      const name = await aContainer()
      const proxy = await engineProxy(engine().socketPath)
      onTestFinished(() => proxy.close())
      proxy.interfere(/\/archive\?path=/, (_, answer) => {
        const message = 'mounting storage for container x: max depth exceeded'
        answer
          .writeHead(500, { 'Content-Type': 'application/json' })
          .end(JSON.stringify({ message, cause: 'max depth exceeded', response: 500 }))
      })
      const other = await laminaUnderTest(proxy)
      onTestFinished(() => other.close())
      const failure = await other.failure('snapshots.commit', input(name, { pause: false }))
      expect(failure).toMatchObject({
        kind: 'snapshot-unverified',
        message: expect.stringContaining('max depth exceeded') as string,
        remedy: expect.stringContaining('docker export') as string,
      })
      expect(await said('images', '--quiet', `${name}-kept`)).toBe('')
    })
  })
}
