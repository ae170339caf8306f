import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useChanges, type ChangeRow } from '../../../../../renderer/src/stores/changes/changes'
import { useNavigation } from '../../../../../renderer/src/stores/place/navigation'
import { aChangeRow, someProgress } from '../../../../builders/changes/change-listing'
import { failing, fakeBridge, giving } from '../../../../builders/window/fake-bridge'

beforeEach(() => {
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** A listing whose lines a test decides, with the container open and complete. */
async function openListing(nodes: number[]) {
  const list = { rows: nodes.map((node) => aChangeRow({ node })), opened: 0 }
  const bridge = fakeBridge({
    'changes.open': () => {
      list.opened += 1
      return giving({ listingId: `l${String(list.opened)}`, lens: 'host' })
    },
    'changes.rows': ({ offset, limit }) =>
      giving({ total: list.rows.length, rows: list.rows.slice(offset, offset + limit) }),
    'changes.close': () => giving({ closed: true }),
    'changes.refresh': () => refreshAnswer,
    'changes.seen': () => giving({ seen: true }),
    'changes.rest': ({ resting }) => giving({ resting }),
  })
  let refreshAnswer: ReturnType<typeof failing> | ReturnType<typeof giving<Record<string, never>>> = giving(
    {},
  )
  const changes = useChanges()
  useNavigation().openContainer('local', 'c1')
  await expect.poll(() => changes.rows).toBeDefined()
  let version = 1
  const tell = async (rows: ChangeRow[] = list.rows) => {
    list.rows = rows
    const before = changes.rows?.revision ?? 0
    bridge.emit('changes.progressed', someProgress({ version: version++ }))
    await expect.poll(() => changes.rows?.revision).toBeGreaterThan(before)
  }
  await tell()
  const refreshFails = (kind: Parameters<typeof failing>[0]) => {
    refreshAnswer = failing(kind, 'no')
  }
  return { bridge, changes, list, tell, refreshFails }
}

const numbered = (...nodes: number[]) => nodes.map((node) => aChangeRow({ node }))

test('a listing is asked to stay live', async () => {
  const { bridge } = await openListing([1])
  expect(bridge.calls.find(({ operation }) => operation === 'changes.open')?.input).toEqual({
    hostId: 'local',
    containerId: 'c1',
    live: true,
  })
})

test('the chosen line follows its node when a refresh puts lines above it or takes some away', async () => {
  const { changes, tell } = await openListing([1, 2, 3])
  changes.choose(1)
  await tell(numbered(7, 8, 1, 2, 3))
  await expect.poll(() => changes.cursor).toBe(3)
  expect(changes.chosen?.node).toBe(2)
  await tell(numbered(2, 3))
  await expect.poll(() => changes.cursor).toBe(0)
  expect(changes.chosen?.node).toBe(2)
})

test('it follows over many lines, reading no further than the list grew', async () => {
  const { bridge, changes, tell } = await openListing([1, 2, 3])
  changes.choose(2)
  const above = Array.from({ length: 450 }, (_, index) => 1000 + index)
  await tell(numbered(...above, 1, 2, 3))
  await expect.poll(() => changes.cursor).toBe(452)
  expect(changes.chosen?.node).toBe(3)
  expect(bridge.calls.filter(({ operation }) => operation === 'changes.rows').length).toBeLessThan(12)
})

test('where the chosen line is gone, the one in its place is chosen', async () => {
  const { changes, tell } = await openListing([1, 2, 3])
  changes.choose(2)
  await tell(numbered(1, 2))
  await expect.poll(() => changes.chosen?.node).toBe(2)
  expect(changes.cursor).toBe(1)
})

test('a refresh keeps the listing; only one that is not open any more is opened again', async () => {
  const { changes, list, refreshFails } = await openListing([1])
  await changes.refresh()
  expect(list.opened).toBe(1)
  refreshFails('connection-lost')
  await changes.refresh()
  expect([list.opened, changes.failure?.kind]).toEqual([1, 'connection-lost'])
  refreshFails('listing-closed')
  await changes.refresh()
  await expect.poll(() => changes.listing?.listingId).toBe('l2')
  expect(changes.failure).toBeUndefined()
})

test('comparing with another image opens the container against it, until another one is chosen', async () => {
  const { bridge, changes } = await openListing([1])
  const openings = () =>
    bridge.calls.filter(({ operation }) => operation === 'changes.open').map(({ input }) => input)
  changes.compareWith('sha256:other')
  await expect.poll(openings).toHaveLength(2)
  expect(openings()[1]).toMatchObject({ against: 'sha256:other' })
  useNavigation().openContainer('local', 'c2')
  await expect.poll(openings).toHaveLength(3)
  expect(openings()[2]).not.toHaveProperty('against')
})

test('marks are taken off by asking for it', async () => {
  const { bridge, changes } = await openListing([1])
  await changes.markSeen()
  expect(bridge.calls.at(-1)).toEqual({ operation: 'changes.seen', input: { listingId: 'l1' } })
})

test('a chosen line that a filter leaves out gives way to the first one, and one that it keeps stays chosen', async () => {
  const { changes, list } = await openListing([1, 2, 3])
  changes.choose(2)
  list.rows = numbered(1, 3)
  changes.look({ ...changes.view, search: 'x' })
  await expect.poll(() => changes.cursor).toBe(1)
  expect(changes.chosen?.node).toBe(3)
  list.rows = numbered(1, 2)
  changes.look({ ...changes.view, search: 'y' })
  await expect.poll(() => changes.chosen?.node).toBe(1)
  expect(changes.cursor).toBe(0)
})

test('the root is a line like any other: chosen, followed, and gone when it is no change any more', async () => {
  const root = aChangeRow({ node: 0, name: '/', path: '/', kind: 'modified', type: 'directory' })
  const { changes, tell } = await openListing([1, 2])
  changes.choose(1)
  await tell([root, ...numbered(1, 2)])
  await expect.poll(() => changes.cursor).toBe(2)
  changes.choose(0)
  expect(changes.chosen?.path).toBe('/')
  await tell([{ ...root, mode: 0o700 }, ...numbered(1, 2, 3)])
  await expect.poll(() => changes.chosen?.mode).toBe(0o700)
  expect([changes.cursor, changes.chosen?.node]).toEqual([0, 0])
  await tell(numbered(1, 2, 3))
  await expect.poll(() => changes.chosen?.node).toBe(1)
  expect(changes.cursor).toBe(0)
})

test('a container that is come back to has its listing, its view, its chosen line and its topmost one', async () => {
  const { bridge, changes, list } = await openListing([1, 2, 3, 4])
  const asked = (operation: string) =>
    bridge.calls.filter((one) => one.operation === operation).map(({ input }) => input)
  const navigation = useNavigation()
  changes.look({ ...changes.view, search: 'n', since: 'opened', toggled: [{ path: '/n1' }] })
  await expect.poll(() => changes.rows?.total).toBe(4)
  changes.choose(2)
  changes.noteTop(1)
  const { view } = changes

  navigation.openContainer('local', 'c2')
  await expect.poll(() => changes.listing?.listingId).toBe('l2')
  expect(changes.view).toMatchObject({ search: '', since: 'image', toggled: [] })
  expect(asked('changes.rest')).toEqual([{ listingId: 'l1', resting: true }])

  list.rows = numbered(9, 1, 2, 3, 4)
  navigation.openContainer('local', 'c1')
  await expect.poll(() => changes.chosen?.path).toBe('/n3')
  expect(changes.listing?.listingId).toBe('l1')
  expect([changes.cursor, changes.view, changes.scrolledTo]).toEqual([3, view, { index: 2 }])
  await expect.poll(() => asked('changes.refresh')).toEqual([{ listingId: 'l1' }])
  expect(asked('changes.rest').at(-1)).toEqual({ listingId: 'l1', resting: false })
})

test('what is gone meanwhile is left out without a word', async () => {
  const { changes, list } = await openListing([1, 2, 3])
  changes.choose(2)
  useNavigation().openImages('local')
  await expect.poll(() => changes.rows).toBeUndefined()
  list.rows = numbered(1, 2)
  useNavigation().openContainer('local', 'c1')
  await expect.poll(() => changes.rows?.total).toBe(2)
  await expect.poll(() => changes.refreshing).toBe(false)
  expect(changes.chosen?.path).toBe('/n1')
  expect(changes.failure).toBeUndefined()
})

test('a listing that has to be opened anew has the same directories open and the same line chosen', async () => {
  const { bridge, changes, refreshFails } = await openListing([1, 2, 3])
  changes.look({ ...changes.view, toggled: [{ path: '/n1' }] })
  changes.choose(1)
  refreshFails('listing-closed')
  await changes.refresh()
  await expect.poll(() => changes.listing?.listingId).toBe('l2')
  expect(changes.view.toggled).toEqual([{ path: '/n1' }])
  bridge.emit('changes.progressed', someProgress({ listingId: 'l2', version: 1, state: 'reading' }))
  expect(changes.chosen).toBeUndefined()
  await expect.poll(() => changes.rows?.total).toBe(3)
  bridge.emit('changes.progressed', someProgress({ listingId: 'l2', version: 2 }))
  await expect.poll(() => changes.chosen?.path).toBe('/n2')
})

test('a listing that goes on through another lens says so, and the chosen line is found by its path', async () => {
  const { bridge, changes, list } = await openListing([1, 2, 3])
  changes.choose(1)
  list.rows = [{ ...aChangeRow({ node: 2 }), path: '/n1', name: 'n1' }]
  const told = { lens: 'engine', reason: 'It hangs.' } as const
  bridge.emit('changes.progressed', someProgress({ ...told, version: 100, state: 'reading' }))
  expect(changes.listing).toMatchObject({ listingId: 'l1', ...told })
  await expect.poll(() => changes.rows?.total).toBe(1)
  expect(changes.chosen).toBeUndefined()
  list.rows = [...list.rows, { ...aChangeRow({ node: 7 }), path: '/n2', name: 'n2' }]
  bridge.emit('changes.progressed', someProgress({ ...told, version: 101 }))
  await expect.poll(() => changes.chosen).toMatchObject({ node: 7, path: '/n2' })
})

test('only so many listings wait; the one that was left first is closed', async () => {
  const { bridge, changes } = await openListing([1])
  for (let number = 2; number <= 11; number += 1) {
    useNavigation().openContainer('local', `c${String(number)}`)
    const id = `l${String(number)}`
    await expect.poll(() => changes.listing?.listingId).toBe(id)
    bridge.emit('changes.progressed', someProgress({ listingId: id, version: 1 }))
    await expect.poll(() => changes.progress?.listingId).toBe(id)
  }
  const closed = bridge.calls.filter(({ operation }) => operation === 'changes.close')
  expect(closed.map(({ input }) => input)).toEqual([{ listingId: 'l1' }, { listingId: 'l2' }])
})
