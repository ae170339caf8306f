import { beforeEach, describe, expect, it } from 'vitest'
import { ChangeTree } from '../../../../electron/core/change-tree/change-tree'
import type { ChangeView } from '../../../../electron/core/change-view/change-view'
import type { CountRoom } from '../../../../electron/core/change-view/count-buffers'
import { DrawnView } from '../../../../electron/operations/listings/view-rows'
import { inSlices } from '../../../../electron/session/base/in-slices'
import { aChange } from '../../../builders/changes/change'
import { steppedClock } from '../../../builders/stepped-clock'

const noSignal = new AbortController().signal

const byName: ChangeView = {
  open: true,
  toggled: new Set(),
  kinds: new Set(['added', 'modified', 'deleted']),
  minimumSize: 0,
  search: '',
  sort: 'name',
  descending: false,
}

/** A tree whose view takes several slices. */
function aLargeTree(): ChangeTree {
  const tree = new ChangeTree()
  for (let number = 0; number < 30_000; number += 1)
    tree.add(aChange({ path: `/f${String((number * 7919) % 30_000).padStart(6, '0')}` }))
  return tree
}

beforeEach(() => {
  // Longer than a slice: each step is one.
  steppedClock(10)
})

describe('a drawn view', () => {
  it('answers several askers at once, each with its own lines', async () => {
    const tree = aLargeTree()
    const view = new DrawnView(tree, byName, [])
    const offsets = [0, 15_000, 29_999, 14_950]
    const lines = await Promise.all(offsets.map((offset) => view.lines(offset, 1, noSignal)))
    const names = lines.map(({ rows }) => rows.map(({ node }) => tree.name(node)))
    expect(names).toEqual([['f000000'], ['f015000'], ['f029999'], ['f014950']])
    expect(lines.every(({ total }) => total === 30_000)).toBe(true)
  })

  it('ends its work when it is closed', async () => {
    const view = new DrawnView(aLargeTree(), byName, [])
    const lines = view.lines(0, 100, noSignal)
    view.close()
    await expect(lines).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
  })

  it('goes on for others when one asker gives up', async () => {
    const view = new DrawnView(aLargeTree(), byName, [])
    const asker = new AbortController()
    const given = view.lines(0, 100, asker.signal)
    const kept = view.lines(0, 2, noSignal)
    asker.abort()
    await expect(given).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
    expect((await kept).rows).toHaveLength(2)
  })

  it('takes the room of one that is over, and nothing of what that one counted', async () => {
    const rooms: CountRoom[] = []
    const [larger, smaller] = [new ChangeTree(), new ChangeTree()]
    for (let number = 0; number < 9000; number += 1)
      larger.add(aChange({ path: `/d${String(number % 90)}/f${String(number)}` }))
    smaller.add(aChange({ path: '/only' }))
    const before = new DrawnView(larger, { ...byName, search: 'f1' }, rooms)
    const waiting = before.lines(0, 5, noSignal)
    before.retire()
    // One that is not over keeps its room.
    expect(rooms).toEqual([])
    const beside = new DrawnView(smaller, byName, rooms)
    expect((await beside.lines(0, 5, noSignal)).total).toBe(1)
    expect((await waiting).rows).toHaveLength(5)
    beside.close()
    for (const [tree, view, total] of [
      [larger, byName, 9090],
      [smaller, { ...byName, search: 'only' }, 1],
      [larger, { ...byName, search: 'f8999' }, 2],
      [smaller, { ...byName, kinds: new Set(['deleted'] as const) }, 0],
    ] as const) {
      const drawn = new DrawnView(tree, view, rooms)
      expect((await drawn.lines(0, 5, noSignal)).total).toBe(total)
      drawn.retire()
    }
  })
})

describe('work in slices', () => {
  it('lets other work in between', async () => {
    let isOver = false
    function* work(): Generator<void, string> {
      while (!isOver) yield
      return 'ended by the timer'
    }
    setTimeout(() => {
      isOver = true
    }, 1)
    expect(await inSlices(work(), noSignal)).toBe('ended by the timer')
  })
})
