import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stepsAt, waitedFor } from '../../../../../renderer/src/stores/snapshots/snapshot-run'
import { useHosts } from '../../../../../renderer/src/stores/hosts/hosts'
import { useSnapshots } from '../../../../../renderer/src/stores/snapshots/snapshots'
import {
  useUnfinished,
  type UnfinishedSnapshot,
} from '../../../../../renderer/src/stores/snapshots/unfinished'
import { failing, fakeBridge, giving } from '../../../../builders/window/fake-bridge'

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const input = { hostId: 'local', containerId: 'c1', reference: 'kept:1', message: '', author: '' }
const entry = (outcome: UnfinishedSnapshot['outcome']): UnfinishedSnapshot => ({
  ...{ ...input, snapshotId: 's1', containerName: 'web', outcome },
  ...{ startedAt: '2026-11-23T10:00:00Z', named: false, leftPaused: false },
})

type Listed = ReturnType<typeof failing> | ReturnType<typeof giving<UnfinishedSnapshot[]>>

/** A list that answers what is next in line, and its last for ever. */
function listing(...answers: [Listed, ...Listed[]]) {
  const bridge = fakeBridge({
    'snapshots.commit': () => failing('outcome-unknown', 'Its answer was lost.'),
    'snapshots.unfinished': () => (answers.length > 1 ? answers.shift() : undefined) ?? answers[0],
  })
  vi.spyOn(useHosts(), 'isConnected').mockReturnValue(true)
  return () => bridge.calls.filter(({ operation }) => operation === 'snapshots.unfinished').length
}

const isOpen = () => useUnfinished().isOpen('local', 'c1')
const settle = () => vi.advanceTimersByTimeAsync(0)
const nextLook = () => vi.advanceTimersToNextTimerAsync()

test.each(['made', 'not-made', 'elsewhere'] as const)(
  'a snapshot of unknown outcome is looked for until it is known, here as %s, and its failure goes then',
  async (outcome) => {
    const looks = listing(
      failing('timed-out', 'No answer.'),
      giving([entry('unknown')]),
      giving([entry('running')]),
      giving([entry(outcome)]),
    )
    const snapshots = useSnapshots()
    await snapshots.commit(input)
    for (const look of [1, 2, 3]) {
      await settle()
      expect([looks(), isOpen(), snapshots.runs.get('c1')?.state]).toEqual([look, true, 'failed'])
      expect(useUnfinished().isOpen('local', 'another')).toBe(false)
      await nextLook()
    }
    await settle()
    expect([looks(), isOpen(), snapshots.runs.get('c1')]).toEqual([4, false, undefined])
    expect(vi.getTimerCount()).toBe(0)
  },
)

test('that its failure was dismissed does not settle a snapshot of unknown outcome', async () => {
  listing(failing('timed-out', 'No answer.'))
  const snapshots = useSnapshots()
  await snapshots.commit(input)
  snapshots.dismiss('c1')
  await settle()
  expect(isOpen()).toBe(true)
})

test('one that an earlier window left is open too, until it is forgotten', async () => {
  listing(giving([entry('running')]), giving([]))
  const unfinished = useUnfinished()
  await unfinished.refresh('local')
  expect(isOpen()).toBe(true)
  await unfinished.finish(entry('running'), 'forget')
  await settle()
  expect(isOpen()).toBe(false)
})

test('a list that was asked for before the snapshot ended says nothing of it', async () => {
  let answer: (listed: Listed) => void = () => undefined
  fakeBridge({
    'snapshots.commit': () => failing('outcome-unknown', 'Its answer was lost.'),
    'snapshots.unfinished': () => new Promise<Listed>((resolve) => (answer = resolve)),
  })
  const snapshots = useSnapshots()
  void useUnfinished().refresh('local')
  await snapshots.commit(input)
  answer(giving([]))
  await settle()
  expect([isOpen(), snapshots.runs.get('c1')?.state]).toEqual([true, 'failed'])
  answer(giving([]))
  await settle()
  expect([isOpen(), snapshots.runs.get('c1')]).toEqual([false, undefined])
})

test('looking for a lost snapshot is a step in the place of saving it', () => {
  expect(stepsAt('settling')).toEqual(['waiting', 'settling', 'checking', 'naming', 'comparing'])
  expect(stepsAt('saving')).toEqual(['waiting', 'saving', 'checking', 'naming', 'comparing'])
  expect([waitedFor('settling'), waitedFor('naming'), waitedFor('made')]).toEqual([
    'settling',
    'naming',
    'waiting',
  ])
})
