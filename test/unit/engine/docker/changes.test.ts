import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { failed } from '../../../../electron/core/base/failure'
import type { DockerApi } from '../../../../electron/engine/docker/api'
import { listChanges } from '../../../../electron/engine/docker/changes'
import { allOf } from '../../../engines/all-of'

// The first two as Docker 20.10 said them here, of a container that made and removed directories meanwhile; the third is Docker 18.03's
// (docker/for-linux, issue 307).
const complaints = [
  'readdirent: no such file or directory',
  'open /data/overlay2/21b7/merged/busy/d/e: no such file or directory',
  'stat /data/overlay2/9daf/diff/var/cache: not a directory',
]

/** Lists through an engine that refuses with these messages, one after the other, before it answers. */
function listing(refusals: string[]) {
  const left = [...refusals]
  let asked = 0
  const http = {
    parts: (answer: Readable) => answer,
    open() {
      asked += 1
      const message = left.shift()
      if (message !== undefined) return Promise.reject(failed('engine-failed', message))
      return Promise.resolve(Readable.from([Buffer.from('[{"Path":"/e'), Buffer.from('tc","Kind":0}]\n')]))
    },
  }
  const api = { http, path: (path: string) => path }
  const done = listChanges(api as unknown as DockerApi, 'web', new AbortController().signal).then(allOf)
  return { done, asked: () => asked }
}

test.each(complaints)('the engine is asked again after: %s', async (complaint) => {
  const { done, asked } = listing([complaint, complaint])
  expect(await done).toEqual([{ path: '/etc', kind: 'modified', type: 'unknown' }])
  expect(asked()).toBe(3)
})

test('it is not asked without an end', async () => {
  const { done, asked } = listing(Array<string>(9).fill('readdirent: no such file or directory'))
  await expect(done).rejects.toMatchObject({
    failure: {
      kind: 'engine-failed',
      message: expect.stringMatching(/5 times: readdirent: no such file or directory$/) as string,
    },
  })
  expect(asked()).toBe(5)
})

test('another failure is told at once', async () => {
  const { done, asked } = listing(['layer does not exist'])
  await expect(done).rejects.toMatchObject({ failure: { message: 'layer does not exist' } })
  expect(asked()).toBe(1)
})
