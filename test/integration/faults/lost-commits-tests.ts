import { afterAll, beforeAll, expect, test } from 'vitest'
import { snapshotLabel } from '../../../electron/engine/engine'
import {
  removeContainers,
  runInContainer,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { importImage } from '../../engines/images/images'
import { eventually } from '../../engines/wait'
import { startFaultPlace, type BehindFaults, type FaultPlace, type FaultWay } from './fault-place'
import { casesFor, lackOf, leftOpen, requestsFor, unlessForEver, wrongIn, type Case } from './met-faults'

type State = 'running' | 'exited' | 'paused'

/** Whether words say that it was made, or that it was not. */
const saysMade = /image \S+ was made/
const saysNotMade = /(?:it|nothing) was (?:not )?made\b|made no snapshot/

/** What holds of every snapshot, whatever is wrong with an answer on the way to it; `oneOf` as `casesFor` has it. */
export function lostCommitsTests(
  kind: 'docker' | 'podman',
  way: FaultWay,
  states: readonly State[],
  oneOf = 1,
): void {
  let place: FaultPlace
  let number = 0
  const said = async (...args: string[]): Promise<string> =>
    (await place.docker(args, { mayFail: true })).stdout.trim()
  const stateOf = (name: string) => said('inspect', '--format', '{{.State.Status}}', name)

  beforeAll(async () => {
    place = await startFaultPlace(kind, way)
    await importImage(place.docker, 'base:1')
  })

  afterAll(() => place.stop())

  /** A container that no commit was made of before, whose engine remembers no pause of it but its own. */
  async function withContainer<Value>(state: State, act: (name: string) => Promise<Value>): Promise<Value> {
    const name = `lost-${String((number += 1))}`
    try {
      await startContainer(place.docker, { name, image: 'base:1' })
      await runInContainer(place.docker, name, 'echo one > /new')
      if (state === 'exited') await stopContainer(place.docker, name)
      if (state === 'paused') await place.docker(['pause', name])
      return await act(name)
    } finally {
      await removeContainers(place.docker, name)
    }
  }

  const input = (hostId: string, name: string) => ({
    hostId,
    containerId: name,
    reference: `kept:${name}`,
    message: '',
    author: '',
    pause: !place.isPodman,
  })

  const imagesOf = async (snapshotId: string): Promise<string[]> =>
    (await said('images', '--quiet', '--no-trunc', '--filter', `label=${snapshotLabel}=${snapshotId}`))
      .split('\n')
      .filter((id) => id !== '')

  /** Holds what was answered against what the engine has. */
  async function wrongOf({ lamina, proxy, hostId }: BehindFaults, name: string): Promise<string[]> {
    const progress = lamina.events('snapshot.progressed')
    const outcome = await unlessForEver(lamina.lamina.call('snapshots.commit', input(hostId, name)))
    const commits = proxy.kinds.filter((kind) => /^POST \/(?:libpod\/)?commit$/.test(kind)).length
    if (outcome === undefined) return ['never ends']
    const wrong = [...(commits > 1 ? ['is asked for twice'] : []), ...(await leftOpen(proxy))]
    proxy.arm()
    const images = await imagesOf(progress[0]?.snapshotId ?? 'none')
    const named = await said('image', 'inspect', '--format', '{{.Id}}', `kept:${name}`)
    if (images.length > 1) wrong.push('is made twice')
    const unfinished = async () => await lamina.value('snapshots.unfinished', { hostId })
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

  test.each<State>(states)(
    'of a container that is %s: whatever is wrong with an answer, a snapshot is told as what it is',
    async (state) => {
      const targets = await withContainer(state, (name) =>
        requestsFor(place, ({ lamina, hostId }) => lamina.value('snapshots.commit', input(hostId, name))),
      )
      const meet = ({ target, fault }: Case) =>
        withContainer(state, (name) =>
          place.behind(async (behind) => {
            // The name differs from container to container.
            const kind = target.kind.replaceAll(/\blost-\d+\b/g, name)
            behind.proxy.arm({ ...target, kind }, fault)
            const wrong = await wrongOf(behind, name)
            const after = await stateOf(name)
            return after === state ? wrong : [...wrong, `leaves the container ${after}`]
          }),
        )
      expect(await wrongIn(casesFor(targets, state.length, oneOf), meet, place.isPodman ? 3 : 6)).toEqual([])
    },
  )
}
