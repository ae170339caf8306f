import { expect, it } from 'vitest'
import { dockerApi } from '../../../../electron/engine/docker/api'
import { dockerEngine } from '../../../../electron/engine/docker/docker-engine'
import type { Engine } from '../../../../electron/engine/engine'
import type { EngineHttp } from '../../../../electron/engine/http/http'

const { signal } = new AbortController()

/** An engine that answers every question with this. */
function engineOf(answer: unknown): Engine {
  const body = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer))
  const http = {
    send: () => Promise.resolve({ status: 200, headers: {}, body }),
    distrust: () => undefined,
  }
  return dockerEngine(dockerApi(http as unknown as EngineHttp, '1.43'))
}

const container = (number: number, labels: Record<string, string> = {}) => ({
  Id: String(number).padStart(64, '0'),
  Names: [`/web-${number}`],
  Image: 'nginx:1',
  ImageID: `sha256:${'a'.repeat(64)}`,
  State: 'running',
  Status: 'Up 2 hours',
  Created: 1_700_000_000 + number,
  Labels: labels,
})
const image = (number: number) => ({
  Id: `sha256:${String(number).padStart(64, '0')}`,
  RepoTags: [`app:${number}`],
  Size: number,
  Created: 1_700_000_000 + number,
  ParentId: '',
  Labels: { maintainer: 'x'.repeat(800) },
})
const many = <Value>(made: (number: number) => Value): Value[] =>
  Array.from({ length: 10_000 }, (_, number) => made(number))
const padded = (number: number) => container(number, { note: `[{"}],${'é'.repeat(400)}` })

/** How often other work had its turn while this was done. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let [turns, isOver] = [0, false]
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await work
  isOver = true
  return turns
}

it('reads ten thousand containers in parts, between which other work has its turn', async () => {
  const listed = engineOf(many(padded)).containers({ all: true }, signal)
  expect(await turnsDuring(listed)).toBeGreaterThan(40)
  const containers = await listed
  expect(containers.map(({ name }) => name)).toEqual(many((number) => `web-${number}`))
  // What one alone is read as.
  expect(containers[9999]).toEqual((await engineOf([padded(9999)]).containers({ all: true }, signal))[0])
})

it('reads ten thousand images in parts, between which other work has its turn', async () => {
  const listed = engineOf(many(image)).images({}, signal)
  expect(await turnsDuring(listed)).toBeGreaterThan(40)
  const images = await listed
  expect(images.map(({ size }) => size)).toEqual(many((number) => number))
  expect(images[9999]).toEqual((await engineOf([image(9999)]).images({}, signal))[0])
})

it.each([
  ['nothing', 'null'],
  ['an empty list', '[]\n'],
])('takes %s for no containers', async (_, answer) => {
  expect(await engineOf(answer).containers({ all: true }, signal)).toEqual([])
})

it('reads a container whose labels are larger than all others together', async () => {
  const labels = { manifest: 'x'.repeat(4_000_000) }
  const containers = [...many(container).slice(0, 500), container(7000, labels), container(7001)]
  const names = (await engineOf(containers).containers({ all: true }, signal)).map(({ name }) => name)
  expect(names).toHaveLength(502)
  expect(names.slice(-2)).toEqual(['web-7000', 'web-7001'])
})

it.each([
  ['ends in the middle of it', JSON.stringify(many(padded)).slice(0, -1)],
  ['has one that is none near its end', JSON.stringify([...many(padded), { Id: 7 }])],
  ['has labels that are none', JSON.stringify([...many(padded), { ...container(1), Labels: { one: 1 } }])],
  ['is no list', JSON.stringify({ containers: many(padded) })],
])('fails where a long list %s, and gives no part of it', async (_, answer) => {
  const listed = engineOf(answer).containers({ all: true }, signal)
  await expect(listed).rejects.toMatchObject({ failure: { kind: 'engine-answer-invalid' } })
})

it('stops reading a long list with its caller', async () => {
  const caller = new AbortController()
  const listed = engineOf(many(padded)).containers({ all: true }, caller.signal)
  setImmediate(() => {
    caller.abort()
  })
  await expect(listed).rejects.toMatchObject({ failure: { kind: 'cancelled' } })
})

const inspected = (labels: unknown) => ({
  Id: `sha256:${'a'.repeat(64)}`,
  RootFS: { Layers: [] },
  Config: { Labels: labels },
})

it('reads an image with a hundred thousand labels', async () => {
  const labels = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, number) => [`label-${number}`, 'some text']),
  )
  const { config, raw } = await engineOf(inspected(labels)).image('huge', signal)
  expect(config.labels).toEqual(labels)
  expect(raw).toContain('"label-99999":"some text"')
})

it('refuses a document that is too large by its size and with what to do', async () => {
  const huge = engineOf(inspected({ note: 'x'.repeat(9_000_000) })).image('huge', signal)
  await expect(huge).rejects.toMatchObject({
    failure: {
      kind: 'too-large',
      message: expect.stringContaining('has 9 MB, and no more than 8 MB are read') as string,
      remedy: expect.any(String) as string,
    },
  })
})
