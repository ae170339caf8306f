import { describe, expect, it } from 'vitest'
import { failed, type FailureKind } from '../../../../electron/core/base/failure'
import type { Engine } from '../../../../electron/engine/engine'
import type { PastEvents } from '../../../../electron/engine/engine-events'
import { HostSession } from '../../../../electron/session/host/host-session'
import { settle } from '../../../../electron/session/snapshots/commit-and-settle'
import {
  snapshotOutcome,
  type SnapshotAttempt,
} from '../../../../electron/session/snapshots/snapshot-outcome'
import { noEngineMade } from '../../../builders/engines/container-details'
import { fakeEngine, fakeTransport } from '../../../builders/engines/fake-engine'

/** What a host says to one look: a failure, or the container's state and whether the image is there. */
type Look = FailureKind | { readonly paused?: boolean; readonly image?: boolean }

/** What the engine remembers: whether it paused the container, and whether it remembers all since it was started. */
interface Remembered {
  readonly pause: boolean
  readonly all: boolean
}

const attempt = {
  snapshotId: '11111111-1111-4111-8111-111111111111',
  containerId: 'web',
  reference: 'web:1',
  startedAt: new Date(0).toISOString(),
  pause: true,
  wasPaused: false,
}

/** Looks as often as it takes; the last look is what the host says from then on. */
async function settled(looks: readonly Look[], { pause, all }: Remembered, some: Partial<Engine> = {}) {
  const image = { id: 'sha256:made', references: [], size: 0, createdAt: '' }
  let looked = 0
  let now = 0
  const look = () => looks[Math.min(looked, looks.length - 1)] ?? 'internal'
  const engine = fakeEngine({
    container() {
      const said = look()
      if (typeof said === 'string') {
        looked += 1
        return Promise.reject(failed(said, 'as told'))
      }
      const state = said.paused === true ? ('paused' as const) : ('running' as const)
      return Promise.resolve({ ...container, state })
    },
    images() {
      const said = look()
      looked += 1
      return Promise.resolve(typeof said !== 'string' && said.image === true ? [image] : [])
    },
    pastEvents: () =>
      Promise.resolve({ events: pause ? [{ type: 'container', action: 'pause', id: 'web' }] : [], all }),
    ...some,
  })
  const session = new HostSession('ssh://build', fakeTransport(), () => Promise.resolve(engine))
  const clock = {
    now: () => now,
    random: () => 0.5,
    wait: (milliseconds: number) => Promise.resolve(void (now += milliseconds)),
  }
  const outcome = await settle(session, attempt, new AbortController().signal, clock)
  return { outcome, looked, seconds: now / 1000 }
}

const container = {
  id: 'web',
  name: 'web',
  image: 'base:1',
  imageId: 'sha256:base',
  createdAt: '',
  command: [],
  workingDirectory: '',
  user: '',
  mounts: [],
  ...noEngineMade,
  readOnly: false,
  raw: '',
}

const paused = { pause: true, all: true }
const unasked = { pause: false, all: true }
const forgetful = { pause: false, all: false }

const told = (action: string, time: number) => ({ type: 'container', action, id: 'web', time }) as const

/** What is found of a paused container without an image, some milliseconds after the attempt began. */
async function outcomeOf(of: SnapshotAttempt, past: PastEvents, after = 60_000, some: Partial<Engine> = {}) {
  const engine = fakeEngine({
    container: () => Promise.resolve({ ...container, state: 'paused' as const }),
    images: () => Promise.resolve([]),
    pastEvents: () => Promise.resolve(past),
    ...some,
  })
  const session = new HostSession('ssh://build', fakeTransport(), () => Promise.resolve(engine))
  return await snapshotOutcome(session, of, new AbortController().signal, after)
}

describe('a commit whose answer was lost', () => {
  it('was made when its label is there, however late', async () => {
    const looks = ['host-unreachable', 'host-unreachable', { paused: true }, { image: true }] as const
    const { outcome } = await settled(looks, paused)
    expect(outcome).toMatchObject({ outcome: 'made', imageId: 'sha256:made' })
  })

  it('was not made where the engine remembers all and no pause, and had the time to begin', async () => {
    const { outcome, seconds } = await settled(['connection-lost', {}], unasked)
    expect(outcome).toMatchObject({ outcome: 'not-made', leftPaused: false })
    expect(seconds).toBeGreaterThan(14)
    expect(seconds).toBeLessThan(20)
  })

  it('is not given up because the engine had not yet begun', async () => {
    const { outcome } = await settled([{}, {}, {}, { paused: true }, { image: true }], unasked)
    expect(outcome?.outcome).toBe('made')
  })

  it('is not given up because somebody let the container run again, or ended it', async () => {
    const looks = [{ paused: true }, ...Array.from({ length: 100 }, () => ({})), { image: true }]
    expect((await settled(looks, paused)).outcome?.outcome).toBe('made')
  })

  it.each([
    ['the engine paused the container', paused],
    ['the engine has forgotten what was', forgetful],
  ])('stays unknown for ten minutes where %s and nothing more is to be seen', async (_, remembered) => {
    const { outcome, seconds } = await settled([{}], remembered)
    expect(outcome).toBeUndefined()
    expect(seconds).toBeGreaterThan(590)
    expect(seconds).toBeLessThan(700)
  })

  it('was not made where an engine that says nothing of what it commits tells of the container', async () => {
    const { outcome, seconds } = await settled([{}], forgetful, { commitHidesContainer: true })
    expect(outcome).toMatchObject({ outcome: 'not-made' })
    expect(seconds).toBeLessThan(20)
  })

  it('was not made where the engine was started anew since, and left the container paused', async () => {
    const { outcome } = await settled([{ paused: true }], unasked)
    expect(outcome).toMatchObject({ outcome: 'not-made', leftPaused: true })
  })

  it.each([
    ['forgot events', {}, { all: false, events: [] }],
    [
      'paused it for another commit before',
      { engineTime: 5_000 },
      { all: false, events: [told('pause', 4_999)] },
    ],
  ])('is not known to be left paused where the engine %s', async (_, more, past) => {
    const outcome = await outcomeOf({ ...attempt, ...more }, past)
    expect(outcome).toMatchObject({ outcome: 'running', leftPaused: false })
  })

  it.each([
    [4_999, 'not-made'],
    [5_000, 'running'],
  ])(
    'is judged by what the engine remembers since it was begun: since %d ms it is %s',
    async (since, expected) => {
      const past = { all: false, since, events: [] }
      expect(await outcomeOf({ ...attempt, engineTime: 5_000 }, past)).toMatchObject({ outcome: expected })
    },
  )

  it('was not made where only a commit before it was told of', async () => {
    const past = { all: true, events: [told('pause', 4_999), told('unpause', 4_999)] }
    expect(await outcomeOf({ ...attempt, engineTime: 5_000 }, past)).toMatchObject({ outcome: 'not-made' })
    expect(await outcomeOf({ ...attempt, engineTime: 4_000 }, past)).toMatchObject({ outcome: 'running' })
  })

  it('is under way for as long as the pause for it lasts, and not because of a later one', async () => {
    const pause = { all: true, events: [told('pause', 1)] }
    const later = { all: true, events: [told('pause', 1), told('unpause', 2), told('pause', 3)] }
    expect(await outcomeOf(attempt, pause, 3_600_000)).toMatchObject({ outcome: 'running' })
    expect(await outcomeOf(attempt, later, 3_600_000)).toMatchObject({
      outcome: 'not-made',
      leftPaused: true,
    })
  })

  it('of an engine that says nothing meanwhile, is over when a container that stands paused is told', async () => {
    const past = { all: false, events: [told('pause', 1)] }
    const some = { commitHidesContainer: true }
    expect(await outcomeOf(attempt, past, 20_000, some)).toMatchObject({
      outcome: 'not-made',
      leftPaused: true,
    })
  })

  it('stays unknown where the host stays away, within a minute', async () => {
    const { outcome, seconds } = await settled(['host-unreachable'], paused)
    expect(outcome).toBeUndefined()
    expect(seconds).toBeLessThan(60)
  })

  it.each(['authentication-failed', 'prompt-required', 'host-key-changed'] as const)(
    'stays unknown at once after %s',
    async (kind) => {
      const { outcome, looked } = await settled([kind], paused)
      expect(outcome).toBeUndefined()
      expect(looked).toBe(1)
    },
  )

  it('is waited for as long as the engine is at it, and not for ever', async () => {
    const { outcome, seconds } = await settled([{ paused: true }], paused)
    expect(outcome).toBeUndefined()
    expect(seconds).toBeGreaterThan(500)
    expect(seconds).toBeLessThan(700)
  })
})
