import { expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import type { Change } from '../../../../electron/core/changes/change'
import { ChangeTree } from '../../../../electron/core/change-tree/change-tree'

const added = (path: string, linkTarget?: string): Change => ({
  ...{ path: bytePath(path), kind: 'added', type: linkTarget === undefined ? 'file' : 'symlink', size: 1 },
  ...(linkTarget === undefined ? {} : { linkTarget: bytePath(linkTarget) }),
})
const tooLarge: unknown = expect.objectContaining({
  failure: expect.objectContaining({ kind: 'too-large', remedy: expect.any(String) as string }) as unknown,
})

it('takes no more nodes than it may hold, and stays what it was', () => {
  const tree = new ChangeTree({ nodes: 5, bytes: 1000 })
  for (const path of ['/a', '/b/c', '/d']) tree.add(added(path))
  expect(() => tree.add(added('/e'))).toThrow(tooLarge)
  expect(() => tree.add(added('/b/f/g'))).toThrow(tooLarge)
  expect(tree.size).toBe(5)
  expect(tree.totals).toEqual({ added: 3, modified: 0, deleted: 0, bytes: 3 })
  expect(tree.nodeAt(bytePath('/e'))).toBeUndefined()
  // What is there already may change.
  tree.beginLook()
  tree.add(added('/a'))
  expect(tree.size).toBe(5)
})

it('takes no more names and targets of links than it may hold', () => {
  const tree = new ChangeTree({ nodes: 1000, bytes: 100 })
  tree.add(added(`/${'n'.repeat(60)}`))
  tree.add(added('/link', 't'.repeat(60)))
  expect(() => tree.add(added('/more'))).toThrow(tooLarge)
  expect(tree.size).toBe(3)
})

it('says what it holds', () => {
  const tree = new ChangeTree({ nodes: 1, bytes: 5_000_000 })
  expect(() => tree.add(added('/a'))).toThrow(
    'More than 1 paths are changed, or their names have more than 5 MB',
  )
})
