import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseTaggableReference, repositoryOf } from '../../electron/core/image-reference'
import { oneOf, seededRandom } from '../builders/random'
import { importImage } from '../engines/images'
import { startPrivateDocker, type PrivateDocker } from '../engines/private-docker'

// An engine of its own: hundreds of names would come and go in everybody's lists, and as many events be heard.
let engine: PrivateDocker
const baseImage = 'base:1'

beforeAll(async () => {
  engine = await startPrivateDocker()
  await importImage(engine.docker, baseImage)
})

afterAll(() => engine.stop())

/** Pieces that names are made of, and pieces that break them. */
const pieces = [
  'a',
  'Z',
  '0',
  'web',
  'host',
  'localhost',
  '.',
  '..',
  '_',
  '__',
  '___',
  '-',
  '--',
  '/',
  '//',
  ':',
  ':5000',
  ' ',
  'é',
]

/** What the engine itself says of a name: its tag call parses with the distribution project's own package. */
async function engineAccepts(repository: string, tag: string): Promise<boolean> {
  const query = new URLSearchParams({ repo: repository, tag }).toString()
  const path = `/v1.41/images/${encodeURIComponent(baseImage)}/tag?${query}`
  const status = await new Promise<number>((resolve, reject) => {
    const call = request({ socketPath: engine.socketPath, method: 'POST', path }, (answer) => {
      answer.resume()
      answer.once('end', () => {
        resolve(answer.statusCode ?? 0)
      })
    })
    call.once('error', reject)
    call.end()
  })
  expect([201, 400, 500]).toContain(status)
  return status === 201
}

test('a name is taken for good exactly when the engine takes it', { timeout: 300_000 }, async () => {
  const random = seededRandom(20_261_123)
  const disagreements: string[] = []
  let accepted = 0
  for (let round = 0; round < 2_000; round += 1) {
    const length = 1 + Math.floor(random() * 6)
    const name = Array.from({ length }, () => oneOf(random, pieces)).join('')
    // The engine takes name and tag apart from each other; a colon in the last segment would be a tag of its own there.
    if (name.slice(name.lastIndexOf('/') + 1).includes(':')) continue
    // Engines since 23.0 take a first segment with capitals for a host, older ones refuse it.
    if (/^[^/.:]*[A-Z][^/.:]*\//.test(name)) continue
    const text = `${name}:tag`
    const parsed = parseTaggableReference(text)
    const repository = parsed.ok ? repositoryOf(parsed.reference) : name
    const tag = parsed.ok ? (parsed.reference.tag ?? '') : 'tag'
    const takes = await engineAccepts(repository, tag)
    if (takes) accepted += 1
    if (takes !== parsed.ok) disagreements.push(text)
  }
  expect(disagreements).toEqual([])
  expect(accepted).toBeGreaterThan(100)
})
