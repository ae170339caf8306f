import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failed, FailureError } from '../../../../electron/core/base/failure'
import { dockerApi } from '../../../../electron/engine/docker/api'
import { eventsFrom } from '../../../../electron/engine/docker/events'
import { dockerEngine } from '../../../../electron/engine/docker/docker-engine'
import type { Engine } from '../../../../electron/engine/engine'
import type { EngineEvent } from '../../../../electron/engine/engine-events'
import { EngineHttp } from '../../../../electron/engine/http/http'
import { allOf } from '../../../engines/all-of'
import { transportTo } from '../replayed-engine'

const { signal } = new AbortController()
const id = 'a'.repeat(64)

/** An engine that answers everything with these parts. */
async function engineThatSays(...parts: readonly string[]): Promise<Engine> {
  const server = createServer((_, answer) => {
    for (const part of parts) answer.write(part)
    answer.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const http = new EngineHttp(transportTo((server.address() as AddressInfo).port), '/socket')
  onTestFinished(async () => {
    http.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return dockerEngine(dockerApi(http, '1.43'))
}

const container = { Id: id, Image: 'i', ImageID: 'i', State: 'running', Status: 'Up' }
const image = { Id: id, RepoTags: [] }
const inspected = {
  Id: id,
  Name: '/web',
  Image: 'i',
  Created: '2026-01-01T00:00:00Z',
  State: { Status: 'running' },
  Config: { Image: 'i' },
}
const text = (value: object, more: string) => JSON.stringify(value).replace(/}$/, `,${more}}`)
const invalid = {
  failure: {
    kind: expect.stringMatching(/^(engine-answer-invalid|too-large)$/) as string,
    message: expect.any(String) as string,
  },
}

async function heardOf(engine: Engine): Promise<void> {
  for await (const event of await engine.events({}, signal)) expect(event).toBeDefined()
}

/** What an engine is not told to be, where that cannot be read, is why. */
async function untold(engine: Engine): Promise<never> {
  const { untold } = await engine.describe(signal)
  throw new FailureError(untold ?? failed('internal', 'It was told.').failure)
}

const asks: readonly (readonly [string, (engine: Engine) => Promise<unknown>])[] = [
  ['containers', (engine) => engine.containers({ all: true }, signal)],
  ['images', (engine) => engine.images({}, signal)],
  ['a container', (engine) => engine.container(id, signal)],
  ['an image', (engine) => engine.image(id, signal)],
  ['the history of an image', (engine) => engine.history(id, signal)],
  ['changes', async (engine) => allOf(await engine.changes(id, signal))],
  ['what it is', untold],
  ['events', heardOf],
]

const mebibyte = 'x'.repeat(1024 * 1024)
const many = (part: string, times: number) => Array.from({ length: times }, () => part)

describe.each(asks)('what is no answer when asked for %s', (_, ask) => {
  test.each<[string, readonly string[]]>([
    ['brackets', many('['.repeat(100_000), 10)],
    ['objects in objects', many('{"a":'.repeat(100_000), 10)],
    ['a list in lists', ['['.repeat(30_000), ']'.repeat(30_000)]],
    ['one text of a hundred megabytes', ['[{"Id":"', ...many(mebibyte, 100), '"}]']],
    ['millions of numbers', ['[0', ...many(',0'.repeat(500_000), 10), ']']],
    ['millions of commas', ['[', ...many(','.repeat(500_000), 10), ']']],
    ['NaN', ['[{"Id":NaN,"Created":NaN,"Size":NaN}]']],
    ['two answers', [JSON.stringify([]), JSON.stringify([])]],
    ['a number', ['1e999']],
  ])('is refused: %s', async (__, parts) => {
    await expect(ask(await engineThatSays(...parts))).rejects.toMatchObject(invalid)
  })
})

describe('an answer with more in it than an engine says', () => {
  test('is taken for what it says, and changes nothing else', async () => {
    const poison =
      '"__proto__":{"polluted":true,"Labels":{"a":"b"}},"constructor":{"prototype":{"polluted":true}}'
    const containers = await engineThatSays(`[${text({ ...container, Created: 1 }, poison)}]`)
    expect(await containers.containers({ all: true }, signal)).toMatchObject([{ id, state: 'running' }])
    const one = await engineThatSays(text(inspected, poison))
    expect(await one.container(id, signal)).toMatchObject({ id, name: 'web' })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('has the last of two values of one name', async () => {
    const engine = await engineThatSays(`[${text({ ...container, Created: 1 }, '"State":"exited"')}]`)
    expect(await engine.containers({ all: true }, signal)).toMatchObject([{ state: 'exited' }])
  })

  test('is shown to its last word, however deep and long it is', async () => {
    const deep = `"More":${'['.repeat(50)}${'0,'.repeat(150_000)}0${']'.repeat(50)}`
    const engine = await engineThatSays(text(inspected, deep))
    const { raw } = await engine.container(id, signal)
    expect(JSON.parse(raw)).toHaveProperty('More')
    expect(raw.length).toBeLessThan(2_000_000)
  })
})

describe('a moment or a size that there cannot be', () => {
  test.each(['1e300', '-1e300', '8.64e15', '-1', '0', '1.5'])('is borne: %s', async (number) => {
    const containers = await engineThatSays(`[${text(container, `"Created":${number}`)}]`)
    const [one] = await containers.containers({ all: true }, signal)
    expect(one?.createdAt).toEqual(expect.any(String))
    const images = await engineThatSays(`[${text({ ...image, Created: 1 }, `"Size":${number}`)}]`)
    expect(await images.images({}, signal)).toHaveLength(1)
  })

  test.each(['1e999', '-1e999', '"12"', 'true', '[]'])('is refused: %s', async (number) => {
    const engine = await engineThatSays(`[${text(container, `"Created":${number}`)}]`)
    await expect(engine.containers({ all: true }, signal)).rejects.toMatchObject(invalid)
  })
})

test('events of before that have no end are given up', async () => {
  const event = `${JSON.stringify({ Type: 'container', Action: 'start', Actor: { ID: id } })}\n`
  const engine = await engineThatSays(...many(event.repeat(1000), 101))
  await expect(engine.pastEvents(id, signal)).rejects.toMatchObject(invalid)
})

test('an event is heard in however many parts it comes, also the last one without its end', async () => {
  const event = JSON.stringify({ Type: 'container', Action: 'stärt', Actor: { ID: id } })
  async function* singly(): AsyncGenerator<Buffer> {
    for (const byte of Buffer.from(`\n${event}\n\n${event}`)) yield await Promise.resolve(Buffer.from([byte]))
  }
  const heard: EngineEvent[] = []
  for await (const one of eventsFrom(singly(), signal)) heard.push(one)
  expect(heard).toEqual(Array(2).fill({ type: 'container', action: 'stärt', id }))
})

test('other work goes on while a long list is read', async () => {
  const one = text({ ...container, Created: 1 }, `"Labels":{"a":"${'x'.repeat(1000)}"}`)
  const engine = await engineThatSays('[', ...many(`${one},`, 20_000), one, ']')
  let turns = 0
  let isRead = false
  const listed = engine.containers({ all: true }, signal).finally(() => (isRead = true))
  const counting = (async () => {
    while (!isRead) {
      turns += 1
      await nextTurn()
    }
  })()
  expect(await listed).toHaveLength(20_001)
  await counting
  expect(turns).toBeGreaterThan(80)
})
