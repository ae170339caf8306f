import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { snapshotLabel } from '../../../electron/engine/engine'
import type { LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer, stopContainer } from '../../engines/containers'
import type { FaultProxy } from '../../engines/fault-proxy'
import { importImage } from '../../engines/images'
import { startPrivateDocker, type PrivateDocker } from '../../engines/private-docker'
import { eventually } from '../../engines/wait'
import { behindFaults, casesFor, lackOf, leftOpen, requestsFor, unlessForEver, wrongIn } from './met-faults'
import type { Case } from './met-faults'

// Hundreds of faults, some of which end by a limit.
vi.setConfig({ testTimeout: 3_600_000 })
// Every limit is here, and much shorter.
vi.mock(import('../../../electron/engine/quiet-time'), async (original) => {
  const { afterQuiet } = await original()
  return { afterQuiet: (milliseconds, received, tell) => afterQuiet(milliseconds / 20, received, tell) }
})
vi.mock(import('../../../electron/session/snapshot-limits'), async (original) => {
  const { snapshotLimits } = await original()
  const shorter = Object.entries(snapshotLimits).map(([name, ms]) => [name, Math.ceil(ms / 20)])
  return { snapshotLimits: Object.fromEntries(shorter) as typeof snapshotLimits }
})
const realTimeout = AbortSignal.timeout.bind(AbortSignal)
vi.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => realTimeout(milliseconds / 5))

const local = { hostId: 'local' } as const
let engine: PrivateDocker
let number = 0
const said = async (...args: string[]): Promise<string> =>
  (await engine.docker(args, { mayFail: true })).stdout.trim()
const stateOf = (name: string) => said('inspect', '--format', '{{.State.Status}}', name)

beforeAll(async () => {
  engine = await startPrivateDocker()
  await importImage(engine.docker, 'base:1')
})

afterAll(() => engine.stop())

type State = 'running' | 'exited' | 'paused'

/** A container that no commit was made of before, whose engine remembers no pause of it but its own. */
async function withContainer<Value>(state: State, act: (name: string) => Promise<Value>): Promise<Value> {
  const name = `lost-${String((number += 1))}`
  try {
    await startContainer(engine.docker, { name, image: 'base:1' })
    await runInContainer(engine.docker, name, 'echo one > /new')
    if (state === 'exited') await stopContainer(engine.docker, name)
    if (state === 'paused') await engine.docker(['pause', name])
    return await act(name)
  } finally {
    await removeContainers(engine.docker, name)
  }
}

const input = (name: string) => ({
  ...local,
  containerId: name,
  reference: `kept:${name}`,
  message: '',
  author: '',
})

const imagesOf = async (snapshotId: string): Promise<string[]> =>
  (await said('images', '--quiet', '--no-trunc', '--filter', `label=${snapshotLabel}=${snapshotId}`))
    .split('\n')
    .filter((id) => id !== '')

/** Whether words say that it was made, or that it was not. */
const saysMade = /image \S+ was made/
const saysNotMade = /(?:it|nothing) was (?:not )?made\b|made no snapshot/

/** Holds what was answered against what the engine has. */
async function wrongOf(lamina: LaminaUnderTest, proxy: FaultProxy, name: string): Promise<string[]> {
  const progress = lamina.events('snapshot.progressed')
  const outcome = await unlessForEver(lamina.lamina.call('snapshots.commit', input(name)))
  const commits = proxy.kinds.filter((kind) => kind === 'POST /commit').length
  if (outcome === undefined) return ['never ends']
  const wrong = [...(commits > 1 ? ['is asked for twice'] : []), ...(await leftOpen(proxy))]
  proxy.arm()
  const images = await imagesOf(progress[0]?.snapshotId ?? 'none')
  const named = await said('image', 'inspect', '--format', '{{.Id}}', `kept:${name}`)
  if (images.length > 1) wrong.push('is made twice')
  const unfinished = async () => await lamina.value('snapshots.unfinished', local)
  if (outcome.ok) {
    const { imageId } = outcome.value as { imageId: string }
    if (images[0] !== imageId || named !== imageId) wrong.push(`is told as ${imageId}, which is not there`)
    if ((await unfinished()).length > 0) wrong.push('is finished and is to be finished')
    return wrong
  }
  wrong.push(...lackOf(outcome.failure))
  const text = JSON.stringify(outcome.failure)
  if (images.length === 0 && saysMade.test(text)) wrong.push(`is called made: ${text}`)
  if (images.length === 1 && saysNotMade.test(text)) wrong.push(`is called not made: ${text}`)
  if (images.length === 1 && named === '') {
    const isOffered = async () => (await unfinished()).some(({ outcome: found }) => found === 'made')
    await eventually(isOffered).catch(() => wrong.push(`is lost: ${text}`))
  }
  return wrong
}

test.each<State>(['running', 'exited', 'paused'])(
  'of a container that is %s: whatever is wrong with an answer, a snapshot is told as what it is',
  async (state) => {
    const targets = await withContainer(state, (name) =>
      requestsFor(engine.socketPath, (lamina) => lamina.value('snapshots.commit', input(name))),
    )
    const meet = ({ target, fault }: Case) =>
      withContainer(state, (name) =>
        behindFaults(engine.socketPath, async (lamina, proxy) => {
          // The name differs from container to container.
          const kind = target.kind.replaceAll(/\blost-\d+\b/g, name)
          proxy.arm({ ...target, kind }, fault)
          const wrong = await wrongOf(lamina, proxy, name)
          const after = await stateOf(name)
          return after === state ? wrong : [...wrong, `leaves the container ${after}`]
        }),
      )
    expect(await wrongIn(casesFor(targets, state.length), meet)).toEqual([])
  },
)
