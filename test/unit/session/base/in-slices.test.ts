import { setImmediate as nextTurn } from 'node:timers/promises'
import { beforeEach, expect, test } from 'vitest'
import { inSlices } from '../../../../electron/session/base/in-slices'
import { steppedClock } from '../../../builders/stepped-clock'

const noSignal = new AbortController().signal

beforeEach(() => {
  steppedClock(1)
})

/** Work of some milliseconds, in small steps. */
function* busyFor(milliseconds: number): Generator<void, string> {
  for (const end = performance.now() + milliseconds; performance.now() < end;) yield
  return 'done'
}

test('work gives its value, and lets others go first meanwhile', async () => {
  let turns = 0
  const count = nextTurn().then(() => (turns += 1))
  expect(await inSlices(busyFor(30), noSignal)).toBe('done')
  expect(turns).toBe(1)
  await count
})

test('many small pieces that follow each other without a pause let others go first as well', async () => {
  let turns = 0
  const count = nextTurn().then(() => (turns += 1))
  for (let piece = 0; piece < 20; piece += 1) await inSlices(busyFor(2), noSignal)
  expect(turns).toBe(1)
  await count
})

test('work that nobody wants any more ends', async () => {
  const aborter = new AbortController()
  function* endless(): Generator<void, string> {
    for (;;) yield
  }
  const working = inSlices(endless(), aborter.signal)
  setImmediate(() => {
    aborter.abort()
  })
  await expect(working).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
})
