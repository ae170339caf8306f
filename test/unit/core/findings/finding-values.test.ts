import { describe, expect, it } from 'vitest'
import { AddedFiles } from '../../../../electron/core/findings/added-files'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { copyUpOrigin } from '../../../../electron/core/findings/copy-up-origin'
import { DirectoryShapes } from '../../../../electron/core/findings/directory-shapes'
import { capabilityWords } from '../../../../electron/core/files/file-capabilities'
import { isOverlayOwn } from '../../../../electron/core/changes/path-facts'

const bytes = (hex: string) => Buffer.from(hex, 'hex').toString('latin1')

describe('file capabilities in words', () => {
  // As setcap writes them, and getcap(8) reads them.
  it.each([
    ['0100000200200000000000000000000000000000', 'cap_net_raw=ep'],
    ['0000000200200000002000000000000000000000', 'cap_net_raw=ip'],
    ['0100000201300000000000000000000000000000', 'cap_chown,cap_net_admin,cap_net_raw=ep'],
    ['0000000200000000000000008000000000000000', 'cap_bpf=p'],
    ['0100000300200000000000000000000000000000e8030000', 'cap_net_raw=ep [rootid=1000]'],
    ['0000000200000000000000000000000000000000', '='],
  ])('%s', (hex, words) => {
    expect(capabilityWords(bytes(hex))).toBe(words)
  })

  it.each(['', '01', '0100000200200000', '0100000400200000000000000000000000000000'])(
    'are nothing for %j',
    (hex) => {
      expect(capabilityWords(bytes(hex))).toBeUndefined()
    },
  )
})

describe("overlayfs's origin of a file", () => {
  it('has an inode and the uuid of its file system', () => {
    const value = bytes(`00fb1d0001${'00'.repeat(15)}073e402100efce16af`)
    expect(copyUpOrigin(value)).toEqual({ uuid: `${'00'.repeat(15)}07`, inode: String(0x21403e) })
    const wide = bytes(`00fb210081${'00'.repeat(16)}0100000001000000efce16af`)
    expect(copyUpOrigin(wide)?.inode).toBe(String(2 ** 32 + 1))
  })

  it.each(['', '00fb1d', `00fb1d0401${'00'.repeat(24)}`, `00fb1d0077${'00'.repeat(24)}`])(
    'is nothing for %j',
    (hex) => {
      expect(copyUpOrigin(bytes(hex))).toBeUndefined()
    },
  )
})

it("overlayfs's own attributes are told from what a container wrote under such names", () => {
  expect(['trusted.overlay.origin', 'user.overlay.opaque', 'user.fuseoverlayfs.x'].every(isOverlayOwn)).toBe(
    true,
  )
  expect(['trusted.overlay.overlay.x', 'user.a', 'security.capability'].some(isOverlayOwn)).toBe(false)
})

it('added files beyond what is kept are forgotten, and it is known of which sizes', () => {
  const files = new AddedFiles(new Set([7]))
  files.add(bytePath('/wanted'), 7)
  for (let at = 0; at < 120_000; at += 1) files.add(bytePath(`/f${String(at)}`), 1000 + (at % 10))
  expect([...files.kept].some(({ path }) => path === '/wanted')).toBe(true)
  expect([...files.kept].length).toBeLessThan(60_000)
  expect(files.forgot + [...files.kept].length).toBe(120_001)
  expect([files.knowsAll(7), files.knowsAll(1003)]).toEqual([true, false])
})

describe('the shape of a directory', () => {
  const shape = (
    ...entries: readonly (readonly [path: string, type: 'file' | 'directory', size: number])[]
  ) => {
    const shapes = new DirectoryShapes()
    shapes.begin(bytePath('/top'))
    for (const [path, type, size] of entries) shapes.add(bytePath(`/top${path}`), type, size)
    return [...shapes.shapes()].find(({ path }) => path === '/top')
  }

  it('is the same whatever the order, and another for other names, sizes or places', () => {
    const one = shape(['/a', 'file', 1], ['/d', 'directory', 0], ['/d/b', 'file', 2])
    expect(one).toMatchObject({ entries: 3, bytes: 3 })
    expect(shape(['/d', 'directory', 0], ['/d/b', 'file', 2], ['/a', 'file', 1])).toEqual(one)
    for (const other of [
      shape(['/b', 'file', 1], ['/d', 'directory', 0], ['/d/a', 'file', 2]),
      shape(['/a', 'file', 2], ['/d', 'directory', 0], ['/d/b', 'file', 1]),
      shape(['/a', 'file', 1], ['/d', 'directory', 0], ['/b', 'file', 2]),
    ])
      expect(other?.key).not.toBe(one?.key)
  })
})
