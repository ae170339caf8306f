import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest } from '../../../builders/lamina-under-test'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../../engines/docker/containers'
import { baseImage, nineLayersImage, sharedEngine, uniqueName } from '../../../engines/docker/shared-engine'
import { eventually } from '../../../engines/wait'
import { hangingHosts } from './hanging-hosts'

// Whatever hangs on a host, its engine answers for it, and the reason is told.
const engine = sharedEngine()
const container = uniqueName('hanging')
const paths = ['/bin/cat', '/new', '/new/file']
const kept: string[] = []

beforeAll(async () => {
  await startContainer(engine.docker, { name: container, image: baseImage })
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await removeImages(engine.docker, ...kept)
})

interface Path {
  readonly hostId: string
  readonly containerId: string
  readonly path: string
}

/** Milliseconds that are waited for a host that never answers. */
const commandLimits = { beginWithin: 500, silentFor: 500 }

test.each(hangingHosts)('The engine answers for $name', async ({ start, reason }) => {
  await runInContainer(engine.docker, container, 'mkdir -p /new; echo one > /new/file; rm -f /bin/cat')
  const lamina = await laminaUnderTest({ dockerHost: 'unix:///nonexistent/engine.sock', commandLimits })
  onTestFinished(() => lamina.close())
  const folder = await mkdtemp(join(tmpdir(), 'lamina-hanging-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const told = expect.stringMatching(reason) as string

  const { input } = await start(engine)
  const { hostId, hostLens } = await lamina.value('hosts.connect', input)
  expect(hostLens).toEqual({ works: false, reason: told })
  expect(await lamina.value('hosts.describe', { hostId })).toMatchObject({ hostLens })
  expect(await lamina.value('hosts.engines', { hostId })).toContainEqual(
    expect.objectContaining({ connected: true }),
  )
  const listed = await lamina.value('containers.list', { hostId, all: true })
  expect(listed.map(({ name }) => name)).toContain(container)

  const place = { hostId, containerId: container }
  const { changes, ...list } = await lamina.value('changes.list', place)
  expect(list).toMatchObject({ lens: 'engine', reason: told })
  expect(changes.map(({ path }) => path)).toEqual(paths)

  const progress = lamina.events('changes.progressed')
  for (const against of [undefined, nineLayersImage]) {
    const asked = against === undefined ? place : { ...place, against }
    const { listingId, ...opened } = await lamina.value('changes.open', { ...asked, live: true })
    expect(opened).toMatchObject({ lens: 'engine', reason: told })
    const isWhole = () => progress.some((one) => one.listingId === listingId && one.state === 'complete')
    await eventually(isWhole, { what: 'the listing to be whole' })
    await lamina.value('changes.refresh', { listingId })
    await lamina.value('changes.close', { listingId })
  }

  const [added, deleted] = ['/new/file', '/bin/cat'].map((path) => ({ ...place, path })) as [Path, Path]
  for (const path of [added, deleted])
    expect(await lamina.value('changes.describe', path)).toMatchObject({ through: 'engine' })
  const upper = await lamina.value('content.read', { ...added, side: 'upper' })
  expect(upper).toMatchObject({ through: 'engine', bytes: Buffer.from('one\n').toString('base64') })
  const lower = await lamina.value('content.read', { ...deleted, side: 'lower' })
  expect(lower).toMatchObject({ through: 'engine', exists: true })
  const toFile = join(folder, 'file')
  await lamina.value('content.save', { ...added, side: 'upper', toFile })
  expect(await readFile(toFile, 'utf8')).toBe('one\n')

  expect(await lamina.value('images.list', { hostId })).not.toEqual([])
  expect(await lamina.value('images.stack', { hostId, image: nineLayersImage })).toMatchObject({
    layers: expect.any(Array) as unknown[],
  })
  await lamina.value('stacks.compare', { left: place, right: { hostId, image: nineLayersImage } })

  expect(await lamina.value('snapshots.review', place)).toMatchObject({ willDiffer: [] })
  const reference = `${uniqueName('hanging')}:1`
  const commit = { ...place, reference, message: '', author: 'kirizi' }
  const made = await lamina.value('snapshots.commit', commit)
  kept.push(made.imageId)
  expect(made).toMatchObject({
    ...{ reference, layers: made.baseLayers + 1, frozen: true },
    verified: { through: 'engine', missing: [], extra: [], different: [] },
  })

  for (const path of [added, deleted]) {
    const { action, through } = await lamina.value('undo.plan', path)
    expect(through).toBe('engine')
    expect(await lamina.value('undo.apply', { ...path, action })).toEqual({ action, through })
  }
  expect(await lamina.value('snapshots.unfinished', { hostId })).toEqual([])
})
