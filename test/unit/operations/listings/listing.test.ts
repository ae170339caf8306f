import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { EventPayload } from '../../../../electron/contract/events'
import { bytePath } from '../../../../electron/core/base/byte-path'
import {
  aspectBit,
  changeKinds,
  type Change,
  type ChangeNote,
} from '../../../../electron/core/changes/change'
import { failed } from '../../../../electron/core/base/failure'
import { Listing } from '../../../../electron/operations/listings/listing'
import type { ListingStart } from '../../../../electron/operations/listings/listing-start'
import type { LookedAt } from '../../../../electron/operations/listings/listing-source'
import type { ChangeSource } from '../../../../electron/session/changes/change-source'
import { aChange } from '../../../builders/changes/change'
import { eventually } from '../../../engines/wait'

type Progress = EventPayload<'changes.progressed'>

const noSignal = new AbortController().signal
const page = aChange({ path: '/site/page', kind: 'modified', size: 5, aspects: 0, contentUnsure: true })

/** A look that finds these changes, or fails. */
function aLook(found: readonly Change[] | Error, notes?: ChangeSource['notes']): ChangeSource {
  async function* batches() {
    await Promise.resolve()
    if (found instanceof Error) throw found
    yield found
  }
  return {
    lens: 'host',
    batches: batches(),
    isRuntime: ({ path }) => path === '/etc/hosts',
    ...(notes && { notes }),
  }
}

/** A container that cannot be looked at, but for what a test says. */
function aSubject(some: Partial<LookedAt> = {}): LookedAt {
  const no = () => Promise.reject(failed('internal', 'not in this test'))
  return { hostId: 'local', containerId: 'web', look: no, isRunning: no, news: no, ...some }
}

function opened(some: Pick<ListingStart, 'first'> & Partial<ListingStart>) {
  const told: Progress[] = []
  const listing = new Listing({
    ...{
      subject: aSubject(),
      title: { container: 'web', image: 'web:1' },
      stopping: new AbortController(),
      openedAt: performance.now(),
      report: () => undefined,
    },
    emit: ({ name, payload }) => {
      if (name === 'changes.progressed') told.push(payload)
    },
    ...some,
  })
  onTestFinished(() => {
    listing.close()
  })
  const reading = listing.read()
  return { listing, told, reading, last: () => told.at(-1) }
}

test('a listing tells what its first look and its second look find, and what that left out', async () => {
  async function* notes(): AsyncGenerator<readonly ChangeNote[], readonly string[]> {
    await Promise.resolve()
    yield [{ kind: 'content', path: bytePath('/site/page'), same: false }]
    return ['Large files were not compared.']
  }
  const { listing, told, last } = opened({
    first: aLook([page, aChange({ path: '/etc/hosts', size: 0 })], notes),
  })
  await eventually(() => last()?.notes === 'complete')
  expect(told.map((one) => one.notes)).toContain('waiting')
  expect(last()).toMatchObject({
    ...{ state: 'complete', totals: { modified: 1, added: 0, bytes: 5 }, runtime: 1, fresh: 0 },
    ...{ notesLeftOut: ['Large files were not compared.'], live: { on: false } },
  })
  const node = listing.tree.nodeAt(page.path) ?? 0
  expect(listing.tree.change(node)).toMatchObject({ aspects: aspectBit('content') })
})

test('a second look that fails is told and takes nothing away', async () => {
  async function* notes(): AsyncGenerator<readonly ChangeNote[], readonly string[]> {
    yield await Promise.resolve([{ kind: 'attributes', path: page.path }] as const)
    throw failed('command-failed', 'The host said no.')
  }
  const { last } = opened({ first: aLook([page], notes) })
  await eventually(() => last()?.notes === 'failed')
  expect(last()).toMatchObject({ state: 'complete', notesLeftOut: ['The host said no.'] })
})

test('a second look at what a person asked for does not rest', async () => {
  // Time passes where it is told to: a rest never ends by itself.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const turnsUntil = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise(setImmediate)
  }
  let looks = 0
  async function* notes(): AsyncGenerator<readonly ChangeNote[], readonly string[]> {
    looks += 1
    // It would rest twenty times as long.
    if (looks === 1) await vi.advanceTimersByTimeAsync(1000)
    yield []
    return []
  }
  const subject = aSubject({ look: () => Promise.resolve(aLook([page], notes)) })
  const { listing, last } = opened({ subject, first: aLook([page], notes) })
  await turnsUntil(() => last()?.notes === 'complete')
  await listing.refresh(noSignal)
  await turnsUntil(() => looks === 2)
})

test('a lens without a second look is complete with the first', async () => {
  const { last } = opened({ first: aLook([page]) })
  await eventually(() => last()?.notes === 'complete')
  expect(last()).toMatchObject({ state: 'complete', notesLeftOut: [] })
})

test('a first look that fails can be made up for', async () => {
  const subject = aSubject({ look: () => Promise.resolve(aLook([page])) })
  const { listing, last, reading } = opened({ subject, first: aLook(failed('command-failed', 'Broken.')) })
  await reading
  expect(last()).toMatchObject({ state: 'failed', failure: { message: 'Broken.' } })
  await listing.refresh(noSignal)
  expect(last()).toMatchObject({ state: 'complete', totals: { modified: 1 }, fresh: 0 })
  expect(last()?.failure).toBeUndefined()
})

test('a further look that fails is told to who asked, and what is known stays', async () => {
  const subject = aSubject({ look: () => Promise.resolve(aLook(failed('command-failed', 'Broken.'))) })
  const { listing, last, reading } = opened({ subject, first: aLook([page]) })
  await reading
  await expect(listing.refresh(noSignal)).rejects.toThrow('Broken.')
  expect(last()).toMatchObject({ state: 'complete', totals: { modified: 1 } })
})

describe('A first look of which the host says no more', () => {
  const broken = failed('command-failed', 'It hangs.', 'Look there.')
  const other = aChange({ path: '/other', size: 1 })
  /** Some, and then a failure. */
  function cutOff(error: Error, otherwise?: ChangeSource['otherwise']): ChangeSource {
    async function* batches() {
      yield await Promise.resolve([page])
      throw error
    }
    return { lens: 'host', batches: batches(), isRuntime: () => false, ...(otherwise && { otherwise }) }
  }
  const byEngine = (reason: string): ChangeSource => ({ ...aLook([other]), lens: 'engine', reason })

  test('is made through the engine from its beginning, and says why', async () => {
    const live = { isRunning: true, since: () => Promise.resolve(0) }
    const { listing, told, reading, last } = opened({ first: cutOff(broken, byEngine), live })
    await reading
    expect(told[0]).toMatchObject({ lens: 'host', state: 'reading', totals: { modified: 1 } })
    expect(last()).toMatchObject({
      ...{ lens: 'engine', reason: 'It hangs. Look there.', state: 'complete' },
      ...{ totals: { modified: 0, added: 1 }, sinceOpened: { added: 0 } },
      live: { on: false, reason: expect.stringContaining('not refreshed by itself') as string },
    })
    expect(listing.lens).toBe('engine')
    const view = {
      open: true,
      toggled: [],
      minimumSize: 0,
      search: '',
      sort: 'name',
      descending: false,
    } as const
    const { rows } = await listing.lines({ ...view, kinds: new Set(changeKinds) }, 0, 10, noSignal)
    expect(rows.map(({ node }) => listing.tree.path(node))).toEqual(['/other'])
  })

  test('is followed by looks through the engine', async () => {
    const lenses: (string | undefined)[] = []
    const subject = aSubject({
      look: (lens) => {
        lenses.push(lens)
        return Promise.resolve(byEngine('It hangs.'))
      },
    })
    const { listing, reading } = opened({ subject, first: cutOff(broken, byEngine) })
    await reading
    await listing.refresh(noSignal)
    expect(lenses).toEqual(['engine'])
  })

  test.each([
    ['the host lens was asked for', cutOff(broken)],
    ['the host is lost', cutOff(failed('connection-lost', 'Gone.'), byEngine)],
  ])('has failed where %s', async (_, first) => {
    const { last, reading } = opened({ first })
    await reading
    expect(last()).toMatchObject({ lens: 'host', state: 'failed' })
  })
})

test('lines get another version only where they may look different', async () => {
  const looks = [aLook([page]), aLook([page, aChange({ path: '/new' })])]
  const subject = aSubject({ look: () => Promise.resolve(looks.shift() ?? aLook([])) })
  const { listing, last } = opened({ subject, first: aLook([page]) })
  await eventually(() => last()?.notes === 'complete')
  const { version } = last() ?? { version: -1 }
  await listing.refresh(noSignal)
  expect(last()?.version).toBe(version)
  await listing.refresh(noSignal)
  expect(last()).toMatchObject({ version: version + 1, fresh: 1 })
  listing.seen()
  expect(last()).toMatchObject({ version: version + 2, fresh: 0 })
})

test('a live listing waits while its host is lost, and asks what is newer when it is back', async () => {
  let isLost = true
  const asked: number[] = []
  const subject = aSubject({
    isRunning: () =>
      isLost ? Promise.reject(failed('connection-lost', 'The line is cut.')) : Promise.resolve(true),
    news: (since) => {
      asked.push(since)
      return Promise.resolve({ found: true, asOf: since + 10 })
    },
    look: () => Promise.resolve(aLook([page, aChange({ path: '/new' })])),
  })
  const live = { isRunning: true, since: () => Promise.resolve(100) }
  const { listing, last } = opened({ subject, first: aLook([page]), live })
  await eventually(() => last()?.live.on)
  listing.mayHaveChanged()
  await eventually(() => last()?.live.reason === 'The line is cut.')
  expect(asked).toEqual([])
  isLost = false
  listing.mayHaveChanged()
  await eventually(() => last()?.live.on)
  expect(asked).toEqual([100])
  expect(last()).toMatchObject({ totals: { added: 1, modified: 1 }, fresh: 1 })
})

test('a live listing whose look fails keeps what it has and asks for the same time again', async () => {
  let isBroken = true
  const asked: number[] = []
  const subject = aSubject({
    isRunning: () => Promise.resolve(true),
    news: (since) => {
      asked.push(since)
      return Promise.resolve({ found: true, asOf: since + 10 })
    },
    look: () =>
      isBroken ? Promise.reject(failed('command-failed', 'Broken.')) : Promise.resolve(aLook([page])),
  })
  // A container that has just been started is looked at without a rest.
  const { listing, last } = opened({
    subject,
    first: aLook([page]),
    live: { isRunning: false, since: () => Promise.resolve(1) },
  })
  await eventually(() => last()?.live.reason?.includes('not running'))
  listing.mayHaveChanged()
  await eventually(() => last()?.live.reason === 'Broken.')
  expect(last()).toMatchObject({ state: 'complete', totals: { modified: 1 } })
  expect(last()).toMatchObject({ live: { on: false } })
  isBroken = false
  listing.mayHaveChanged()
  await eventually(() => last()?.live.on)
  expect(asked).toEqual([1, 1])
})

test('closing a live listing ends what it asks the host', async () => {
  let ended = false
  let asked = false
  const subject = aSubject({
    isRunning: () => Promise.resolve(true),
    news: (_, signal) =>
      new Promise((_resolve, reject) => {
        asked = true
        signal.addEventListener('abort', () => {
          ended = true
          reject(failed('cancelled', 'The command was cancelled.'))
        })
      }),
  })
  const { listing, told, reading, last } = opened({
    ...{ subject, first: aLook([page]), live: { isRunning: false, since: () => Promise.resolve(0) } },
  })
  await eventually(() => last()?.live.reason?.includes('not running'))
  listing.mayHaveChanged()
  const before = told.length
  await eventually(() => asked)
  listing.close()
  await reading
  expect(ended).toBe(true)
  expect(told).toHaveLength(before)
})
