import { describe, expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { aspectBit, type Change, type ChangeNote } from '../../../../electron/core/changes/change'
import { ChangeTree } from '../../../../electron/core/change-tree/change-tree'
import { aChange } from '../../../builders/changes/change'
import { finished } from '../../../builders/finished'

/** One whole look at these changes; gives its number. */
function look(tree: ChangeTree, ...changes: readonly Change[]): number {
  const number = tree.beginLook()
  for (const change of changes) tree.add(change)
  finished(tree.endLook())
  return number
}

function nodeOf(tree: ChangeTree, path: string): number {
  const node = tree.nodeAt(bytePath(path))
  if (node === undefined) throw new Error(`${path} is not in the tree`)
  return node
}

function note(tree: ChangeTree, number: number, ...notes: readonly ChangeNote[]): void {
  tree.beginNotes()
  for (const one of notes) tree.note(one, number)
  finished(tree.endNotes(number))
}

const file = (path: string, some: Partial<Change> = {}) =>
  aChange({ size: 10, modifiedAt: 1000, mode: 0o644, ...some, path })

describe('what a second look finds', () => {
  const content = aspectBit('content')
  const unsure = file('/f', { kind: 'modified', aspects: aspectBit('time'), contentUnsure: true })

  it('settles whether content differs', () => {
    const tree = new ChangeTree()
    const number = look(tree, unsure, file('/g', { kind: 'modified', aspects: content }))
    note(
      tree,
      number,
      { kind: 'content', path: bytePath('/f'), same: false },
      { kind: 'content', path: bytePath('/g'), same: true },
    )
    expect(tree.change(nodeOf(tree, '/f'))).toEqual({
      ...file('/f', { kind: 'modified' }),
      aspects: content | aspectBit('time'),
    })
    expect(tree.change(nodeOf(tree, '/g'))).toMatchObject({ aspects: 0 })
  })

  it('adds attributes, what was lost and where a path went', () => {
    const tree = new ChangeTree()
    const number = look(
      tree,
      file('/f', { kind: 'modified', aspects: 0 }),
      aChange({ path: '/old', kind: 'deleted', type: 'directory' }),
      aChange({ path: '/new', type: 'directory' }),
    )
    note(
      tree,
      number,
      { kind: 'attributes', path: bytePath('/f') },
      { kind: 'lost', path: bytePath('/old'), entries: 3, bytes: 1e12 },
      { kind: 'moved', from: bytePath('/old'), to: bytePath('/new'), by: 'origin' },
    )
    const [old, fresh] = [nodeOf(tree, '/old'), nodeOf(tree, '/new')]
    expect(tree.change(nodeOf(tree, '/f'))).toMatchObject({ aspects: aspectBit('attributes') })
    expect(tree.lost(old)).toEqual({ entries: 3, bytes: 1e12 })
    expect(tree.lost(fresh)).toBeUndefined()
    expect([tree.moved(old), tree.moved(fresh)]).toEqual([
      { node: fresh, by: 'origin' },
      { node: old, by: 'origin' },
    ])
  })

  it('stays for paths that stay as they are, and goes with what changes or is gone', () => {
    const tree = new ChangeTree()
    const gone = file('/gone', { kind: 'deleted' })
    const number = look(tree, unsure, gone, file('/came'))
    note(
      tree,
      number,
      { kind: 'content', path: bytePath('/f'), same: true },
      { kind: 'moved', from: bytePath('/gone'), to: bytePath('/came'), by: 'content' },
    )
    look(tree, unsure, file('/came'))
    expect(tree.change(nodeOf(tree, '/f'))?.contentUnsure).toBeUndefined()
    expect(tree.moved(nodeOf(tree, '/came'))).toBeUndefined()
    look(tree, { ...unsure, modifiedAt: 3000 })
    expect(tree.change(nodeOf(tree, '/f'))?.contentUnsure).toBe(true)
  })

  it('is dropped where the path became something else meanwhile', () => {
    const tree = new ChangeTree()
    const number = look(tree, unsure)
    look(tree, { ...unsure, modifiedAt: 3000 })
    note(tree, number, { kind: 'content', path: bytePath('/f'), same: true })
    expect(tree.change(nodeOf(tree, '/f'))?.contentUnsure).toBe(true)
  })

  it('is forgotten where the next one does not find it again', () => {
    const tree = new ChangeTree()
    const number = look(tree, file('/f', { kind: 'modified', aspects: 0 }))
    note(tree, number, { kind: 'attributes', path: bytePath('/f') })
    note(tree, number)
    expect(tree.change(nodeOf(tree, '/f'))).toMatchObject({ aspects: 0 })
  })

  it('makes no nodes for paths that are no changes', () => {
    const tree = new ChangeTree()
    const number = look(tree, file('/a/f'))
    note(
      tree,
      number,
      { kind: 'attributes', path: bytePath('/a') },
      { kind: 'attributes', path: bytePath('/a/f/below') },
      { kind: 'moved', from: bytePath('/nowhere'), to: bytePath('/a/f'), by: 'content' },
    )
    expect(tree.size).toBe(3)
    expect(tree.moved(nodeOf(tree, '/a/f'))).toBeUndefined()
  })
})
