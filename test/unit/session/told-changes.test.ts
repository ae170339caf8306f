import { expect, it } from 'vitest'
import { bytePath } from '../../../electron/core/byte-path'
import type { Change } from '../../../electron/core/change'
import { ToldChanges } from '../../../electron/session/told-changes'

const change = (path: string, kind: Change['kind']): Change => ({
  path: bytePath(path),
  kind,
  type: 'unknown',
})
const changes = [
  change('/etc', 'modified'),
  change('/etc/caf\xc3\xa9', 'added'),
  change('/etc/\xff\x80', 'deleted'),
  change('/', 'modified'),
  change('/etc/a\nb', 'modified'),
]

it('gives changes as they were told, in their order, again and again', () => {
  const told = new ToldChanges()
  told.add(changes.slice(0, 2))
  told.add([])
  told.add(changes.slice(2))
  expect([...told]).toEqual(changes)
  expect([...told]).toEqual(changes)
})

it('forgets those of one kind by their paths', () => {
  const told = new ToldChanges()
  told.add(changes)
  for (const _ of told.drop('modified', new Set(['/etc', '/etc/caf\xc3\xa9', '/'].map(bytePath)))) continue
  expect([...told].map(({ path }) => path)).toEqual(['/etc/caf\xc3\xa9', '/etc/\xff\x80', '/etc/a\nb'])
})

it('gives them once some at a time, and has none afterwards', () => {
  const told = new ToldChanges()
  told.add(changes.slice(0, 2))
  told.add(changes.slice(2))
  expect([...told.taken()]).toEqual([changes.slice(0, 2), changes.slice(2)])
  expect([...told]).toEqual([])
})
