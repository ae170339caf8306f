import { describe, expect, it } from 'vitest'
import { rootPath } from '../../../../electron/core/base/byte-path'
import {
  changeValue,
  pathValue,
  shownName,
  shownPath,
} from '../../../../electron/operations/values/change-values'
import { pathFrom } from '../../../../electron/operations/values/path-input'
import { aChange } from '../../../builders/changes/change'

const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

describe('a change for the outside', () => {
  it('has its path as text', () => {
    expect(changeValue(aChange({ path: latin1('/中文🙂') }))).toEqual({
      path: '/中文🙂',
      kind: 'added',
      type: 'file',
    })
  })

  it('writes the root as a slash', () => {
    expect(changeValue(aChange({ path: '', kind: 'modified', type: 'directory' }))).toEqual({
      path: '/',
      kind: 'modified',
      type: 'directory',
    })
    expect(shownPath(rootPath)).toEqual({ path: '/' })
    expect(shownName(rootPath)).toBe('/')
    expect(pathFrom(pathValue(rootPath))).toBe(rootPath)
  })

  it('has the exact bytes beside it where they are not UTF-8', () => {
    const value = changeValue(aChange({ path: '/caf\xe9' }))
    expect(value.path).toBe('/caf\ufffd')
    expect(Buffer.from(value.pathBytes ?? '', 'base64').toString('latin1')).toBe('/caf\xe9')
  })

  it.each([0, 999, 1000, 1_795_477_135_646, -1, -1001, 253_402_300_800_123])(
    'writes the time %d as ISO 8601',
    (time) => {
      expect(changeValue(aChange({ path: '/f', modifiedAt: time })).modifiedAt).toBe(
        new Date(time).toISOString(),
      )
    },
  )

  it('writes a time beyond all calendars as the last one there is', () => {
    expect(changeValue(aChange({ path: '/f', modifiedAt: 1e20 })).modifiedAt).toBe(
      '+275760-09-13T00:00:00.000Z',
    )
  })
})
