import { expect, test } from 'vitest'
import type { DockerApi } from '../../../../electron/engine/docker/api'
import { hasAllContent } from '../../../../electron/engine/docker/image-content'

const imageId = 'sha256:own'
const signal = new AbortController().signal
const manifestDigest = 'sha256:manifest'
const platform = (Available: boolean, Containers: string[] | null = [], ID = 'sha256:other') => ({
  ID,
  Available,
  Kind: 'image',
  ImageData: { Containers },
})
const attestation = { ID: 'sha256:attestation', Available: true, Kind: 'attestation' }

/** What an engine of that version is asked, and what is made of its answers. */
async function asked(version: string, raw: unknown[], own: { readonly manifestDigest?: string } = {}) {
  const queries: unknown[] = []
  const api = {
    version,
    list(
      element: { parse(value: unknown): unknown },
      made: (some: unknown) => unknown,
      request: { query?: unknown },
    ) {
      queries.push(request.query)
      return Promise.resolve(made(raw.map((one) => element.parse(one))))
    },
  }
  const image = { imageId, containerId: 'web', ...own }
  const whole = await hasAllContent(api as unknown as DockerApi, image, signal)
  return { whole, queries }
}

test('an image that is not listed is incomplete', async () => {
  expect((await asked('1.45', [{ Id: 'sha256:other' }])).whole).toBe(false)
  const found = await asked('1.45', [{ Id: imageId }])
  expect(found).toMatchObject({ whole: true, queries: [{ all: '1' }] })
})

// Engine API 1.47, ImageManifestSummary.
test.each([
  ['one platform is whole', [platform(true)], true],
  ['one platform is not', [platform(false)], false],
  ['a foreign platform is not', [platform(true, ['web']), platform(false)], true],
  ['only a foreign platform is', [platform(false, ['web']), platform(true)], false],
  ['only the attestation is', [platform(false), attestation], false],
])('newer engines say it themselves: %s', async (_, Manifests, whole) => {
  expect(await asked('1.47', [{ Id: imageId, Manifests }])).toMatchObject({
    whole,
    queries: [{ all: '1', manifests: '1' }],
  })
})

// Measured with Docker 28: a platform whose archive is gone is unpacked no more for the engine, and has no containers.
test.each([
  ['its own platform is not', [platform(false, null, manifestDigest), platform(true, null)], false],
  ['its own platform is', [platform(true, null, manifestDigest), platform(false, null)], true],
])('the manifest that a container was made from tells: %s', async (_, Manifests, whole) => {
  expect((await asked('1.51', [{ Id: imageId, Manifests }], { manifestDigest })).whole).toBe(whole)
})
