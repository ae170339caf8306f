import { expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { isOverlayWhiteout, whiteoutNameWarning } from '../../../../electron/core/changes/whiteout'

it('is a character device 0:0 and no other device', () => {
  expect(isOverlayWhiteout({ type: 'character-device', major: 0, minor: 0 })).toBe(true)
  expect(isOverlayWhiteout({ type: 'character-device', major: 1, minor: 3 })).toBe(false)
  expect(isOverlayWhiteout({ type: 'file', major: 0, minor: 0 })).toBe(false)
})

it('warns of a real file that a commit would turn into a deletion', () => {
  expect(whiteoutNameWarning(bytePath('/etc/.wh.conf'))).toEqual({
    kind: 'whiteout-name',
    path: '/etc/.wh.conf',
    deletes: '/etc/conf',
  })
  expect(whiteoutNameWarning(bytePath('/etc/wh.conf'))).toBeUndefined()
})
