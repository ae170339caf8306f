import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { HostSession } from '../../../electron/session/host/host-session'
import { localHost } from '../../../electron/session/host/local-host'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { buildLayers } from '../../engines/images/images'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { readerContainers } from '../content/content-container'
import { randomScript } from '../lenses/random-script'
import { compared, type ComparedRow } from './compared'

const engine = sharedEngine()
const run = uniqueName('against-random')
const seeds = [11]
let session: HostSession

beforeAll(() => {
  session = localHost({ DOCKER_HOST: engine.dockerHost })
})

afterAll(async () => {
  await removeContainers(engine.docker, ...seeds.map((seed) => `${run}-${seed}`))
  await removeImages(
    engine.docker,
    ...seeds.flatMap((seed) => [`${run}:kept-${seed}`, `${run}:other-${seed}`, `${run}:${seed}`]),
  )
  await session.close()
})

afterEach(async () => {
  expect(await readerContainers()).toEqual([])
})

/** Archives have whole seconds, so that a time alone may be all that only the host's files tell. */
const withoutTimes = (rows: readonly ComparedRow[]): ComparedRow[] =>
  rows.flatMap(({ aspects, ...row }) => {
    if (aspects === undefined) return [row]
    const rest = aspects.filter((aspect) => aspect !== 'time')
    return rest.length === 0 ? [] : [{ ...row, aspects: rest }]
  })

// Six whole file systems are read through the engine.
vi.setConfig({ testTimeout: 240_000 })

test.each(seeds)('both lenses agree after random operations (seed %i)', async (seed) => {
  const [image, other, kept] = [`${run}:${seed}`, `${run}:other-${seed}`, `${run}:kept-${seed}`]
  await buildLayers(engine.docker, image, baseImage, [randomScript(seed * 10, 40)])
  await buildLayers(engine.docker, other, image, [randomScript(seed * 10 + 1, 40)])
  const name = `${run}-${seed}`
  await startContainer(engine.docker, { name, image })
  await runInContainer(engine.docker, name, randomScript(seed * 10 + 2, 60))
  await engine.docker(['commit', name, kept])
  expect((await compared(session, name, kept, 'host')).rows).toEqual([])
  expect((await compared(session, name, kept, 'engine')).rows).toEqual([])
  await runInContainer(engine.docker, name, randomScript(seed * 10 + 3, 30))
  for (const against of [kept, other, baseImage]) {
    const { rows } = await compared(session, name, against, 'host')
    expect(rows.length).toBeGreaterThan(3)
    expect(withoutTimes((await compared(session, name, against, 'engine')).rows)).toEqual(withoutTimes(rows))
  }
})
