import { describe, expect, test } from 'vitest'
import {
  changesNothing,
  idInside,
  idRange,
  overflowId,
  turnedMap,
} from '../../../../electron/core/owners/id-map'
import { attributesInside } from '../../../../electron/core/owners/owner-attributes'
import { capabilityWords } from '../../../../electron/core/files/file-capabilities'

const uids = [
  { inside: 0, outside: 300_000, count: 1000 },
  { inside: 1000, outside: 500_000, count: 70_000 },
]
const gids = [{ inside: 0, outside: 310_000, count: 65_536 }]
const map = { uids, gids }

describe('a map of ids', () => {
  test.each([
    [300_000, 0],
    [300_999, 999],
    [301_000, overflowId],
    [500_000, 1000],
    [569_999, 70_999],
    [570_000, overflowId],
    [0, overflowId],
  ])('shows %i as %i', (outside, inside) => {
    expect(idInside(uids, outside)).toBe(inside)
  })

  test('leads back when it is turned', () => {
    const back = turnedMap(map)
    for (const id of [0, 999, 1000, 70_999]) expect(idInside(uids, idInside(back.uids, id))).toBe(id)
  })

  test('is read from a line of the kernel and from one of Podman', () => {
    expect(idRange('         0     300000       1000')).toEqual(uids[0])
    expect(idRange('1000:500000:70000')).toEqual(uids[1])
    for (const line of ['', '0 1', '0:1:0', 'a:1:2', '0:-1:5', '0 1 2 3', '99999999999:0:1'])
      expect(idRange(line)).toBeUndefined()
  })

  test('changes nothing where every id is itself', () => {
    expect(changesNothing(map)).toBe(false)
    expect(changesNothing({ uids: [{ inside: 5, outside: 5, count: 9 }], gids: [] })).toBe(true)
  })
})

describe('attributes in a user namespace', () => {
  const bytes = (hex: string) => Buffer.from(hex, 'hex').toString('latin1')
  const capability = (root: string) =>
    bytes(`0100000${root === '' ? '2' : '3'}`.slice(0, 8) + '00200000000000000000000000000000' + root)
  const inside = (name: string, value: string, named = true) =>
    attributesInside(new Map([[name, value]]), { roots: uids, ...(named ? { named: map } : {}) }).get(name)

  test('have the capabilities of its root as any file has them', () => {
    expect(capabilityWords(capability(''))).toBe('cap_net_raw=ep')
    // 300000 and 500000, little endian.
    expect(inside('security.capability', capability('e0930400'))).toBe(capability(''))
    expect(inside('security.capability', capability('20a10700'))).toBe(capability('e8030000'))
  })

  test('keep the capabilities of others, and what is no capability', () => {
    for (const value of [capability(''), capability('01000000'), '', 'x', bytes('01000003')])
      expect(inside('security.capability', value)).toBe(value)
  })

  test('have the users and groups of access lists as it numbers them', () => {
    const acl = (user: string, group: string) =>
      bytes(
        `0200000001000600ffffffff02000400${user}04000400ffffffff08000400${group}10000400ffffffff20000400ffffffff`,
      )
    // 300005 and 310006 are 5 and 6.
    const [there, seen] = [acl('e5930400', 'f6ba0400'), acl('05000000', '06000000')]
    for (const name of ['system.posix_acl_access', 'system.posix_acl_default']) {
      expect(inside(name, there)).toBe(seen)
      expect(inside(name, there, false)).toBe(there)
    }
    expect(inside('user.anything', there)).toBe(there)
  })

  test('that are cut off stay as they are', () => {
    for (const value of ['', 'ab', bytes('02000000'), bytes('0200000002000400e593')])
      expect(inside('system.posix_acl_access', value)?.slice(0, 4)).toBe(value.slice(0, 4))
  })
})
