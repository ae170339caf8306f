import { expect, test } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { ChangeTree, rootNode } from '../../../../electron/core/change-tree/change-tree'
import { nodesInOrder, type NodeOrder } from '../../../../electron/core/change-view/nodes-in-order'
import { sortedInSlices } from '../../../../electron/core/base/sorted-in-slices'
import { finished } from '../../../builders/finished'
import { seededRandom } from '../../../builders/random'

function treeOf(...paths: string[]): ChangeTree {
  const tree = new ChangeTree()
  for (const path of paths) tree.add({ path: bytePath(path), kind: 'added', type: 'file' })
  return tree
}

function inOrder(tree: ChangeTree, top: number, order: NodeOrder): string[] {
  const nodes = [...nodesInOrder(tree, top, order)].filter((node) => node !== undefined)
  return nodes.map((node) => tree.path(node))
}

const tree = treeOf('/b/z', '/b-c', '/a', '/b/y/x', '/b/a', '/b/y/w', '/c/d')

test('paths come by their names, what is in a directory straight after it', () => {
  expect(inOrder(tree, rootNode, 'path')).toEqual([
    ...['', '/a', '/b', '/b/a', '/b/y', '/b/y/w', '/b/y/x', '/b/z', '/b-c', '/c', '/c/d'],
  ])
})

test('directories come whole before those in them', () => {
  expect(inOrder(tree, rootNode, 'directory')).toEqual([
    ...['', '/a', '/b', '/b-c', '/c', '/b/a', '/b/y', '/b/z', '/b/y/w', '/b/y/x', '/c/d'],
  ])
})

test.each(['path', 'directory'] as const)('a part of a tree begins with its own node (%s)', (order) => {
  const top = [...nodesInOrder(tree, rootNode, 'path')].find((node) => tree.path(node ?? 0) === '/b/y') ?? 0
  expect(inOrder(tree, top, order)).toEqual(['/b/y', '/b/y/w', '/b/y/x'])
})

test('an empty tree has the root alone', () => {
  expect(inOrder(treeOf(), rootNode, 'path')).toEqual([''])
})

test('a directory of many files stops often and is in order', () => {
  const names = Array.from({ length: 30_000 }, (_, index) => `/many/${(index * 7919) % 30_000}`)
  const many = treeOf(...names)
  const steps = [...nodesInOrder(many, rootNode, 'path')]
  expect(steps.filter((node) => node === undefined).length).toBeGreaterThan(10)
  expect(inOrder(many, rootNode, 'path')).toEqual(['', '/many', ...names.sort()])
})

test.each([0, 1, 2048, 2049, 10_000])('%i numbers are sorted, equal ones in their order', (length) => {
  const random = seededRandom(length)
  const values = Array.from({ length }, () => Math.floor(random() * 100))
  const items = Int32Array.from(values.keys())
  const sorted = finished(sortedInSlices(items, (a, b) => (values[a] ?? 0) - (values[b] ?? 0)))
  const expected = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b)
  expect([...sorted]).toEqual(expected)
})
