import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dataFolder } from '../../../electron/storage/data-folder'

it.each([
  ['/data', '/data'],
  ['data', join(process.cwd(), 'data')],
  ['../data/', join(process.cwd(), '../data').replace(/\/$/, '')],
])('LAMINA_DATA_DIR=%s is %s', (value, folder) => {
  expect(dataFolder({ LAMINA_DATA_DIR: value })).toBe(folder)
})

it('without a value it is where the system keeps data', () => {
  const usual = dataFolder({})
  expect(usual).toMatch(/^\/.*lamina$/)
  expect(dataFolder({ LAMINA_DATA_DIR: '' })).toBe(usual)
})
