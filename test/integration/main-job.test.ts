import { afterAll, beforeAll, expect, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../builders/lamina-under-test'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
  stopContainer,
} from '../engines/docker/containers'
import { buildImage } from '../engines/images/images'
import { startPreparedDocker } from '../engines/docker/prepared-docker'
import type { PrivateDocker } from '../engines/docker/private-docker'
import { baseImage, nineLayersImage, uniqueName } from '../engines/docker/shared-engine'
import { eventually } from '../engines/wait'

// Whole lists are held against what the engine lists, so nobody else may make anything on it.
let engine: PrivateDocker
const local = { hostId: 'local' } as const
const running = uniqueName('running')
const stopped = uniqueName('stopped')
const authored = `${uniqueName('authored')}:1.0`
const volume = uniqueName('volume')

let lamina: LaminaUnderTest
let runningId: string

const said = async (...args: string[]): Promise<string> => (await engine.docker(args)).stdout.trim()

beforeAll(async () => {
  engine = await startPreparedDocker()
  lamina = await laminaUnderTest(engine)
  const flags = ['--volume', `${volume}:/data`, '--env', 'COLOUR=blue']
  runningId = await startContainer(engine.docker, { name: running, image: nineLayersImage, flags })
  await runInContainer(engine.docker, running, 'echo one > /new; echo two > /data/kept')
  await startContainer(engine.docker, { name: stopped, image: baseImage })
  await stopContainer(engine.docker, stopped)
  await buildImage(
    engine.docker,
    authored,
    [
      `FROM ${baseImage}`,
      'ENV A=1',
      'COPY a /a',
      'LABEL x=y',
      'RUN echo 12345 > /b',
      'CMD ["sh", "-c", "true"]',
    ],
    { a: 'content\n' },
  )
})

afterAll(async () => {
  await lamina.close()
  await engine.stop()
})

test('this machine is a host, with engine, versions and storage driver', async () => {
  expect(await lamina.value('hosts.list', {})).toMatchObject([{ hostId: 'local', kind: 'local' }])
  expect(await lamina.value('hosts.describe', local)).toMatchObject({
    engine: 'Docker',
    version: await said('version', '--format', '{{.Server.Version}}'),
    storageDriver: 'overlay2',
    dataRoot: engine.dataRoot,
    hostLens: { works: true },
  })
})

test('running containers are listed as docker ps lists them, and all of them as docker ps -a', async () => {
  const ids = async (...flags: string[]): Promise<string[]> =>
    (await said('ps', '--no-trunc', '--quiet', ...flags)).split('\n').sort()
  const list = await lamina.value('containers.list', local)
  const all = await lamina.value('containers.list', { ...local, all: true })
  expect(list.map(({ id }) => id).sort()).toEqual(await ids())
  expect(all.map(({ id }) => id).sort()).toEqual(await ids('--all'))
  expect(list.find(({ id }) => id === runningId)).toMatchObject({
    name: running,
    image: nineLayersImage,
    imageId: await said('image', 'inspect', '--format', '{{.Id}}', nineLayersImage),
    state: 'running',
    status: expect.stringMatching(/^Up /) as string,
  })
  expect(all.find(({ name }) => name === stopped)).toMatchObject({ state: 'exited' })
})

test.each(['name', 'id', 'prefix'] as const)('a container is found by its %s', async (by) => {
  const containerId = { name: running, id: runningId, prefix: runningId.slice(0, 10) }[by]
  const { container } = await lamina.value('containers.inspect', { ...local, containerId })
  expect(container).toMatchObject({ id: runningId, name: running, state: 'running' })
})

test('a container tells its directories and what a snapshot will not hold', async () => {
  const { directories, mounts, raw } = await lamina.value('containers.inspect', {
    ...local,
    containerId: running,
  })
  const driver = async (key: string): Promise<string> =>
    said('inspect', '--format', `{{.GraphDriver.Data.${key}}}`, running)
  expect(directories).toEqual({
    lower: (await driver('LowerDir')).split(':'),
    upper: await driver('UpperDir'),
    work: await driver('WorkDir'),
    merged: await driver('MergedDir'),
  })
  expect(mounts).toMatchObject([{ type: 'volume', name: volume, destination: '/data', writable: true }])
  expect(JSON.parse(raw)).toMatchObject({ Id: runningId })
  const { notIncluded, baseLayers } = await lamina.value('snapshots.review', {
    ...local,
    containerId: running,
  })
  expect(notIncluded).toEqual(mounts)
  expect(baseLayers).toBe(9)
})

test('the host lens is used without being asked for, and what is in a volume is no change', async () => {
  const { lens, changes } = await lamina.value('changes.list', { ...local, containerId: running })
  expect(lens).toBe('host')
  expect(changes.map(({ path }) => path)).toContain('/new')
  expect(changes.map(({ path }) => path)).not.toContain('/data/kept')
})

test('images are listed as docker images lists them', async () => {
  const images = await lamina.value('images.list', local)
  const ids = (await said('images', '--no-trunc', '--quiet')).split('\n')
  expect(images.map(({ id }) => id).sort()).toEqual([...new Set(ids)].sort())
  expect(images.find(({ references }) => references.includes(authored))?.size).toBeGreaterThan(1_000_000)
})

test("an image's layers carry diff id, size and command, and steps without a layer are told apart", async () => {
  const stack = await lamina.value('images.stack', { ...local, image: authored })
  const diffIds = JSON.parse(
    await said('image', 'inspect', '--format', '{{json .RootFS.Layers}}', authored),
  ) as string[]
  expect(stack.layers.map(({ diffId }) => diffId)).toEqual(diffIds)
  expect(stack.layers).toHaveLength(3)
  expect(stack.layers[1]).toMatchObject({ size: 8, createdBy: expect.stringContaining('COPY') as string })
  expect(stack.layers[2]).toMatchObject({
    size: 6,
    createdBy: expect.stringContaining('echo 12345') as string,
  })
  expect(stack.history.map(({ empty }) => empty)).toEqual([false, true, false, true, false, true])
  expect(stack.config.command).toEqual(['sh', '-c', 'true'])
  expect(stack.config.environment).toContain('A=1')
  expect(stack.config.labels).toMatchObject({ x: 'y' })
  const shown = await lamina.value('images.inspect', { ...local, image: authored })
  expect(JSON.parse(shown.inspect)).toMatchObject({ Id: stack.id })
  expect((JSON.parse(shown.history ?? '') as unknown[]).length).toBe(6)
})

test('an image and a snapshot of its container share all of its layers', async () => {
  const reference = `${uniqueName('kept')}:1`
  await engine.docker(['commit', '--author', 'kirizi', '--message', 'test commit', running, reference])
  const left = { ...local, image: nineLayersImage }
  const compared = await lamina.value('stacks.compare', { left, right: { ...local, image: reference } })
  expect(compared.shared).toBe(9)
  expect(compared.rows.map(({ relation }) => relation)).toEqual([...Array<string>(9).fill('shared'), 'right'])
  expect(compared.rows[9]?.right).toMatchObject({ comment: 'test commit' })
  expect(compared.right).toMatchObject({ layers: 10, author: 'kirizi', comment: 'test commit' })
  for (const { left: one, right: other } of compared.rows.slice(0, 9)) expect(one?.diffId).toBe(other?.diffId)
  await removeImages(engine.docker, reference)
})

test('8 of 9 layers are shared where one step differs', async () => {
  const other = `${uniqueName('other')}:1`
  const base = await said('image', 'history', '--quiet', '--no-trunc', nineLayersImage)
  await buildImage(engine.docker, other, [`FROM ${base.split('\n')[1] ?? ''}`, 'COPY other /other'], {
    other: 'x',
  })
  const compared = await lamina.value('stacks.compare', {
    left: { ...local, image: nineLayersImage },
    right: { ...local, image: other },
  })
  expect(compared.shared).toBe(8)
  expect(compared.rows.slice(8).map(({ relation }) => relation)).toEqual(['left', 'right'])
  await removeImages(engine.docker, other)
})

test('images that have nothing in common share no layer', async () => {
  const compared = await lamina.value('stacks.compare', {
    left: { ...local, image: nineLayersImage },
    right: { ...local, image: baseImage },
  })
  // Both begin with the same busybox tar, which gives the same diff id.
  expect(compared.shared).toBe(1)
})

test('a container stands on top of its image in a comparison', async () => {
  const compared = await lamina.value('stacks.compare', {
    left: { ...local, image: nineLayersImage },
    right: { ...local, containerId: running },
  })
  expect(compared.shared).toBe(9)
  expect(compared.rows.at(-1)).toMatchObject({ relation: 'right', right: { upper: true } })
})

test('a container that is started elsewhere is told of, and so is its end', async () => {
  const watching = await laminaUnderTest(engine)
  const changed = watching.events('containers.changed')
  const states = watching.events('host.changed')
  await watching.value('hosts.connect', local)
  await eventually(() => states.at(-1)?.state === 'connected', { what: 'the host to be connected' })
  // That lists are to be taken is told once in the beginning.
  await eventually(() => changed.length > 0, { what: 'the first telling' })
  const before = changed.length
  const name = uniqueName('elsewhere')
  await startContainer(engine.docker, { name, image: baseImage })
  await eventually(() => changed.length > before, { what: 'the start to be told' })
  const names = async (): Promise<string[]> =>
    (await watching.value('containers.list', local)).map((one) => one.name)
  expect(await names()).toContain(name)
  const afterStart = changed.length
  await removeContainers(engine.docker, name)
  await eventually(() => changed.length > afterStart, { what: 'the end to be told' })
  expect(await names()).not.toContain(name)
  await watching.close()
})
