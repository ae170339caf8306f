import { nothingDiffers } from '../../../../builders/changes/verified'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useDrafts } from '../../../../../renderer/src/stores/snapshots/drafts'
import { useNavigation } from '../../../../../renderer/src/stores/place/navigation'
import { useUndo } from '../../../../../renderer/src/stores/undo/undo'
import { useUnfinished } from '../../../../../renderer/src/stores/snapshots/unfinished'
import { aChangeRow } from '../../../../builders/changes/change-listing'
import { failing, fakeBridge, giving, type FakeBridge } from '../../../../builders/window/fake-bridge'

const snapshot = { reference: 'web-1:before', message: 'Before undoing /etc/motd' }
const row = aChangeRow({ node: 3, path: '/etc/motd', pathBytes: 'L2V0Yy9tb3Rk', kind: 'modified' })
const path = { hostId: 'local', containerId: 'c1', path: '/etc/motd', pathBytes: 'L2V0Yy9tb3Rk' }

beforeEach(() => {
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const madeSnapshot = {
  snapshotId: 's1',
  imageId: 'sha256:1',
  reference: snapshot.reference,
  layers: 2,
  baseLayers: 1,
  empty: false,
  frozen: true,
  verified: nothingDiffers,
  warnings: [],
}

type Answers = Parameters<typeof fakeBridge>[0]

function prepared(answers: Answers = {}): { bridge: FakeBridge; undo: ReturnType<typeof useUndo> } {
  const effects = ['The content of the image comes back.']
  const bridge = fakeBridge({
    'undo.plan': () =>
      giving({ kind: 'modified', type: 'file', action: 'restore', through: 'engine', effects }),
    'undo.apply': () => giving({ action: 'restore', through: 'engine' }),
    'snapshots.commit': () => giving(madeSnapshot),
    ...answers,
  })
  useNavigation().openContainer('local', 'c1')
  return { bridge, undo: useUndo() }
}

const asked = (bridge: FakeBridge) =>
  bridge.calls.map(({ operation }) => operation).filter((name) => /^undo|commit/.test(name))

test('what will happen is found out first, and nothing is done before it was agreed to', async () => {
  const { bridge, undo } = prepared()
  await undo.begin(row)
  expect(undo.run).toMatchObject({ state: 'planned', plan: { action: 'restore' } })
  expect(bridge.calls.find(({ operation }) => operation === 'undo.plan')?.input).toEqual(path)
  undo.close()
  expect(undo.run).toBeUndefined()
  expect(asked(bridge)).toEqual(['undo.plan'])
})

test('the snapshot comes before, then the action that was agreed to, and the end is told', async () => {
  const { bridge, undo } = prepared()
  useDrafts().change('c1', { message: 'typed for another snapshot' })
  await undo.begin(row)
  await undo.confirm(snapshot)
  expect(asked(bridge)).toEqual(['undo.plan', 'snapshots.commit', 'undo.apply'])
  expect(bridge.calls.find(({ operation }) => operation === 'undo.apply')?.input).toEqual({
    ...path,
    action: 'restore',
  })
  expect(undo.run).toBeUndefined()
  expect(undo.undone).toMatchObject({ action: 'restore', saved: 'web-1:before' })
  expect(useDrafts().filled('c1').message).toBe('typed for another snapshot')
})

test('a snapshot that fails ends it: nothing is undone', async () => {
  const { bridge, undo } = prepared({ 'snapshots.commit': () => failing('engine-failed', 'no space left') })
  await undo.begin(row)
  await undo.confirm(snapshot)
  expect(undo.run).toMatchObject({ state: 'failed', at: 'saving', failure: { message: 'no space left' } })
  expect(asked(bridge)).not.toContain('undo.apply')
})

const verified = {
  ...{ entries: 2, missing: [], extra: [], different: [], changedMeanwhile: 0, notCompared: [] },
  ...{ counts: { missing: 0, extra: 0, different: 0 }, through: 'host' as const },
}

test.each([
  ['lacks the path', { missing: [{ path: '/etc/motd' }], counts: { missing: 1, extra: 0, different: 0 } }],
  [
    'has something below it otherwise',
    {
      different: [{ path: '/etc/motd/x', aspects: ['mode' as const] }],
      counts: { missing: 0, extra: 0, different: 1 },
    },
  ],
  ['lacks more than is listed', { counts: { missing: 1001, extra: 0, different: 0 } }],
])('a snapshot that %s ends it: nothing is undone, and the snapshot is named', async (_, some) => {
  const answer = { ...madeSnapshot, verified: { ...verified, ...some } }
  const { bridge, undo } = prepared({ 'snapshots.commit': () => giving(answer) })
  await undo.begin(row)
  await undo.confirm(snapshot)
  expect(undo.run).toMatchObject({
    ...{
      state: 'failed',
      at: 'saving',
      saved: 'web-1:before',
      failure: { kind: 'conflict', message: expect.stringContaining('this path') as string },
    },
  })
  expect(asked(bridge)).not.toContain('undo.apply')
})

test('a snapshot that lacks another path is no reason to stop', async () => {
  const counts = { missing: 1, extra: 1, different: 0 }
  const others = { missing: [{ path: '/etc/motd2' }], extra: [{ path: '/etc/motd' }], counts }
  const answer = { ...madeSnapshot, verified: { ...verified, ...others } }
  const { bridge, undo } = prepared({ 'snapshots.commit': () => giving(answer) })
  await undo.begin(row)
  await undo.confirm(snapshot)
  expect(asked(bridge)).toContain('undo.apply')
})

test('a name that another image has is not taken for a snapshot on the way', async () => {
  const { bridge, undo } = prepared({ 'snapshots.commit': () => failing('reference-in-use', 'taken') })
  await undo.begin(row)
  await undo.confirm(snapshot)
  expect(undo.run).toMatchObject({ state: 'failed', at: 'saving', failure: { kind: 'reference-in-use' } })
  expect(asked(bridge)).toEqual(['undo.plan', 'snapshots.commit'])
})

test('an undoing that fails says so, and which snapshot was made before', async () => {
  const { undo } = prepared({ 'undo.apply': () => failing('conflict', 'It changed meanwhile.') })
  await undo.begin(row)
  await undo.confirm(snapshot)
  expect(undo.run).toMatchObject({ state: 'failed', at: 'undoing', saved: 'web-1:before' })
  expect(undo.undone).toBeUndefined()
})

test('what cannot be undone is not tried', async () => {
  const plan = { kind: 'modified', type: 'file', action: 'restore', effects: [] } as const
  const { bridge, undo } = prepared({
    'undo.plan': () => giving({ ...plan, obstacle: 'It is a mount.', effects: [] }),
  })
  await undo.begin(row)
  await undo.confirm()
  expect(undo.run).toMatchObject({ state: 'planned', plan: { obstacle: 'It is a mount.' } })
  expect(asked(bridge)).toEqual(['undo.plan'])
})

test('undoing can be cancelled while it is under way, but not closed', async () => {
  let finish: ((answer: ReturnType<typeof failing>) => void) | undefined
  const { bridge, undo } = prepared({
    'undo.apply': () => new Promise((resolve) => (finish = resolve)),
  })
  await undo.begin(row)
  const ended = undo.confirm()
  await expect.poll(() => finish).toBeDefined()
  undo.close()
  expect(undo.run).toMatchObject({ state: 'undoing', cancelling: false })
  undo.cancel()
  expect(undo.run).toMatchObject({ state: 'undoing', cancelling: true })
  expect(bridge.cancelled).toHaveLength(1)
  finish?.(failing('cancelled', 'cancelled'))
  await ended
  expect(undo.run).toMatchObject({ state: 'failed', at: 'undoing', failure: { kind: 'cancelled' } })
})

test('nothing is undone while it is not known what became of an earlier snapshot', async () => {
  const { bridge, undo } = prepared()
  vi.spyOn(useUnfinished(), 'isOpen').mockReturnValue(true)
  await undo.begin(row)
  await undo.confirm(snapshot)
  expect(undo.run).toMatchObject({ state: 'failed', at: 'saving', failure: { kind: 'conflict' } })
  expect(asked(bridge)).toEqual(['undo.plan'])
})
