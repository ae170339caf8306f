import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useSnapshots } from '../../../renderer/src/stores/snapshots'
import { failing, fakeBridge } from '../../builders/fake-bridge'

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
