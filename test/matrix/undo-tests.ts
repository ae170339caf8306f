import { describe, expect, test } from 'vitest'
import { removeContainers } from '../engines/containers'
import { uniqueName } from '../engines/shared-engine'
import { states } from './matrix-engine'
import type { Suite } from './suite'

/** One change of each container is undone, or it is said why not. */
export function undoTests({ expected, measured, wayName, engine, way }: Suite): void {
  describe.each(states)('in a %s container', (state) => {
    test('a deleted file is brought back and an added one removed, or it is said why not', async () => {
      const { hostId } = way()
      const containerId = uniqueName('undone')
      await engine().changed(containerId, state)
      const there = async (path: string) =>
        (await way().value('content.read', { hostId, containerId, path, side: 'upper' })).exists

      // Each step is a dozen commands; what the engine does is the same over SSH.
      if (wayName === 'on the host itself') {
        const deleted = { hostId, containerId, path: '/r/deleted' }
        const plan = await way().value('undo.plan', deleted)
        expect(plan).toMatchObject({ kind: 'deleted', action: 'bring-back' })
        await way().value('undo.apply', { ...deleted, action: 'bring-back' })
        expect(await there('/r/deleted')).toBe(true)
      }

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
  })
}
