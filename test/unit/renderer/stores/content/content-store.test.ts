import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { createContentVersion } from '../../../../../renderer/src/stores/content/content-version'
import { useContent } from '../../../../../renderer/src/stores/content/content'
import { useContentSave } from '../../../../../renderer/src/stores/content/content-save'
import { useChanges, type ChangeRow } from '../../../../../renderer/src/stores/changes/changes'
import { useNavigation } from '../../../../../renderer/src/stores/place/navigation'
import { failing, fakeBridge, giving } from '../../../../builders/window/fake-bridge'

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const part = (text: string, end = true) => ({
  exists: true,
  type: 'file' as const,
  size: 10,
  offset: 0,
  bytes: Buffer.from(text).toString('base64'),
  end,
  kind: 'text' as const,
  encoding: 'utf-8' as const,
  through: 'host' as const,
})

function aRow(path: string, some: Partial<ChangeRow> = {}): ChangeRow {
  const totals = { added: 0, modified: 1, deleted: 0, bytes: 0 }
  const line = { node: 1, depth: 0, name: path, folded: [], expandable: false, open: false, totals }
  return { ...line, path, kind: 'modified', type: 'file', size: 10, ...some }
}

/** The stores with a container chosen; `choose` is what the tree does. */
function opened({ answers = true } = {}) {
  const bridge = fakeBridge({
    'changes.open': () => giving({ listingId: 'one', lens: 'host' as const }),
    'changes.rows': () => giving({ total: 0, rows: [] }),
    'content.read': ({ side }) => (answers ? giving(part(side)) : new Promise(() => undefined)),
    'changes.lost': () =>
      giving({ entries: 1, bytes: 7, rows: [{ path: '/old/one', type: 'file' as const }] }),
  })
  useNavigation().openContainer('local', 'web')
  const content = useContent()
  const choose = async (row: ChangeRow | undefined) => {
    useChanges().chosen = row
    await nextTick()
  }
  const settle = () => vi.advanceTimersByTimeAsync(150)
  const reads = () => bridge.calls.filter(({ operation }) => operation === 'content.read')
  return { bridge, content, choose, settle, reads }
}

test('both versions of a modified path are read, and only what there is of others', async () => {
  const { content, choose, settle, reads } = opened()
  await choose(aRow('/a'))
  await settle()
  expect(reads().map(({ input }) => (input as { side: string }).side)).toEqual(['lower', 'upper'])
  expect(Buffer.from(content.versions.upper?.bytes ?? []).toString()).toBe('upper')
  await choose(aRow('/b', { kind: 'added' }))
  await settle()
  expect(Object.keys(content.versions)).toEqual(['upper'])
  await choose(aRow('/c', { kind: 'added', type: 'directory' }))
  await settle()
  expect(content.versions).toEqual({})
})

test('rows that are run through are not read', async () => {
  const { choose, settle, reads } = opened()
  for (let at = 0; at < 30; at += 1) await choose(aRow(`/${at}`, { kind: 'added' }))
  await settle()
  expect(reads().map(({ input }) => (input as { path: string }).path)).toEqual(['/29'])
})

test('another path ends what is under way for the one before', async () => {
  const { bridge, choose, settle } = opened({ answers: false })
  await choose(aRow('/a'))
  await settle()
  await choose(aRow('/b'))
  expect(bridge.cancelled).toHaveLength(2)
})

test('facts that could not be described leave the content as it is', async () => {
  const { content, choose, settle } = opened()
  await choose(aRow('/a'))
  await settle()
  expect(content.description?.failure?.kind).toBe('internal')
  expect(content.versions.lower?.facts?.exists).toBe(true)
})

test('a listing that tells of another content says so, and it is read again when asked for', async () => {
  const { content, choose, settle, reads } = opened()
  await choose(aRow('/a'))
  await settle()
  await choose(aRow('/a', { fresh: true }))
  expect(content.isOutOfDate).toBe(false)
  await choose(aRow('/a', { size: 11 }))
  expect(content.isOutOfDate).toBe(true)
  content.readAgain()
  await settle()
  expect(content.isOutOfDate).toBe(false)
  expect(reads()).toHaveLength(4)
})

test('a directory whose changes still come in has not changed itself', async () => {
  const { content, choose, settle } = opened()
  const directory = { kind: 'added', type: 'directory', modifiedAt: '2026-01-01T00:00:00Z' } as const
  await choose(aRow('/new', directory))
  await settle()
  await choose(aRow('/new', { ...directory, size: 1800 }))
  expect(content.isOutOfDate).toBe(false)
  await choose(aRow('/new', { ...directory, modifiedAt: '2026-01-02T00:00:00Z' }))
  expect(content.isOutOfDate).toBe(true)
})

test('of a deleted directory the lost entries are listed', async () => {
  const { content, choose, settle } = opened()
  await choose(aRow('/old', { kind: 'deleted', type: 'directory' }))
  await settle()
  expect(content.lost?.total).toBe(1)
  expect(content.lostBytes).toBe(7)
  await choose(undefined)
  expect(content.lost).toBeUndefined()
})

test('a large content grows by parts, and what shrank meanwhile does not fit', async () => {
  const answers = [giving(part('one', false)), failing('timed-out', 'slow'), giving(part('two', false))]
  const shrunk = giving({ ...part('', true), size: 1 })
  const offsets: number[] = []
  const version = createContentVersion((offset) => {
    offsets.push(offset)
    return Promise.resolve(answers.shift() ?? shrunk)
  })
  await version.readMore()
  await version.readMore()
  expect(version.failure?.kind).toBe('timed-out')
  await version.readMore()
  expect(version.failure).toBeUndefined()
  expect(Buffer.from(version.bytes).toString()).toBe('onetwo')
  await version.readMore()
  expect(offsets).toEqual([0, 3, 3, 6])
  expect([version.isTorn, version.canGrow]).toEqual([true, false])
})

test('a picture is read to its end', async () => {
  const image = { kind: 'image' as const, mediaType: 'image/png' }
  const answers = [
    giving({ ...part('one', false), ...image }),
    giving({ ...part('two'), kind: 'binary' as const }),
  ]
  const version = createContentVersion(() =>
    Promise.resolve(answers.shift() ?? failing('internal', 'too many')),
  )
  await version.readMore()
  expect(Buffer.from(version.bytes).toString()).toBe('onetwo')
  expect([version.isWhole, version.facts?.kind]).toEqual([true, 'image'])
})

test('a version is saved where the person says, and not at all where none is said', async () => {
  const subject = { hostId: 'local', containerId: 'web', row: aRow('/etc/motd') }
  const files: string[] = []
  const bridge = fakeBridge({
    'files.choose': () => giving({ overwrite: true, ...(files[0] !== undefined && { file: files[0] }) }),
    'content.save': ({ toFile }) =>
      giving({ file: toFile, type: 'file' as const, bytes: 3, through: 'host' as const }),
  })
  const saves = useContentSave()
  await saves.save(subject, 'lower', false)
  expect(saves.saving).toBeUndefined()
  const file = '/home/motd'
  files.push(file)
  await saves.save(subject, 'lower', false)
  expect(saves.saving).toMatchObject({ state: 'saved', file, bytes: 3, at: expect.any(Number) as number })
  expect(bridge.calls.at(-1)?.input).toMatchObject({ side: 'lower', toFile: file, overwrite: true })
  saves.dismiss()
  expect(saves.saving).toBeUndefined()
})

test('a failed save is told and can be tried again; a cancelled one is told by nothing', async () => {
  const subject = { hostId: 'local', containerId: 'web', row: aRow('/etc/motd') }
  const answers = [failing('storage-failed', 'full'), failing('cancelled', 'cancelled')]
  fakeBridge({
    'files.choose': () => giving({ overwrite: false, file: '/home/motd' }),
    'content.save': () => answers.shift() ?? failing('internal', 'too many'),
  })
  const saves = useContentSave()
  await saves.save(subject, 'upper', false)
  expect(saves.saving?.state).toBe('failed')
  if (saves.saving?.state === 'failed') await saves.saving.again()
  expect(saves.saving).toBeUndefined()
})
