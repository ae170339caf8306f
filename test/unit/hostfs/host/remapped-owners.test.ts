import { expect, test } from 'vitest'
import type { HostFiles } from '../../../../electron/hostfs/host/host-files'
import { remappedOwners } from '../../../../electron/hostfs/host/remapped-owners'
import { fakeTransport } from '../../../builders/engines/fake-engine'

const { signal } = new AbortController()
const root = { uid: 300_000, gid: 310_000 }

/** A host that says this: maps of a process for users and groups, and who has which subordinate ids. */
function saying(...parts: readonly [uids: string, gids: string, subuid: string, subgid: string]): HostFiles {
  const transport = fakeTransport(() => parts.map((part) => `${part}=\n`).join(''))
  const tools = { find: 'gnu', stat: 'gnu', opaque: 'tar', getfattr: true } as const
  return { transport, elevated: false, tools }
}

const twoRanges = (first: number) => [
  { inside: 0, outside: first, count: 1000 },
  { inside: 1000, outside: 500_000, count: 70_000 },
]

test('the maps are those of a process in the namespace', async () => {
  const map = (first: number) => ` 0 ${String(first)} 1000\n 1000 500000 70000\n`
  expect(await remappedOwners(saying(map(root.uid), map(root.gid), '', ''), root, signal)).toEqual({
    uids: twoRanges(root.uid),
    gids: twoRanges(root.gid),
  })
})

test('without one they are all ranges of the user whose first one begins with root', async () => {
  const subuid = 'other:900000:10\nremapped:300000:1000\nthird:300000\nremapped:500000:70000\n'
  const subgid = 'remapped:500000:70000\nremapped:310000:1000\n'
  const { uids, gids } = await remappedOwners(saying('', '', subuid, subgid), root, signal)
  expect(uids).toEqual(twoRanges(root.uid))
  // None begins with root as they stand, so they were taken by number.
  expect(gids).toEqual(twoRanges(root.gid))
})

test('and where the host tells nothing, or of another root, one range of the usual length', async () => {
  const other = ' 0 700000 65536\n'
  expect(await remappedOwners(saying(other, other, 'x:1:2\n', ''), root, signal)).toEqual({
    uids: [{ inside: 0, outside: root.uid, count: 65_536 }],
    gids: [{ inside: 0, outside: root.gid, count: 65_536 }],
  })
})
