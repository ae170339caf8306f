import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { OperationInput, OperationOutput } from '../../../electron/contract/contract'
import type { EventPayload } from '../../../electron/contract/events'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import {
  removeContainers,
  runInContainer,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { eventually } from '../../engines/wait'

type Row = OperationOutput<'changes.rows'>['rows'][number]
type Progress = EventPayload<'changes.progressed'>
type View = Partial<Omit<OperationInput<'changes.rows'>, 'listingId'>>

const engine = sharedEngine()
/** A look rests twenty times as long as it took, which is long on a machine with other work. */
const patiently = { within: 120_000, every: 50 }
vi.setConfig({ testTimeout: 300_000 })
let container: string
let lamina: LaminaUnderTest

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  await lamina.value('hosts.connect', { hostId: 'local' })
})

afterAll(() => lamina.close())

beforeEach(async () => {
  container = uniqueName('live')
  await startContainer(engine.docker, { name: container, image: baseImage })
  await inContainer('mkdir -p /srv/site; echo one >/srv/site/page; echo two >/srv/site/other')
})

afterEach(() => removeContainers(engine.docker, container))

function inContainer(script: string): Promise<string> {
  return runInContainer(engine.docker, container, script)
}

/** An open listing and what it told last. */
interface Opened {
  readonly listingId: string
  last(): Progress | undefined
  rows(view?: View): Promise<Row[]>
  row(path: string, view?: View): Promise<Row | undefined>
  /** Waits for what the listing tells. */
  until(what: string, isSo: (progress: Progress) => boolean): Promise<Progress>
  close(): Promise<void>
}

async function opened(options: Partial<OperationInput<'changes.open'>> = {}): Promise<Opened> {
  const told = lamina.events('changes.progressed')
  const { listingId } = await lamina.value('changes.open', {
    ...{ hostId: 'local', containerId: container, lens: 'host', live: true },
    ...options,
  })
  const last = () => told.findLast((progress) => progress.listingId === listingId)
  const rows = async (view: View = {}) => {
    const kinds: OperationInput<'changes.rows'>['kinds'] = ['added', 'modified', 'deleted']
    const usual = { open: true, toggled: [], kinds, search: '', sort: 'name', descending: false } as const
    const asked = { ...usual, toggled: [], offset: 0, limit: 1000, ...view, listingId }
    return (await lamina.value('changes.rows', asked)).rows
  }
  const until = (what: string, isSo: (progress: Progress) => boolean) =>
    eventually(
      () => {
        const progress = last()
        return progress !== undefined && isSo(progress) ? progress : undefined
      },
      { ...patiently, what },
    )
  await until('the first look', ({ state }) => state === 'complete')
  return {
    ...{ listingId, last, rows, until },
    row: async (path, view) => (await rows(view)).find((row) => row.path === path),
    close: async () => void (await lamina.value('changes.close', { listingId })),
  }
}

test('a file that is written shows by itself, marked until it was seen', async () => {
  const listing = await opened()
  const before = await listing.row('/srv/site/page')
  await inContainer('echo more >>/srv/site/page; echo new >/srv/site/added')
  await listing.until('the new file', ({ totals, fresh }) => totals.added === 5 && fresh === 2)
  expect(await listing.row('/srv/site/added')).toMatchObject({ kind: 'added', fresh: true })
  expect(await listing.row('/srv/site/page')).toMatchObject({ node: before?.node, size: 9, fresh: true })
  expect(await listing.row('/srv')).toMatchObject({ fresh: true })
  expect((await listing.row('/srv/site/other'))?.fresh).toBeUndefined()
  expect(await lamina.value('changes.seen', { listingId: listing.listingId })).toEqual({ seen: true })
  expect((await listing.rows()).filter(({ fresh }) => fresh === true)).toEqual([])
  expect(listing.last()).toMatchObject({ fresh: 0 })
  await listing.close()
})

test('a file that is deleted is gone by itself, and is deleted since the listing was opened', async () => {
  const listing = await opened()
  await inContainer('rm /srv/site/page /bin/wget; echo more >>/srv/site/other')
  // A look may come in between what the script does.
  const isAll = ({ totals, sinceOpened }: Progress) => totals.deleted === 1 && sinceOpened.modified === 1
  await listing.until('the deletions and what was written', isAll)
  expect(await listing.row('/srv/site/page')).toBeUndefined()
  const since = (await listing.rows({ since: 'opened' }))
    .filter(({ kind }) => kind !== undefined)
    .map(({ path, kind }) => [path, kind])
  expect(since).toEqual([
    ['/bin/wget', 'deleted'],
    ['/srv/site/other', 'modified'],
    ['/srv/site/page', 'deleted'],
  ])
  expect(listing.last()?.sinceOpened).toMatchObject({ added: 0, modified: 1, deleted: 2 })
  expect(await listing.row('/bin/wget', { since: 'opened', kinds: ['modified'] })).toBeUndefined()
  await listing.close()
})

test('it waits while the container is stopped, with all that was written before, and goes on when it runs', async () => {
  const listing = await opened()
  await listing.until('it to be live', ({ live }) => live.on)
  await inContainer('echo last >/srv/last')
  await stopContainer(engine.docker, container)
  const told = await listing.until('it to wait', ({ live }) => !live.on)
  expect(told.live.reason).toContain('not running')
  expect(await listing.row('/srv/last')).toMatchObject({ kind: 'added' })
  await engine.docker(['start', container])
  await listing.until('it to go on', ({ live }) => live.on)
  await inContainer('echo again >/srv/again')
  await listing.until('what was written after the start', ({ totals }) => totals.added === 6)
  await listing.close()
})

test('closing it ends it', async () => {
  const listing = await opened()
  await listing.until('it to be live', ({ live }) => live.on)
  await listing.close()
  const told = listing.last()
  const other = await opened()
  await inContainer('echo more >/srv/unseen')
  await other.until('what was written', ({ totals }) => totals.added === 5)
  expect(listing.last()).toBe(told)
  expect(await lamina.failure('changes.refresh', { listingId: listing.listingId })).toMatchObject({
    kind: 'listing-closed',
  })
  await other.close()
})

test('a container that is removed ends it, and the listing stays', async () => {
  const listing = await opened()
  await listing.until('it to be live', ({ live }) => live.on)
  await removeContainers(engine.docker, container)
  const told = await listing.until('it to end', ({ live }) => live.reason === 'The container was removed.')
  expect(told).toMatchObject({ state: 'complete', totals: { added: 4 } })
  await listing.close()
})

test.each(['host', 'engine'] as const)('the %s lens looks again when it is asked', async (lens) => {
  const listing = await opened({ lens, live: false })
  const before = await listing.row('/srv/site')
  await inContainer('rm /srv/site/page; echo new >/srv/site/added; echo b >/srv/site/b')
  await stopContainer(engine.docker, container)
  const { listingId } = listing
  expect(await lamina.value('changes.refresh', { listingId })).toEqual({})
  const files = (await listing.rows()).filter(({ depth }) => depth > 0)
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['/srv/site/added', '/srv/site/b', '/srv/site/other']),
  )
  expect(await listing.row('/srv/site/page')).toBeUndefined()
  expect((await listing.row('/srv/site'))?.node).toBe(before?.node)
  expect(listing.last()).toMatchObject({ fresh: 2, sinceOpened: { added: 2, deleted: 1 } })
  await listing.close()
})

test('a look that fails is told to who asked for it, and the listing stays', async () => {
  const listing = await opened({ live: false })
  await removeContainers(engine.docker, container)
  const failure = await lamina.failure('changes.refresh', { listingId: listing.listingId })
  expect(failure).toMatchObject({ kind: 'not-found' })
  expect(await listing.row('/srv/site/page')).toMatchObject({ kind: 'added' })
  await listing.close()
})

test('the engine lens says why it is not live', async () => {
  const listing = await opened({ lens: 'engine' })
  expect(listing.last()?.live).toMatchObject({ on: false })
  expect(listing.last()?.live.reason).toContain('by hand')
  await listing.close()
})

test('a directory that is open is open in every listing of the container, wherever it comes in it', async () => {
  await inContainer(
    'mkdir -p /srv/site/deep "/srv/$(printf \'b\\377d\')"; echo >/srv/site/deep/x; cd /srv/b*; echo >y',
  )
  const bytes = Buffer.from('/srv/b\xffd', 'latin1').toString('base64')
  const toggled = ['/srv', '/srv/site', '/gone'].map((path) => ({ path }))
  const view = { open: false, toggled: [...toggled, { path: '/srv/b\ufffdd', pathBytes: bytes }] }
  const openDirectories = (rows: Row[]) => rows.filter(({ open }) => open).map(({ path }) => path)
  const before = await opened({ live: false })
  const shown = await before.rows(view)
  expect(openDirectories(shown)).toEqual(['/srv', '/srv/b\ufffdd', '/srv/site'])
  expect(shown.map(({ path }) => path)).toContain('/srv/site/deep')
  await before.close()
  await inContainer(
    'rm -rf /srv/site; mkdir -p /another/one /srv/site; echo >/another/one/z; echo >/srv/site/new',
  )
  const after = await opened({ live: false })
  expect(openDirectories(await after.rows(view))).toEqual(['/srv', '/srv/b\ufffdd', '/srv/site'])
  await after.close()
})
