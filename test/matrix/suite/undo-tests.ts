import { expect, test } from 'vitest'
import { removeContainers } from '../../engines/docker/containers'
import { uniqueName } from '../../engines/docker/shared-engine'
import type { MatrixState } from '../rig/matrix-engine'
import type { Suite } from '../rig/tested-way'
import type { WayName } from '../rig/ways'

/** An undoing is a dozen commands: what the engine does in a state is the same either way, and so is a way in either state. */
const stateTried: Readonly<Record<WayName, MatrixState>> = {
  'on the host itself': 'running',
  'over SSH': 'stopped',
}

/** One change of each container is undone, or it is said why not. */
export function undoTests({ expected, measured, wayName, engine, way }: Suite): void {
  const state = stateTried[wayName]
  test(`in a ${state} container a deleted file is brought back and an added one removed, or it is said why not`, async () => {
    const { hostId } = way()
    const containerId = uniqueName('undone')
    await engine().changed(containerId, state)
    const there = async (path: string) =>
      (await way().value('content.read', { hostId, containerId, path, side: 'upper' })).exists

    const deleted = { hostId, containerId, path: '/r/deleted' }
    expect(await way().value('undo.plan', deleted)).toMatchObject({ kind: 'deleted', action: 'bring-back' })
    await way().value('undo.apply', { ...deleted, action: 'bring-back' })
    expect(await there('/r/deleted')).toBe(true)

    const added = { hostId, containerId, path: '/r/added' }
    const plan = await way().value('undo.plan', added)
    const wanted = expected.removal[state]
    expect(plan).toMatchObject({ kind: 'added', action: 'remove' })
    if (typeof wanted === 'string') {
      expect(plan.through).toBe(wanted)
      await way().value('undo.apply', { ...added, action: 'remove' })
      expect(await there('/r/added')).toBe(false)
      measured.add('undo', `✓ ${state}`)
    } else {
      expect(plan.through).toBeUndefined()
      expect(plan.obstacle).toMatch(wanted)
      measured.add('undo', `${state}: removes nothing`)
    }
    await removeContainers(engine().engine.docker, containerId)
  })
}
