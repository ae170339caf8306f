import { expect, test } from 'vitest'
import { localEngine } from '../../../electron/session/host/local-host'
import { removeContainers, startContainer, stopContainer } from '../../engines/docker/containers'
import { uniqueName } from '../../engines/docker/shared-engine'
import { matrixImage } from '../rig/matrix-image'
import type { Suite } from '../rig/tested-way'

/** Containers are listed, and what happens to them elsewhere is told. */
export function listTests({ measured, engine, way }: Suite): void {
  test('the engine has one id, whenever it is asked', async () => {
    const ids = []
    for (const hostId of ['first', 'second']) {
      const session = localEngine(hostId, engine().engine.socketPath)
      ids.push((await session.description(AbortSignal.timeout(60_000))).engineId)
      await session.close()
    }
    expect(ids[0]).toMatch(/.{10}/)
    expect(ids[1]).toBe(ids[0])
  })

  test('containers are listed with their states', async () => {
    const { hostId } = way()
    const all = await way().value('containers.list', { hostId, all: true })
    for (const [state, { id, name }] of Object.entries(engine().containers)) {
      const shown = state === 'stopped' ? 'exited' : state
      expect(all.find((container) => container.id === id)).toMatchObject({ name, state: shown })
    }
    const onlyRunning = await way().value('containers.list', { hostId })
    expect(onlyRunning.map(({ state }) => state)).not.toContain('exited')
  })

  test('a container that is started and stopped elsewhere is told of', async () => {
    const { hostId } = way()
    const { docker } = engine().engine
    const name = uniqueName('elsewhere')
    const stateNow = async () => {
      const list = await way().value('containers.list', { hostId, all: true })
      return list.find((container) => container.name === name)?.state
    }
    const before = way().told()
    await startContainer(docker, { name, image: matrixImage })
    if (before !== undefined) await expect.poll(() => way().told()).toBeGreaterThan(before)
    await expect.poll(stateNow).toBe('running')
    const between = way().told()
    await stopContainer(docker, name)
    if (between !== undefined) await expect.poll(() => way().told()).toBeGreaterThan(between)
    await expect.poll(stateNow).toBe('exited')
    await removeContainers(docker, name)
    await expect.poll(stateNow).toBeUndefined()
    measured.add('list, events', '✓')
  })
}
