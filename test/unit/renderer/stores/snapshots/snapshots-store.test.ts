import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { differingPaths } from '../../../../../renderer/src/stores/snapshots/snapshot-run'
import { useDrafts } from '../../../../../renderer/src/stores/snapshots/drafts'
import { useNavigation } from '../../../../../renderer/src/stores/place/navigation'
import { useSnapshots } from '../../../../../renderer/src/stores/snapshots/snapshots'
import { failing, fakeBridge, giving } from '../../../../builders/window/fake-bridge'

beforeEach(() => {
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const input = {
  ...{ hostId: 'local', containerId: 'c1', reference: 'kept:1', message: 'why', author: 'me', pause: true },
}

test('a snapshot that failed is tried again as it was asked for', async () => {
  const bridge = fakeBridge({ 'snapshots.commit': () => failing('base-incomplete', 'It is gone.') })
  const snapshots = useSnapshots()
  await snapshots.again('local', 'c1')
  await snapshots.commit(input)
  await snapshots.again('local', 'c1')
  const commits = bridge.calls.filter(({ operation }) => operation === 'snapshots.commit')
  expect(commits.map((call) => call.input)).toEqual([input, input])
  expect(snapshots.runs.get('c1')).toMatchObject({ state: 'failed', failure: { kind: 'base-incomplete' } })
})

test('one that failed before it had a name is tried from the start', async () => {
  const bridge = fakeBridge({ 'snapshots.review': () => failing('base-incomplete', 'It is gone.') })
  const snapshots = useSnapshots()
  await snapshots.commitAtOnce('local', 'c1')
  await snapshots.again('local', 'c1')
  expect(bridge.calls.filter(({ operation }) => operation === 'snapshots.review')).toHaveLength(2)
})

test('what an image has otherwise stays with the snapshot until it is dismissed', async () => {
  const verified = {
    ...{ entries: 7, missing: [{ path: '/run/app.sock' }], extra: [], changedMeanwhile: 0, notCompared: [] },
    ...{ different: [{ path: '/', aspects: ['mode' as const] }], through: 'host' as const },
    counts: { missing: 1, extra: 0, different: 1 },
  }
  const layers = { baseLayers: 1, layers: 2, empty: false }
  const made = { snapshotId: 's', imageId: 'i', reference: 'kept:1', ...layers, frozen: true, warnings: [] }
  const willDiffer = [{ reason: 'socket' as const, count: 1, paths: [{ path: '/run/app.sock' }] }]
  const suggested = {
    suggestedReference: 'kept:1',
    author: '',
    notIncluded: [],
    engineFiles: [],
    baseLayers: 1,
  }
  fakeBridge({
    'snapshots.commit': () => giving({ ...made, verified }),
    'snapshots.review': () => giving({ ...suggested, willDiffer }),
  })
  useNavigation().openContainer('local', 'c1')
  const drafts = useDrafts()
  await expect.poll(() => drafts.reviews.get('c1')?.value?.willDiffer).toEqual(willDiffer)
  const snapshots = useSnapshots()
  await snapshots.commit(input)
  const run = snapshots.runs.get('c1')
  expect(run).toMatchObject({ state: 'made', made: { verified } })
  expect(run?.state === 'made' && differingPaths(run.made)).toBe(2)
  snapshots.dismiss('c1')
  expect(snapshots.runs.get('c1')).toBeUndefined()
})

test('that a run has ended and was looked at is known until the next one begins', async () => {
  let answer: (result: ReturnType<typeof failing>) => void = () => undefined
  fakeBridge({ 'snapshots.commit': () => new Promise((resolve) => (answer = resolve)) })
  const snapshots = useSnapshots()
  const running = snapshots.commit(input)
  snapshots.see('c1')
  expect(snapshots.seen.has('c1')).toBe(false)
  answer(failing('engine-failed', 'no'))
  await running
  snapshots.see('c1')
  expect(snapshots.seen.has('c1')).toBe(true)
  const again = snapshots.again('local', 'c1')
  expect(snapshots.seen.has('c1')).toBe(false)
  answer(failing('engine-failed', 'no'))
  await again
  expect(snapshots.runs.get('c1')).toMatchObject({ state: 'failed', at: expect.any(Number) as number })
})
