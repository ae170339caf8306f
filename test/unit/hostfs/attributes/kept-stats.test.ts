import { expect, test } from 'vitest'
import { keptStat } from '../../../../electron/hostfs/attributes/kept-stats'

// As fuse-overlayfs 1.13 and containers/storage of Podman 5.4 wrote them.
test.each([
  ['33:44:100640', { uid: 33, gid: 44, mode: 0o640 }],
  ['11:12:40711', { uid: 11, gid: 12, mode: 0o711 }],
  ['0:0:0755:dir', { uid: 0, gid: 0, mode: 0o755, type: 'directory' }],
  ['0:0:4711:file', { uid: 0, gid: 0, mode: 0o4711, type: 'file' }],
  ['0:0:0644:pipe', { uid: 0, gid: 0, mode: 0o644, type: 'fifo' }],
  ['5:6:0600:block-8-1', { uid: 5, gid: 6, mode: 0o600, type: 'block-device' }],
])('%s is read', (value, kept) => {
  expect(keptStat(value)).toEqual(kept)
})

test.each(['', '1:2', '1:2:9', '-1:2:755', '1:2:755:', 'a:b:c', '1:2:755:dir-1', '99999999999:0:755'])(
  'what is none is left out: "%s"',
  (value) => {
    expect(keptStat(value)).toBeUndefined()
  },
)

test('a type that is not known changes nothing about the type', () => {
  expect(keptStat('1:2:755:constructor')).toEqual({ uid: 1, gid: 2, mode: 0o755 })
})
