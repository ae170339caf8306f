import { expect, test } from 'vitest'
import { AddedFiles } from '../../../../electron/core/findings/added-files'
import { bytePath, type BytePath } from '../../../../electron/core/base/byte-path'
import { pairsOfOneSize, type Pair, type Placed } from '../../../../electron/session/findings/same-size-pairs'
import { finished } from '../../../builders/finished'

const deletedFile = (name: string, size: number): Placed => ({
  path: bytePath(`/old/${name}`),
  size,
  place: `/low/old/${name}`,
})

function pairs(
  deleted: readonly Placed[],
  added: readonly (readonly [string, number])[],
  taken: readonly string[] = [],
): { pairs: Pair[]; left: number } {
  const files = new AddedFiles(new Set(deleted.map(({ size }) => size)))
  for (const [name, size] of added) files.add(bytePath(`/new/${name}`), size)
  return finished(pairsOfOneSize(deleted, files, new Set(taken as BytePath[])))
}

test('files of one size are paired, small ones first', () => {
  const deleted = [9, 7, 8, 100].map((size) => deletedFile(String(size), size))
  const added = [8, 7, 9, 10].map((size) => [String(size), size] as const)
  const found = pairs(deleted, added)
  expect(found.pairs.map(({ from, to }) => `${from} ${to}`)).toEqual([
    '/old/7 /new/7',
    '/old/8 /new/8',
    '/old/9 /new/9',
  ])
  expect(found.left).toBe(0)
})

test('what has moved by another sign is no half of a pair', () => {
  const deleted = [deletedFile('a', 5), deletedFile('b', 6)]
  const added = [
    ['a', 5],
    ['b', 6],
  ] as const
  expect(pairs(deleted, added, ['/old/a']).pairs.map(({ from }) => from)).toEqual(['/old/b'])
  expect(pairs(deleted, added, ['/new/b']).pairs.map(({ from }) => from)).toEqual(['/old/a'])
})

test('more than four of one size are not told apart, and of many pairs the smallest are compared', () => {
  const alike = Array.from({ length: 5 }, (_, at) => [String(at), 7] as const)
  expect(pairs([deletedFile('a', 7)], alike)).toEqual({ pairs: [], left: 1 })

  // In an order of their own; 7919 is prime.
  const sizes = Array.from({ length: 10_000 }, (_, at) => 1 + ((at * 7919) % 10_000))
  const found = pairs(
    sizes.map((size) => deletedFile(String(size), size)),
    sizes.map((size) => [String(size), size] as const),
  )
  expect(found.pairs.map(({ from }) => from)).toEqual(
    Array.from({ length: 1000 }, (_, at) => `/old/${String(at + 1)}`),
  )
  expect(found.left).toBe(9000)
})
