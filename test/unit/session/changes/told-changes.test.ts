import { expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import type { Change } from '../../../../electron/core/changes/change'
import { ToldChanges } from '../../../../electron/session/changes/told-changes'

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

async function all(told: ToldChanges): Promise<Change[][]> {
  const batches: Change[][] = []
  for await (const some of told.taken()) batches.push(some)
  return batches
}

it.each([
  ['as they are', Infinity],
  ['compressed', 0],
  ['some as they are and the rest compressed', 20],
])('keeps changes %s and gives each back once, in their order', async (_, mostPlain) => {
  const told = new ToldChanges(mostPlain)
  await told.add(changes.slice(0, 2))
  await told.add([])
  await told.add(changes.slice(2))
  expect(await all(told)).toEqual([changes.slice(0, 2), [], changes.slice(2)])
  expect(await all(told)).toEqual([])
  await told.add(changes)
  expect(await all(told)).toEqual([changes])
})
