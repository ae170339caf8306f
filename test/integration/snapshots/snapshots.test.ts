import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { engineProxy } from '../../engines/engine/engine-proxy'
import { startPreparedDocker } from '../../engines/docker/prepared-docker'
import type { PrivateDocker } from '../../engines/docker/private-docker'
import { baseImage, nineLayersImage, uniqueName } from '../../engines/docker/shared-engine'

// That nothing was made is seen by all images, and an engine remembers few events: so nobody else may do anything on it.
let engine: PrivateDocker
const local = { hostId: 'local' } as const
const container = uniqueName('kept')
const repository = uniqueName('snapshot')

let lamina: LaminaUnderTest

const said = async (...args: string[]): Promise<string> => (await engine.docker(args)).stdout.trim()
const inspected = async (image: string, format: string): Promise<string> =>
  said('image', 'inspect', '--format', format, image)
const stateOf = async (name: string): Promise<string> =>
  said('inspect', '--format', '{{.State.Status}}', name)
const input = (tag: string, changes: object = {}) => ({
  ...local,
  containerId: container,
  reference: `${repository}:${tag}`,
  message: 'Raise worker limits',
  author: 'kirizi',
  ...changes,
})
// The engine lists images of one second in any order.
const everyImage = async (): Promise<string[]> =>
  (await said('images', '--all', '--quiet', '--no-trunc')).split('\n').sort()
const imagesOfRepository = async (): Promise<string[]> =>
  (await said('images', '--format', '{{.Tag}}', repository)).split('\n').filter((tag) => tag !== '')

async function aContainer(script = 'echo one > /new'): Promise<string> {
  const name = uniqueName('committed')
  await startContainer(engine.docker, { name, image: baseImage })
  await runInContainer(engine.docker, name, script)
  onTestFinished(() => removeContainers(engine.docker, name))
  return name
}

beforeAll(async () => {
  engine = await startPreparedDocker()
  lamina = await laminaUnderTest(engine)
  await startContainer(engine.docker, { name: container, image: nineLayersImage })
  await runInContainer(engine.docker, container, 'echo one > /new; rm /layers/3')
})

afterAll(async () => {
  await lamina.close()
  await engine.stop()
})

describe('a snapshot', () => {
  test('is the base with one layer on top, and carries name, message and author', async () => {
    const made = await lamina.value('snapshots.commit', input('first'))
    expect(made).toMatchObject({
      reference: `${repository}:first`,
      baseLayers: 9,
      layers: 10,
      empty: false,
      frozen: true,
    })
    expect(await inspected(`${repository}:first`, '{{.Id}}')).toBe(made.imageId)
    expect(await inspected(made.imageId, '{{.Author}}|{{.Comment}}')).toBe('kirizi|Raise worker limits')
    const layers = async (image: string): Promise<string[]> =>
      JSON.parse(await inspected(image, '{{json .RootFS.Layers}}')) as string[]
    expect((await layers(made.imageId)).slice(0, 9)).toEqual(await layers(nineLayersImage))
    expect(await layers(made.imageId)).toHaveLength(10)
    expect(await stateOf(container)).toBe('running')
  })

  test('holds what the container holds', async () => {
    await lamina.value('snapshots.commit', input('content'))
    const name = uniqueName('restored')
    await startContainer(engine.docker, { name, image: `${repository}:content` })
    onTestFinished(() => removeContainers(engine.docker, name))
    expect(await runInContainer(engine.docker, name, 'cat /new; ls /layers')).toBe(
      'one\n2\n4\n5\n6\n7\n8\n9\n',
    )
  })

  test('pauses the container meanwhile, and only where that is wanted', async () => {
    const name = await aContainer()
    await lamina.value('snapshots.commit', input('paused', { containerId: name }))
    await lamina.value('snapshots.commit', input('unpaused', { containerId: name, pause: false }))
    const filters = ['pause', 'commit', 'unpause'].flatMap((event) => ['--filter', `event=${event}`])
    const until = String(Date.now() / 1000)
    const range = ['--since', '1', '--until', until, '--filter', `container=${name}`]
    const events = await said('events', ...range, ...filters, '--format', '{{.Action}}')
    expect(events.split('\n')).toEqual(['pause', 'commit', 'unpause', 'commit'])
  })

  test.each(['exited', 'paused'] as const)(
    'can be made of a container that is %s, which stays so',
    async (state) => {
      const name = await aContainer()
      if (state === 'exited') await stopContainer(engine.docker, name)
      else await engine.docker(['pause', name])
      const made = await lamina.value('snapshots.commit', input(`of-${state}`, { containerId: name }))
      expect(made).toMatchObject({ baseLayers: 1, layers: 2, frozen: true })
      expect(await stateOf(name)).toBe(state)
      expect(await lamina.value('snapshots.unfinished', local)).toEqual([])
    },
  )

  test('of a container without changes says so', async () => {
    const name = await aContainer('true')
    const made = await lamina.value('snapshots.commit', input('nothing', { containerId: name }))
    const layers = Number(await inspected(made.imageId, '{{len .RootFS.Layers}}'))
    expect(made.layers).toBe(layers)
    expect(made.empty).toBe(layers === 1)
  })

  test.each([
    ['empty', '', ''],
    ['of several lines', 'first\n\nthird "quoted" $HOME `id`', 'kirizi <k@example.org>'],
    ['like an instruction', 'x\nENV EVIL=1\nLABEL a=b', 'a\nENV EVIL=2'],
    ['in another script', '提高上限 🙂', '岩'],
  ])('keeps a message and an author that are %s', async (_, message, author) => {
    const made = await lamina.value('snapshots.commit', input('words', { message, author, replace: true }))
    expect(JSON.parse(await inspected(made.imageId, '{{json .Comment}}'))).toBe(message)
    expect(JSON.parse(await inspected(made.imageId, '{{json .Author}}'))).toBe(author)
    expect(await inspected(made.imageId, '{{json .Config.Env}}')).not.toContain('EVIL')
  })

  test('remembers its author for the next one', async () => {
    await lamina.value('snapshots.commit', input('author', { author: 'somebody else' }))
    expect(await lamina.value('settings.get', {})).toMatchObject({ author: 'somebody else' })
    const { author, suggestedReference } = await lamina.value('snapshots.review', {
      ...local,
      containerId: container,
    })
    expect(author).toBe('somebody else')
    expect(suggestedReference).toMatch(new RegExp(`^${container}:\\d{4}-\\d{2}-\\d{2}-\\d+$`))
  })

  test('is warned of when a file is really named like a whiteout, which the image then obeys', async () => {
    const name = await aContainer('echo 1 > /tmp/conf; echo 1 > /tmp/.wh.conf')
    const { warnings } = await lamina.value('snapshots.commit', input('whiteout', { containerId: name }))
    expect(warnings).toEqual([{ kind: 'whiteout-name', path: '/tmp/.wh.conf', deletes: '/tmp/conf' }])
  })
})

describe('a name', () => {
  test('that another image has is left to it, and nothing is made', async () => {
    const { imageId } = await lamina.value('snapshots.commit', input('taken'))
    const before = await everyImage()
    const failure = await lamina.failure('snapshots.commit', input('taken'))
    expect(failure.kind).toBe('reference-in-use')
    expect(failure.message).toContain(`${repository}:taken`)
    expect(await inspected(`${repository}:taken`, '{{.Id}}')).toBe(imageId)
    expect(await everyImage()).toEqual(before)
  })

  test('that another image has moves where that is asked for', async () => {
    const first = await lamina.value('snapshots.commit', input('moved'))
    const second = await lamina.value('snapshots.commit', input('moved', { replace: true }))
    expect(second.imageId).not.toBe(first.imageId)
    expect(await inspected(`${repository}:moved`, '{{.Id}}')).toBe(second.imageId)
    await removeImages(engine.docker, first.imageId)
  })

  test('without a tag is tagged latest', async () => {
    const made = await lamina.value('snapshots.commit', input('', { reference: repository }))
    expect(made.reference).toBe(`${repository}:latest`)
    expect(await imagesOfRepository()).toContain('latest')
  })

  test.each([
    '',
    'UPPER:1',
    'a b',
    'a:b:c',
    '-a',
    'a/',
    'a:',
    `a@sha256:${'0'.repeat(64)}`,
    'f'.repeat(64),
    'é:1',
    `a:${'t'.repeat(129)}`,
    '../a',
  ])('that is wrong (%j) is refused before anything is made', async (reference) => {
    const before = await everyImage()
    expect(await lamina.failure('snapshots.commit', input('', { reference }))).toMatchObject({
      kind: 'reference-invalid',
    })
    expect(await everyImage()).toEqual(before)
  })
})

describe('a container that cannot be kept', () => {
  test('is one that is gone', async () => {
    expect(await lamina.failure('snapshots.commit', input('gone', { containerId: 'gone' }))).toMatchObject({
      kind: 'not-found',
    })
  })

  test.each(['removing', 'dead'] as const)('is one that is %s', async (state) => {
    const name = await aContainer()
    const proxy = await engineProxy(engine.socketPath)
    onTestFinished(() => proxy.close())
    // A real one is in this state for milliseconds only.
    proxy.interfere(/\/containers\/[^/]+\/json/, async (_, answer, pass) => {
      const { status, body } = await pass()
      answer.writeHead(status).end(body.replace('"Status":"running"', `"Status":"${state}"`))
    })
    const other = await laminaUnderTest(proxy)
    onTestFinished(() => other.close())
    const failure = await other.failure('snapshots.commit', input('not-made', { containerId: name }))
    expect(failure).toMatchObject({ kind: 'conflict', message: expect.stringContaining(state) as string })
    expect(proxy.requests.filter((line) => line.startsWith('POST'))).toEqual([])
  })
})

describe('two snapshots at once', () => {
  test('are made one after the other', async () => {
    const names = await Promise.all([aContainer(), aContainer(), aContainer()])
    const made = await Promise.all(
      names.map((name, index) =>
        lamina.value('snapshots.commit', input(`at-once-${index}`, { containerId: name })),
      ),
    )
    expect(new Set(made.map(({ imageId }) => imageId)).size).toBe(3)
  })

  test('under one name give one image', async () => {
    const results = await Promise.all(
      [1, 2].map(() => lamina.lamina.call('snapshots.commit', input('one-name'))),
    )
    expect(results.map(({ ok }) => ok).sort()).toEqual([false, true])
  })
})
