import { expect, it } from 'vitest'
import { bytePath } from '../../../../electron/core/base/byte-path'
import type { ContainerMount } from '../../../../electron/core/containers/container'
import { failed } from '../../../../electron/core/base/failure'
import type { PathStat } from '../../../../electron/engine/engine'
import { followedPaths } from '../../../../electron/session/mounts/followed-links'
import { asPath, linksThroughEngine, mountOver } from '../../../../electron/session/mounts/mount-places'
import { fakeEngine } from '../../../builders/engines/fake-engine'

const { signal } = new AbortController()
const facts = { mode: 0o777, size: 1, modifiedAt: 0 }

/** As engines answer: where a link ends, all others on the way followed. */
const engine = fakeEngine({
  pathStat: (_, path) => {
    const leadsTo = { '/var/run': '/run', '/first': '/data', '/top': '' }[path as string]
    if (path === '/forbidden') return Promise.reject(failed('engine-failed', '403'))
    const stat: PathStat | undefined =
      leadsTo === undefined ? undefined : { ...facts, type: 'symlink', leadsTo: bytePath(leadsTo) }
    return Promise.resolve(stat)
  },
})

it.each([
  ['/var/run/app', '/run/app'],
  ['/first/deep/app', '/data/deep/app'],
  ['/top/app', '/app'],
  ['/forbidden/app', '/forbidden/app'],
])('by what an engine says of links, %s lies at %s', async (path, place) => {
  const look = linksThroughEngine(engine, 'web', signal)
  expect((await followedPaths([bytePath(path)], look)).get(bytePath(path))).toBe(place)
})

it('finds the innermost mount that a path is in', () => {
  const mount: ContainerMount = { type: 'volume', source: '', destination: '', writable: true }
  const placed = ['/outer', '/outer/in/ner', '/file', ''].map((place) => ({ mount, place: bytePath(place) }))
  const over = (path: string) => mountOver(bytePath(path), placed)?.place
  expect(over('/outer')).toBe('/outer')
  expect(over('/outer/in/other')).toBe('/outer')
  expect(over('/outer/in/ner/deep')).toBe('/outer/in/ner')
  expect(over('/file')).toBe('/file')
  expect(over('/outermost')).toBeUndefined()
  expect(over('/')).toBeUndefined()
})

it('takes a path as an engine tells it, by its bytes', () => {
  expect(['/a//b/./c/', '/', '/öd', '/with space'].map(asPath)).toEqual([
    '/a/b/c',
    '',
    Buffer.from('/öd').toString('latin1'),
    '/with space',
  ])
})
