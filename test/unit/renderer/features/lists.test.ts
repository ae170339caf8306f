import { expect, test } from 'vitest'
import { drawnRows, hasUnmeasuredUpper } from '../../../../renderer/src/features/compare/comparison-rows'
import {
  entryOf,
  matchingEntries,
  stackEntries,
} from '../../../../renderer/src/features/compare/stack-entries'
import {
  countsByFilter,
  shownContainers,
  stateDot,
} from '../../../../renderer/src/features/containers/container-list'
import { shownImages } from '../../../../renderer/src/features/images/image-list'
import { bestEntries, type PaletteEntry } from '../../../../renderer/src/features/palette/palette-entries'
import { commitObstacle } from '../../../../renderer/src/features/snapshots/commit-obstacle'
import type { Container } from '../../../../renderer/src/stores/containers/containers'
import type { ImageSummary } from '../../../../renderer/src/stores/images/images'
import { isSamePlace } from '../../../../renderer/src/stores/place/place'

function aContainer(some: Partial<Container> & { name: string }): Container {
  const createdAt = '2026-11-23T12:00:00Z'
  return {
    id: some.name,
    image: 'nginx:1',
    imageId: 'sha256:0',
    state: 'running',
    status: 'Up',
    createdAt,
    ...some,
  }
}

function anImage(some: Partial<ImageSummary> & { id: string }): ImageSummary {
  return { references: [], size: 1, createdAt: '2026-11-23T12:00:00Z', ...some }
}

const containers = [
  aContainer({ name: 'web-10', state: 'exited' }),
  aContainer({ name: 'web-2', state: 'paused', createdAt: '2026-11-24T12:00:00Z' }),
  aContainer({ name: 'db', image: 'mariadb:11' }),
]
const names = (list: readonly { name: string }[]) => list.map(({ name }) => name)

test('containers are filtered by state and words, and sorted with numbers in their order', () => {
  expect(countsByFilter(containers)).toEqual({ all: 3, running: 2, stopped: 1 })
  expect(names(shownContainers(containers, 'all', '', 'name'))).toEqual(['db', 'web-2', 'web-10'])
  expect(names(shownContainers(containers, 'stopped', '', 'name'))).toEqual(['web-10'])
  expect(names(shownContainers(containers, 'all', 'MARIA d', 'name'))).toEqual(['db'])
  expect(names(shownContainers(containers, 'all', '', 'created'))[0]).toBe('web-2')
  expect(names(shownContainers(containers, 'all', '', 'state')).at(-1)).toBe('web-10')
  expect([stateDot('running'), stateDot('paused'), stateDot('dead'), stateDot('exited')]).toEqual([
    'on',
    'warn',
    'bad',
    'off',
  ])
})

test('images are sorted by name with the untagged ones last', () => {
  const images = [
    anImage({ id: 'a' }),
    anImage({ id: 'b', references: ['web:10'] }),
    anImage({ id: 'c', references: ['web:2'], size: 9 }),
  ]
  expect(shownImages(images, '', 'name').map(({ id }) => id)).toEqual(['c', 'b', 'a'])
  expect(shownImages(images, '', 'size').map(({ id }) => id)[0]).toBe('c')
  expect(shownImages(images, 'web 10', 'name').map(({ id }) => id)).toEqual(['b'])
})

const layer = (diffId: string, some: { upper?: boolean; size?: number } = {}) => ({
  diffId,
  createdBy: '',
  comment: '',
  author: '',
  createdAt: '',
  ...some,
})

test('stacks are drawn from the top with their shared base level', () => {
  const rows = drawnRows([
    { relation: 'shared', left: layer('base'), right: layer('base') },
    { relation: 'left', left: layer('l1') },
    { relation: 'right', right: layer('r1') },
    { relation: 'right', right: layer('r2') },
  ])
  expect(
    rows.map(({ height, shared, left, right }) => [height, shared, left?.diffId, right?.diffId]),
  ).toEqual([
    [3, false, undefined, 'r2'],
    [2, false, 'l1', 'r1'],
    [1, true, 'base', 'base'],
  ])
})

test('a sum that lacks an upper layer is known to lack it', () => {
  const rows = [{ relation: 'left', left: layer('', { upper: true }) }] as const
  expect(hasUnmeasuredUpper([...rows], 'left')).toBe(true)
  expect(hasUnmeasuredUpper([{ relation: 'left', left: layer('', { upper: true, size: 0 }) }], 'left')).toBe(
    false,
  )
  expect(hasUnmeasuredUpper([...rows], 'right')).toBe(false)
})

test('pickers find images and containers by name and detail', () => {
  const entries = stackEntries('local', containers, [
    anImage({ id: 'sha256:abc', references: ['mariadb:11'] }),
  ])
  expect(names(matchingEntries(entries, 'mariadb'))).toEqual(['db', 'mariadb:11'])
  expect(entryOf({ hostId: 'local', image: 'sha256:abc' }, entries)?.name).toBe('mariadb:11')
  expect(entryOf({ hostId: 'other', image: 'sha256:abc' }, entries)).toBeUndefined()
})

test('an image is found by each of its names and by its whole id', () => {
  const id = `sha256:${'ab'.repeat(32)}`
  const entries = stackEntries('local', [], [anImage({ id, references: ['first:1', 'other/second:2'] })])
  for (const typed of ['first', 'second:2', 'other 2', id, 'abababababababababab'])
    expect(names(matchingEntries(entries, typed)), typed).toEqual(['first:1'])
})

test('the palette puts beginnings before middles and details', () => {
  const entry = (title: string, detail = ''): PaletteEntry => ({
    key: title,
    group: 'image',
    title,
    detail,
    run: () => undefined,
  })
  const entries = [entry('my-web'), entry('db', 'for web'), entry('web-1'), entry('other')]
  expect(bestEntries(entries, ' WEB').map(({ title }) => title)).toEqual(['web-1', 'my-web', 'db'])
  expect(bestEntries(entries, '')).toHaveLength(4)
})

test('only containers that the engine can save are offered to it', () => {
  const obstacles = (isUnsettled: boolean) =>
    (['running', 'paused', 'exited', 'dead', 'removing', undefined] as const).map((state) =>
      commitObstacle(state, isUnsettled),
    )
  expect(obstacles(false)).toEqual([undefined, undefined, undefined, 'dead', 'removing', 'gone'])
  expect(obstacles(true)).toEqual(['unsettled', 'unsettled', 'unsettled', 'dead', 'removing', 'gone'])
})

test('the same place again is no step to go back from', () => {
  const place = { screen: 'images', hostId: 'local', imageId: 'a' } as const
  expect(isSamePlace(place, { ...place })).toBe(true)
  expect(isSamePlace(place, { ...place, imageId: 'b' })).toBe(false)
})
