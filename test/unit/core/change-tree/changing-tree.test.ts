import { describe, expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { aspectBit, type Change } from '../../../../electron/core/changes/change'
import { ChangeTree, rootNode } from '../../../../electron/core/change-tree/change-tree'
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

const file = (path: string, some: Partial<Change> = {}) =>
  aChange({ size: 10, modifiedAt: 1000, mode: 0o644, ...some, path })

describe('a tree that is looked at again', () => {
  it('keeps the numbers of what stays, takes out what is gone, and moves totals', () => {
    const tree = new ChangeTree()
    look(tree, file('/a/x'), file('/a/y', { size: 5 }), file('/b', { kind: 'modified' }))
    const [x, y] = [nodeOf(tree, '/a/x'), nodeOf(tree, '/a/y')]
    look(tree, file('/a/x', { size: 30 }), file('/new'), file('/b', { kind: 'modified' }))
    expect(nodeOf(tree, '/a/x')).toBe(x)
    expect(tree.change(x)).toMatchObject({ kind: 'added', size: 30 })
    expect(tree.kind(y)).toBeUndefined()
    expect(tree.totalsOf(nodeOf(tree, '/a'))).toEqual({ added: 1, modified: 0, deleted: 0, bytes: 30 })
    expect(tree.totals).toEqual({ added: 2, modified: 1, deleted: 0, bytes: 50 })
  })

  it('gives a path that comes back its number again', () => {
    const tree = new ChangeTree()
    look(tree, file('/a'))
    const node = nodeOf(tree, '/a')
    look(tree)
    expect(tree.leads(node, true)).toBe(false)
    look(tree, file('/a', { kind: 'modified' }))
    expect(nodeOf(tree, '/a')).toBe(node)
    expect(tree.totals).toMatchObject({ added: 0, modified: 1 })
  })

  it('keeps names that the engine shows alike apart in each look', () => {
    const tree = new ChangeTree()
    const path = '/caf\xef\xbf\xbd'
    look(tree, aChange({ path }), aChange({ path }), aChange({ path }))
    const size = tree.size
    look(tree, aChange({ path }), aChange({ path }))
    expect(tree.totals.added).toBe(2)
    look(tree, aChange({ path }), aChange({ path }), aChange({ path }))
    expect(tree.totals.added).toBe(3)
    expect(tree.size).toBe(size)
  })

  it('leaves what is known alone until a look is complete', () => {
    const tree = new ChangeTree()
    look(tree, file('/a'), file('/b'))
    tree.beginLook()
    tree.add(file('/b'))
    expect(tree.totals.added).toBe(2)
    look(tree, file('/b'))
    expect(tree.totals.added).toBe(1)
  })

  it('counts the bytes of a hard link at the name that has them now', () => {
    const tree = new ChangeTree()
    look(tree, file('/a'), file('/b', { countedElsewhere: true }))
    look(tree, file('/b'))
    expect(tree.totals).toMatchObject({ added: 1, bytes: 10 })
  })
})

describe('marks of what changed', () => {
  it('are on nothing before a look was complete', () => {
    const tree = new ChangeTree()
    look(tree, file('/a'))
    expect(tree.freshAt(rootNode)).toBe(0)
  })

  it('are on what came or became something else, and on each directory above, until they are seen', () => {
    const tree = new ChangeTree()
    look(tree, file('/etc/a'), file('/etc/same'))
    look(tree, file('/etc/a', { size: 11 }), file('/etc/same'), file('/new/b'))
    const fresh = (path: string) => tree.freshAt(nodeOf(tree, path))
    expect([fresh('/etc'), fresh('/etc/a'), fresh('/etc/same'), fresh('/new')]).toEqual([1, 1, 0, 1])
    expect(tree.freshAt(rootNode)).toBe(2)
    tree.seen()
    expect([tree.freshAt(rootNode), fresh('/etc/a')]).toEqual([0, 0])
    look(tree, file('/etc/a', { size: 12 }), file('/etc/same'), file('/new/b'))
    expect(tree.freshAt(rootNode)).toBe(1)
  })

  it('are not on directories in which only names came or went, nor left by what is gone', () => {
    const tree = new ChangeTree()
    const directory = (modifiedAt: number) => aChange({ path: '/d', type: 'directory', modifiedAt })
    look(tree, directory(1))
    look(tree, directory(2), file('/d/short-lived'))
    look(tree, directory(3))
    expect(tree.freshAt(rootNode)).toBe(0)
    expect(tree.time(nodeOf(tree, '/d'))).toBe(3)
    expect(tree.sinceOpened.kind(nodeOf(tree, '/d'))).toBeUndefined()
  })
})

describe('what changed since the listing was opened', () => {
  const opened = (...changes: readonly Change[]) => {
    const tree = new ChangeTree()
    look(tree, ...changes)
    return tree
  }
  const since = (tree: ChangeTree, path: string) => tree.sinceOpened.change(nodeOf(tree, path))

  it('is nothing at first, and nothing when all is as it was again', () => {
    const tree = opened(file('/a'), file('/b', { kind: 'deleted' }))
    expect(tree.sinceOpened.totalsOf(rootNode)).toEqual({ added: 0, modified: 0, deleted: 0, bytes: 0 })
    look(tree, file('/a', { size: 3 }), file('/c'))
    look(tree, file('/a'), file('/b', { kind: 'deleted' }))
    expect(tree.sinceOpened.totalsOf(rootNode)).toEqual({ added: 0, modified: 0, deleted: 0, bytes: 0 })
  })

  it.each([
    ['added', 'an added file that was written to', file('/f'), file('/f', { size: 11 }), 'modified'],
    [
      'modified',
      'a modified file',
      file('/f', { kind: 'modified' }),
      file('/f', { kind: 'modified', mode: 0o600 }),
      'modified',
    ],
    [
      'unchanged',
      'a file of the image that was written to',
      undefined,
      file('/f', { kind: 'modified' }),
      'modified',
    ],
    [
      'unchanged',
      'a file of the image that was deleted',
      undefined,
      file('/f', { kind: 'deleted' }),
      'deleted',
    ],
    ['not there', 'a new file', undefined, file('/f'), 'added'],
    ['added', 'a file that is gone again', file('/f'), undefined, 'deleted'],
    [
      'modified',
      'a modified file that was deleted',
      file('/f', { kind: 'modified' }),
      file('/f', { kind: 'deleted' }),
      'deleted',
    ],
    [
      'deleted',
      'a file that is back as the image has it',
      file('/f', { kind: 'deleted' }),
      undefined,
      'added',
    ],
    [
      'deleted',
      'a file that is back otherwise',
      file('/f', { kind: 'deleted' }),
      file('/f', { kind: 'modified' }),
      'added',
    ],
    [
      'modified',
      'a file that is as the image has it again',
      file('/f', { kind: 'modified' }),
      undefined,
      'modified',
    ],
  ] as const)('%s then: %s is %#', (_, __, then, now, kind) => {
    const tree = opened(...(then === undefined ? [] : [then]), file('/other'))
    look(tree, ...(now === undefined ? [] : [now]), file('/other'))
    expect(since(tree, '/f')).toMatchObject({ kind })
    expect(tree.sinceOpened.totalsOf(rootNode)).toMatchObject({ [kind]: 1 })
    expect(since(tree, '/other')).toBeUndefined()
  })

  it('says what differs from that moment, not from the image', () => {
    const content = aspectBit('content')
    const tree = opened(file('/f', { kind: 'modified', aspects: content }))
    look(tree, file('/f', { kind: 'modified', aspects: content | aspectBit('mode'), mode: 0o755 }))
    expect(since(tree, '/f')).toMatchObject({ kind: 'modified', mode: 0o755, aspects: aspectBit('mode') })
    look(tree, file('/f', { kind: 'modified', aspects: content, modifiedAt: 2000 }))
    expect(since(tree, '/f')).toMatchObject({ aspects: aspectBit('time'), contentUnsure: true })
  })

  it('shows the facts of what is gone, and none of what it does not know', () => {
    const tree = opened(file('/gone'), file('/restored', { kind: 'modified' }))
    look(tree)
    expect(since(tree, '/gone')).toEqual({ ...file('/gone'), kind: 'deleted' })
    expect(since(tree, '/restored')).toEqual({ path: '/restored', kind: 'modified', type: 'file' })
  })
})
