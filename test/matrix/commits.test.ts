import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../builders/lamina-under-test'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
  stopContainer,
} from '../engines/containers'
import { engineProxy } from '../engines/engine-proxy'
import { buildImage, buildLayers, importImage } from '../engines/images'
import { engineKinds, startEngine, type EngineKind, type PrivateEngine } from '../engines/private-engine'
import { uniqueName } from '../engines/shared-engine'
import { loadSeveralPlatforms, missingArchive } from './incomplete-images'

const local = { hostId: 'local' } as const
const input = (containerId: string, changes: object = {}) => ({
  ...local,
  containerId,
  reference: `${containerId}-kept:1`,
  message: 'Raise worker limits',
  author: 'kirizi',
  ...changes,
})

describe.each(engineKinds)('snapshots on %s', (kind) => {
  const { engine, lamina, said, aContainer } = onEngine(kind)
  // The hosts of these tests let Podman have no control groups, and without them it cannot pause.
  const pause = !kind.startsWith('podman')

  test('are proved by a container that is made from them and is gone again', async () => {
    const name = await aContainer()
    const containers = await said('ps', '--all', '--quiet')
    const made = await lamina().value('snapshots.commit', input(name, { pause }))
    expect(made).toMatchObject({ baseLayers: 1, layers: 2, frozen: pause })
    expect(await said('ps', '--all', '--quiet')).toBe(containers)
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

describe.each(['docker-26-containerd', 'docker-26'] as const)('a base that is gone on %s', (kind) => {
  const { engine, lamina, said, aContainer } = onEngine(kind)

  test('is found before anything is made, and is said', async () => {
    const image = `${uniqueName('gone')}:1`
    await importImage(engine().docker, image)
    const name = await aContainer(image)
    await stopContainer(engine().docker, name)
    const id = await said('inspect', '--format', '{{.Image}}', name)
    await engine().docker(['rmi', '--force', id])
    const before = await said('images', '--all', '--quiet')
    for (const operation of ['snapshots.review', 'snapshots.commit']) {
      const asked = operation === 'snapshots.review' ? { ...local, containerId: name } : input(name)
      const failure = await lamina().failure(operation, asked)
      expect(failure).toMatchObject({
        kind: 'base-incomplete',
        message: expect.stringContaining(name) as string,
      })
      expect(failure.remedy).toContain(id)
    }
    expect(await said('images', '--all', '--quiet')).toBe(before)
    const source = { ...local, containerId: name }
    const compared = await lamina().failure('stacks.compare', { left: source, right: source })
    expect(compared.kind).toBe('base-incomplete')
  })
})

describe('the containerd store', () => {
  const { engine, lamina, said, aContainer } = onEngine('docker-26-containerd')

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

  test('finds after a commit what an image for several platforms hid before it', async () => {
    const image = await loadSeveralPlatforms(engine())
    const name = await aContainer(image)
    const made = await lamina().value('snapshots.commit', input(name))
    expect(made).toMatchObject({ baseLayers: 1, layers: 2 })
    await missingArchive(engine(), image, 0)
    const failure = await lamina().failure('snapshots.commit', input(name, { replace: true }))
    expect(failure).toMatchObject({
      kind: 'snapshot-unverified',
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
    const ways = [lamina(), other, lamina(), other]
    const names = await Promise.all(ways.map(() => aContainer()))
    for (const { lamina: one } of [lamina(), other])
      one.on((event) => {
        if (event.name === 'snapshot.progressed' && event.payload.step !== 'waiting')
          steps.push(event.payload.containerId)
      })
    await Promise.all(ways.map((way, index) => way.value('snapshots.commit', input(names[index] ?? ''))))
    const turns = steps.filter((name, index) => name !== steps[index - 1])
    expect(turns.toSorted()).toEqual(names.toSorted())
  })
})

describe.each(['docker-26-containerd', 'docker-26', 'podman-5'] as const)(
  'an image with the layers of another on %s',
  (kind) => {
    const { engine, lamina, said, aContainer } = onEngine(kind)

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
  },
)

describe.each(['podman-5', 'podman-4'] as const)('a pause that fails on %s', (kind) => {
  const { lamina, said, aContainer } = onEngine(kind)

  test('ends the snapshot, which is said with what to do', async () => {
    const name = await aContainer()
    const before = await said('images', '--all', '--quiet')
    const failure = await lamina().failure('snapshots.commit', input(name))
    expect(failure.message).toMatch(/could not pause the container.*made no snapshot/)
    expect(failure.remedy).toContain('without pausing')
    expect(await said('images', '--all', '--quiet')).toBe(before)
    expect(await lamina().value('snapshots.unfinished', local)).toEqual([])
  })
})

/** Each engine is started once for all blocks of this file. */
const engines = new Map<EngineKind, Promise<PrivateEngine>>()

afterAll(async () => {
  for (const engine of engines.values()) await (await engine).stop()
})

/** An engine for the tests of one block, with a Lamina on it. */
function onEngine(kind: EngineKind) {
  let engine: PrivateEngine
  let lamina: LaminaUnderTest
  const base = `${uniqueName('base')}:1`
  const said = async (...args: string[]): Promise<string> => (await engine.docker(args)).stdout.trim()

  beforeAll(async () => {
    const started = engines.get(kind) ?? startEngine(kind)
    engines.set(kind, started)
    engine = await started
    lamina = await laminaUnderTest(engine)
    await importImage(engine.docker, base)
  })
  afterAll(() => lamina.close())

  async function aContainer(image = base): Promise<string> {
    const name = uniqueName('committed')
    await startContainer(engine.docker, { name, image })
    await runInContainer(engine.docker, name, 'echo one > /new')
    onTestFinished(async () => {
      // Podman asks a container to end and waits ten seconds, also where it is to be removed by force.
      await engine.docker(['kill', name], { mayFail: true })
      await removeContainers(engine.docker, name)
      await removeImages(engine.docker, `${name}-kept:1`)
    })
    return name
  }
  return { engine: () => engine, lamina: () => lamina, said, aContainer }
}
