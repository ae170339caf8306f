import { describe, expect, it } from 'vitest'
import {
  changeKinds,
  bytesInUpper,
  type Change,
  type ChangeTotals,
} from '../../../../electron/core/changes/change'
import { changeRows } from '../../../../electron/core/change-view/change-rows'
import { ChangeTree, rootNode } from '../../../../electron/core/change-tree/change-tree'
import type { ChangeView } from '../../../../electron/core/change-view/change-view'
import { aChange } from '../../../builders/changes/change'
import { finished } from '../../../builders/finished'
import { oneOf, seededRandom } from '../../../builders/random'

type Changes = Map<string, { readonly change: Change; readonly isRuntime: boolean }>

const seeds = Array.from({ length: 25 }, (_, index) => index + 1)
const looks = 5

/** Few names, so that paths come, go and come back, as files and as directories; the root among them. */
function aRandomPath(random: () => number): string {
  const depth = Math.floor(random() * 4)
  return Array.from({ length: depth }, () => `/${oneOf(random, ['a', 'b', 'c', '\xff'])}`).join('')
}

function aRandomChange(random: () => number, path: string): Change {
  const type = oneOf(random, ['file', 'directory', 'symlink'] as const)
  return aChange({
    ...{ path, type, kind: oneOf(random, changeKinds) },
    mode: oneOf(random, [0o644, 0o755]),
    modifiedAt: oneOf(random, [1, 2]),
    ...(type === 'file' ? { size: oneOf(random, [0, 5, 1e12]) } : {}),
    ...(type === 'file' && random() < 0.1 ? { countedElsewhere: true } : {}),
    ...(type === 'symlink' ? { size: 1, linkTarget: oneOf(random, ['x', '\xfe']) } : {}),
    ...(random() < 0.5 ? { aspects: oneOf(random, [0, 3]) } : {}),
  })
}

/** Some changes go, some become others, some come. */
function changed(random: () => number, before: Changes): Changes {
  const after: Changes = new Map([...before].filter(() => random() < 0.8))
  for (let more = Math.floor(random() * 12); more > 0; more -= 1) {
    const path = aRandomPath(random)
    after.set(path, { change: aRandomChange(random, path), isRuntime: random() < 0.1 })
  }
  return after
}

function lookAt(tree: ChangeTree, changes: Changes, random: () => number): void {
  tree.beginLook()
  const inAnyOrder = [...changes.values()].sort(() => random() - 0.5)
  for (const { change, isRuntime } of inAnyOrder) tree.add(change, isRuntime)
  finished(tree.endLook())
}

function drawn(tree: ChangeTree, some: Partial<ChangeView>): unknown[] {
  const view: ChangeView = {
    ...{ open: true, toggled: new Set<number>(), kinds: new Set(changeKinds), minimumSize: 0 },
    ...{ search: '', sort: 'name', descending: false, ...some },
  }
  const rows = finished(changeRows(tree, view))
  const facts = view.since === 'opened' ? tree.sinceOpened : tree
  return finished(rows.between(0, rows.total)).map(({ node, depth, folded, expandable }) => ({
    ...{ depth, folded: folded.map((one) => tree.name(one)), expandable, path: tree.path(node) },
    ...{ change: facts.change(node), totals: facts.totalsOf(node), isRuntime: facts.isRuntime(node) },
  }))
}

function naiveSince(then: Changes, now: Changes): Map<string, string> {
  const kinds = new Map<string, string>()
  for (const path of new Set([...then.keys(), ...now.keys()])) {
    const [before, after] = [then.get(path), now.get(path)]
    if ((after ?? before)?.isRuntime === true) continue
    const inImage = (before ?? after)?.change.kind !== 'added'
    const was = before === undefined ? inImage : before.change.kind !== 'deleted'
    const is = after === undefined ? inImage : after.change.kind !== 'deleted'
    if (was && !is) kinds.set(path, 'deleted')
    else if (!was && is) kinds.set(path, 'added')
    else if (was && is && !isSame(before?.change, after?.change)) kinds.set(path, 'modified')
  }
  return kinds
}

function isSame(before: Change | undefined, after: Change | undefined): boolean {
  const facts = (change: Change | undefined) =>
    change && [
      ...[change.type, change.size, change.mode, change.linkTarget],
      change.type === 'directory' ? undefined : change.modifiedAt,
    ]
  return JSON.stringify(facts(before)) === JSON.stringify(facts(after))
}

function totalsBelow(changes: Changes, directory: string): ChangeTotals {
  const totals = { added: 0, modified: 0, deleted: 0, bytes: 0 }
  for (const [path, { change, isRuntime }] of changes) {
    if (isRuntime || (path !== directory && !path.startsWith(`${directory}/`))) continue
    totals[change.kind] += 1
    totals.bytes += bytesInUpper(change)
  }
  return totals
}

describe('a tree after many looks', () => {
  it.each(seeds)('is what it would be if it were made anew (seed %i)', (seed) => {
    const random = seededRandom(seed)
    const tree = new ChangeTree()
    const first = changed(random, new Map())
    lookAt(tree, first, random)
    const numbers = new Map<string, number>()
    let changes = first
    for (let look = 0; look < looks; look += 1) {
      changes = changed(random, changes)
      lookAt(tree, changes, random)
      const anew = new ChangeTree()
      lookAt(anew, changes, random)
      for (const view of [
        {},
        { runtime: true },
        { kinds: new Set(['added'] as const) },
        { search: 'b' },
        { search: '/' },
      ])
        expect(drawn(tree, view)).toEqual(drawn(anew, view))
      for (const [path, { change }] of changes) {
        const node = tree.nodeAt(change.path)
        expect(node).toBe(numbers.get(path) ?? node)
        numbers.set(path, node ?? rootNode)
        expect(tree.totalsOf(node ?? rootNode)).toEqual(totalsBelow(changes, path))
      }
      const since = drawn(tree, { since: 'opened' }) as { path: string; change?: Change }[]
      const kinds = since.flatMap(({ path, change }) => (change === undefined ? [] : [[path, change.kind]]))
      // A row of what the engine made that leads to others is drawn as well.
      const wanted = naiveSince(first, changes)
      expect(new Map(kinds.filter(([path = '']) => wanted.has(path)) as [string, string][])).toEqual(wanted)
      const { added, modified, deleted } = tree.sinceOpened.totalsOf(rootNode)
      expect(added + modified + deleted).toBe(wanted.size)
    }
  })
})
