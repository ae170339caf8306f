import { describe, expect, it } from 'vitest'
import { ChangeTree } from '../../../../electron/core/change-tree/change-tree'
import { aChange } from '../../../builders/changes/change'

describe('a change tree', () => {
  it('rolls counts and bytes up to every directory above', () => {
    const tree = new ChangeTree()
    tree.add(aChange({ path: '/etc/nginx/nginx.conf', kind: 'modified', size: 100 }))
    tree.add(aChange({ path: '/etc/nginx/api.conf', kind: 'added', size: 30 }))
    tree.add(aChange({ path: '/etc/gone', kind: 'deleted', size: 7 }))
    const etc = tree.lastChild(0)
    expect(tree.totalsOf(etc)).toEqual({ added: 1, modified: 1, deleted: 1, bytes: 130 })
    expect(tree.totals).toEqual({ added: 1, modified: 1, deleted: 1, bytes: 130 })
    expect(tree.kind(etc)).toBeUndefined()
  })

  it('counts the bytes of a hard-linked file once', () => {
    const tree = new ChangeTree()
    tree.add(aChange({ path: '/a', size: 50 }))
    tree.add(aChange({ path: '/b', size: 50, countedElsewhere: true }))
    expect(tree.totals).toMatchObject({ added: 2, bytes: 50 })
  })

  it('gives back each change as it came', () => {
    const change = aChange({
      path: '/l',
      type: 'symlink',
      size: 2,
      mode: 0o777,
      uid: 1,
      gid: 2,
      linkTarget: '/x',
    })
    const tree = new ChangeTree()
    expect(tree.change(tree.add(change))).toEqual(change)
  })

  it('takes names that a plain object would trip over', () => {
    const tree = new ChangeTree()
    for (const path of ['/__proto__', '/constructor/x', '/hasOwnProperty']) tree.add(aChange({ path }))
    expect(tree.totals.added).toBe(3)
  })

  it('accepts a directory after what is in it', () => {
    const tree = new ChangeTree()
    tree.add(aChange({ path: '/new/file' }))
    const node = tree.add(aChange({ path: '/new', type: 'directory' }))
    expect(tree.kind(node)).toBe('added')
    expect(tree.totals.added).toBe(2)
  })

  it('keeps two names apart that the engine shows alike', () => {
    const tree = new ChangeTree()
    const path = '/caf\xef\xbf\xbd'
    const nodes = [aChange({ path }), aChange({ path }), aChange({ path })].map((change) => tree.add(change))
    expect(tree.totals.added).toBe(3)
    expect(new Set(nodes).size).toBe(3)
    expect(nodes.map((node) => tree.path(node))).toEqual([path, path, path])
  })

  it('leads from the child that came last to the others', () => {
    const tree = new ChangeTree()
    const nodes = ['/a', '/b', '/c'].map((path) => tree.add(aChange({ path })))
    const last = tree.lastChild(0)
    expect([last, tree.earlierSibling(last)]).toEqual([nodes[2], nodes[1]])
    expect(tree.earlierSibling(nodes[0] ?? 0)).toBe(-1)
    expect(tree.childCount(0)).toBe(3)
  })

  it('gives back every path and fact when it has grown often', () => {
    const tree = new ChangeTree()
    const changes = Array.from({ length: 40_000 }, (_, number) =>
      aChange({
        path: `/d${String(number % 7)}/${String(number % 131)}/\xff${String(number)}`,
        type: 'symlink',
        size: number,
        mode: number % 0o10000,
        uid: 4_294_967_294,
        gid: number,
        modifiedAt: number * 1e6,
        linkTarget: `/\xfe${String(number)}`,
      }),
    )
    const nodes = changes.map((change) => tree.add(change))
    expect(nodes.map((node) => tree.change(node))).toEqual(changes)
  })

  it('grows past its first columns', () => {
    const tree = new ChangeTree()
    for (let number = 0; number < 5_000; number += 1)
      tree.add(aChange({ path: `/d${String(number % 70)}/f${String(number)}`, size: 1 }))
    expect(tree.size).toBe(1 + 70 + 5_000)
    expect(tree.totals).toEqual({ added: 5_000, modified: 0, deleted: 0, bytes: 5_000 })
  })
})
