import { describe, expect, it } from 'vitest'
import { failed, type FailureKind } from '../../../electron/core/failure'
import type { Engine } from '../../../electron/engine/engine'
import { HostSession } from '../../../electron/session/host-session'
import { settle } from '../../../electron/session/save-snapshot'
import { noEngineMade } from '../../builders/container-details'
import { fakeEngine, fakeTransport } from '../../builders/fake-engine'

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
