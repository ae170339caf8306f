import { expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import { followedPaths } from '../../../../electron/session/mounts/followed-links'

const links: Readonly<Record<string, string>> = {
  '/var/run': '/run',
  '/run/inner': 'deep/er',
  '/first': 'second',
  '/second': 'srv/data',
  '/srv/data': '../data',
  '/away': '../../../../opt',
  '/root': '/',
  '/loop': 'other',
  '/other': '/loop',
  '/self': '.',
}

async function followed(path: string) {
  const asked: string[][] = []
  const places = await followedPaths([bytePath(path)], (paths) => {
    asked.push([...paths])
    const found = paths.flatMap((one) => (links[one] === undefined ? [] : [[one, links[one]] as const]))
    return Promise.resolve(new Map(found))
  })
  return { place: places.get(bytePath(path)), asked }
}

it.each([
  ['/var/run/app', '/run/app'],
  ['/var/run/inner/app', '/run/deep/er/app'],
  ['/first/deep/app', '/data/deep/app'],
  ['/srv/data', '/data'],
  ['/away/app', '/opt/app'],
  ['/root/app', '/app'],
  ['/root', ''],
  ['/self/self/app', '/app'],
  ['/not/there', '/not/there'],
  ['/var/missing', '/var/missing'],
  ['/loop/app', '/loop/app'],
  ['', ''],
])('%s lies at %s', async (path, place) => {
  expect((await followed(path)).place).toBe(place)
})

it('asks once where there is no link, and never twice for one path', async () => {
  expect((await followed('/a/b/c')).asked).toEqual([['/a', '/a/b', '/a/b/c']])
  const { asked } = await followed('/first/first/app')
  expect(new Set(asked.flat()).size).toBe(asked.flat().length)
})
