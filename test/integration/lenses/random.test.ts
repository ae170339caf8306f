import { existsSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh, type SameMachine } from '../../builders/same-machine'
import {
  bytesFromContainer,
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { buildLayers } from '../../engines/images/images'
import { topLayerEntries } from '../../engines/images/saved-layer'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import type { ExpectedRow } from './lens-case'
import { inOrder, pathOf, type ListedChange } from './listings'
import { naiveChanges, seenFiles, walkScript, type SeenFile } from './naive-walk'
import { randomScript } from './random-script'

// Each builds an image of hundreds of commands and reads all of it several times.
vi.setConfig({ testTimeout: 300_000 })

const engine = sharedEngine()
const seeds = [1, 2, 3, 4, 5]
const made: string[] = []
let lamina: LaminaUnderTest
let overSsh: SameMachine

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  overSsh = await sameMachineOverSsh(lamina, engine.socketPath)
})

afterAll(async () => {
  await removeContainers(engine.docker, ...made)
  await removeImages(engine.docker, ...seeds.flatMap((seed) => [imageOf(seed), `${imageOf(seed)}-kept`]))
  await lamina.close()
  await overSsh.stop()
})

const run = uniqueName('random')
const imageOf = (seed: number): string => `${run}:${seed}`

/** A container of an image whose three layers, too, come from random operations. */
async function containerWith(
  seed: number,
): Promise<{ name: string; before: Map<string, SeenFile>; after: Map<string, SeenFile> }> {
  const layers = [1, 2, 3].map((layer) => randomScript(seed * 1000 + layer, 120))
  await buildLayers(engine.docker, imageOf(seed), baseImage, layers)
  const name = `${run}-${seed}`
  made.push(name)
  await startContainer(engine.docker, { name, image: imageOf(seed) })
  const before = seenFiles(await bytesFromContainer(engine.docker, name, walkScript))
  await runInContainer(engine.docker, name, randomScript(seed, 200))
  const after = seenFiles(await bytesFromContainer(engine.docker, name, walkScript))
  return { name, before, after }
}

async function listed(
  containerId: string,
  lens: 'host' | 'engine',
  hostId = 'local',
): Promise<ListedChange[]> {
  return (await lamina.value('changes.list', { hostId, containerId, lens })).changes
}

const rows = (changes: readonly ListedChange[]): ExpectedRow[] =>
  inOrder(changes.map((change) => ({ kind: change.kind, path: pathOf(change) })))
const without = (all: readonly ExpectedRow[], some: readonly ExpectedRow[]): ExpectedRow[] =>
  all.filter((row) => !some.some(({ kind, path }) => kind === row.kind && path === row.path))

test.each(seeds)('both lenses hold against a naive walk after random operations (seed %i)', async (seed) => {
  const { name, before, after } = await containerWith(seed)
  const host = await listed(name, 'host')
  const naive = inOrder(naiveChanges(before, after))
  expect(naive.length).toBeGreaterThan(3)

  // The upper layer may hold a file that came out as it was; everything else is seen by both alike.
  const { directories } = await lamina.value('containers.inspect', { hostId: 'local', containerId: name })
  const inUpper = ({ path }: ExpectedRow): boolean => {
    const place = join(directories?.upper ?? '', Buffer.from(path, 'latin1').toString('utf8'))
    return existsSync(place) || lstatSync(place, { throwIfNoEntry: false }) !== undefined
  }
  expect(without(naive, rows(host))).toEqual([])
  for (const row of without(rows(host), naive)) {
    expect(row.kind).toBe('modified')
    expect(after.get(row.path)?.type).not.toBe('directory')
    expect(inUpper(row)).toBe(true)
  }
  for (const change of host) {
    const seen = (change.kind === 'deleted' ? before : after).get(pathOf(change))
    expect(change.mode?.toString(8)).toBe(seen?.mode)
    if (change.type === 'file') expect(change.size).toBe(seen?.size)
  }

  // Over SSH both are the same, fact by fact.
  expect(await listed(name, 'host', overSsh.hostId)).toEqual(host)
  expect(await listed(name, 'engine', overSsh.hostId)).toEqual(await listed(name, 'engine'))

  // The engine misses only what it cannot know: files of unchanged size and second, and directories above others.
  const engines = rows(await listed(name, 'engine'))
  expect(without(engines, rows(host))).toEqual([])
  expect(without(rows(host), engines).filter(({ kind }) => kind !== 'modified')).toEqual([])

  // What a commit puts into the image is what the host lens shows as added and modified.
  await engine.docker(['commit', name, `${imageOf(seed)}-kept`])
  const kept = await topLayerEntries(engine.docker, `${imageOf(seed)}-kept`)
  const present = host.filter(({ kind, type }) => kind !== 'deleted' && type !== 'directory').map(pathOf)
  expect(kept.filter((path) => path.startsWith('/r/') && !path.includes('/.wh.')).sort()).toEqual(
    present.sort(),
  )
})
