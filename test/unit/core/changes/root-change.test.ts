import { bytePath } from '../../../../electron/core/base/byte-path'
import { describe, expect, it } from 'vitest'
import { rootPath } from '../../../../electron/core/base/byte-path'
import { aspectBit, type Change } from '../../../../electron/core/changes/change'
import { changeRows } from '../../../../electron/core/change-view/change-rows'
import { ChangeTree, rootNode } from '../../../../electron/core/change-tree/change-tree'
import type { ChangeView } from '../../../../electron/core/change-view/change-view'
import { NoteCandidates } from '../../../../electron/core/findings/finding-candidates'
import { nodesInOrder } from '../../../../electron/core/change-view/nodes-in-order'
import { whiteoutNameWarning } from '../../../../electron/core/changes/whiteout'
import { runtimePaths } from '../../../../electron/core/changes/runtime-paths'
import { aChange } from '../../../builders/changes/change'
import { finished } from '../../../builders/finished'

/** As `chmod 700 /` leaves it. */
const root = (some: Partial<Omit<Change, 'path'>> = {}): Change =>
  aChange({
    ...{ path: rootPath, kind: 'modified', type: 'directory', mode: 0o700, uid: 0, gid: 0 },
    ...{ modifiedAt: 5, aspects: aspectBit('mode'), ...some },
  })
const others = () => [
  aChange({ path: '/b', size: 9, modifiedAt: 9 }),
  aChange({ path: '/a/x', size: 1, modifiedAt: 1 }),
  aChange({ path: '/c', kind: 'deleted' }),
]

function look(tree: ChangeTree, ...changes: readonly Change[]): number {
  const number = tree.beginLook()
  for (const change of changes) tree.add(change)
  finished(tree.endLook())
  return number
}

function treeOf(...changes: readonly Change[]): ChangeTree {
  const tree = new ChangeTree()
  look(tree, ...changes)
  return tree
}

function drawn(tree: ChangeTree, some: Partial<ChangeView> = {}, from = 0, to = 100): string[] {
  const view: ChangeView = {
    ...{ open: true, toggled: new Set<number>(), kinds: new Set(['added', 'modified', 'deleted'] as const) },
    ...{ minimumSize: 0, search: '', sort: 'name', descending: false, ...some },
  }
  const rows = finished(changeRows(tree, view))
  expect(rows.total).toBe(finished(rows.between(0, 100)).length)
  return finished(rows.between(from, to)).map(({ node, depth, folded }) =>
    [depth, ...[...folded, node].map((one) => tree.path(one))].join(' '),
  )
}

describe('the root as a changed path', () => {
  it('is a line of its own above the others, which stay where they are', () => {
    expect(drawn(treeOf(...others(), root()))).toEqual(['0 ', '0 /a', '1 /a/x', '0 /b', '0 /c'])
    expect(drawn(treeOf(...others()))).toEqual(['0 /a', '1 /a/x', '0 /b', '0 /c'])
    expect(drawn(treeOf(root()))).toEqual(['0 '])
  })

  it.each(['name', 'size', 'time'] as const)('is first however the others are sorted: by %s', (sort) => {
    for (const descending of [false, true])
      expect(drawn(treeOf(...others(), root()), { sort, descending })[0]).toBe('0 ')
  })

  it('is on the first page alone, and no page lacks a line for it', () => {
    const tree = treeOf(...others(), root())
    expect(drawn(tree, {}, 0, 1)).toEqual(['0 '])
    expect(drawn(tree, {}, 1, 3)).toEqual(['0 /a', '1 /a/x'])
    expect(drawn(tree, {}, 4, 9)).toEqual(['0 /c'])
  })

  it('has no twist: whoever opens or closes it changes nothing', () => {
    const tree = treeOf(...others(), root())
    expect(drawn(tree, { toggled: new Set([rootNode]) })).toEqual(drawn(tree))
  })

  it('is filtered by its kind, its type and what is made for every container', () => {
    const tree = treeOf(...others(), root())
    expect(drawn(tree, { kinds: new Set(['modified']) })).toEqual(['0 '])
    expect(drawn(tree, { kinds: new Set(['deleted']) })).toEqual(['0 /c'])
    expect(drawn(tree, { types: new Set(['directory']) })).toEqual(['0 '])
    expect(drawn(tree, { types: new Set(['file']) })).not.toContain('0 ')
    expect(drawn(tree, { minimumSize: 1 })).not.toContain('0 ')
    const made = {
      mountPoints: [bytePath('/a')],
      workingDirectories: [],
      isOwner: () => false,
      links: new Map(),
    }
    expect(runtimePaths({ ...made, files: new Map() })(root())).toBe(false)
  })

  it('is found by a slash, which is all of its path', () => {
    const tree = treeOf(...others(), root())
    expect(drawn(tree, { search: '/' })).toEqual(drawn(tree))
    expect(drawn(tree, { search: '/**' })).toContain('0 ')
    for (const search of ['a', '/a', '*', '/*', '/x', '.'])
      expect(drawn(tree, { search })).not.toContain('0 ')
  })

  it('counts once in the totals, as it is now', () => {
    const tree = treeOf(...others(), root())
    expect(tree.totals).toEqual({ added: 2, modified: 1, deleted: 1, bytes: 10 })
    expect(tree.change(rootNode)).toEqual(root())
    look(tree, ...others(), root({ mode: 0o711 }))
    expect(tree.totals.modified).toBe(1)
    expect(tree.change(rootNode)?.mode).toBe(0o711)
  })

  it('goes when a later look finds it as the image has it, and comes back', () => {
    const tree = treeOf(...others(), root())
    look(tree, ...others())
    expect(tree.totals.modified).toBe(0)
    expect(drawn(tree)).toEqual(['0 /a', '1 /a/x', '0 /b', '0 /c'])
    expect(tree.change(rootNode)).toBeUndefined()
    look(tree, ...others(), root())
    expect(drawn(tree)[0]).toBe('0 ')
  })

  it('is known since the listing was opened, and fresh by itself alone', () => {
    const tree = treeOf(...others())
    expect(drawn(tree, { since: 'opened' })).toEqual([])
    look(tree, ...others(), aChange({ path: '/new' }))
    expect([tree.freshAt(rootNode), tree.isFresh(rootNode)]).toEqual([1, false])
    look(tree, ...others(), root())
    expect(drawn(tree, { since: 'opened' })).toEqual(['0 '])
    expect(tree.sinceOpened.totalsOf(rootNode)).toMatchObject({ added: 0, modified: 1, deleted: 0 })
    expect(tree.isFresh(rootNode)).toBe(true)
    tree.seen()
    expect(tree.isFresh(rootNode)).toBe(false)
    look(tree, ...others())
    expect(drawn(tree, { since: 'opened' })).toEqual([])
  })

  it('takes what a second look finds out about its attributes', () => {
    const tree = new ChangeTree()
    const number = look(tree, ...others(), root())
    tree.note({ kind: 'attributes', path: rootPath }, number)
    expect(tree.change(rootNode)?.aspects).toBe(aspectBit('mode') | aspectBit('attributes'))
    const candidates = new NoteCandidates()
    candidates.take([root()])
    expect([...candidates.modified]).toEqual([{ path: rootPath, size: 0 }])
  })

  it('comes first in reports, and has no name that a commit takes for a deletion', () => {
    for (const order of ['path', 'directory'] as const)
      expect(nodesInOrder(treeOf(...others(), root()), rootNode, order).next().value).toBe(rootNode)
    expect(whiteoutNameWarning(rootPath)).toBeUndefined()
  })
})
