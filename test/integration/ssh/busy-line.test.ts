import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runInContainer } from '../../engines/docker/containers'
import { manyFilesScript } from '../../engines/images/images'
import { startPrivateDocker, type PrivateDocker } from '../../engines/docker/private-docker'
import { eventually } from '../../engines/wait'
import {
  behindSlowLine,
  expectSmallAnswersSoon,
  large,
  makeLargeContainers,
  saving,
  unhindered,
} from './slow-host'

// What is slow here is so on purpose.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

let engine: PrivateDocker
let digest: string

beforeAll(async () => {
  engine = await startPrivateDocker()
  digest = await makeLargeContainers(engine)
})

afterAll(() => engine.stop())

describe.each(['host', 'engine'] as const)('While a file comes through the %s lens,', (lens) => {
  test('lists, details and events come soon, no silence is told, and the file comes whole', async () => {
    const host = await behindSlowLine(engine)
    const states = host.lamina.events('host.changed')
    const save = await saving(host, { lens })
    await expectSmallAnswersSoon(host, engine)
    expect(states).toEqual([])
    host.line.toClient.bytesPerSecond = unhindered
    expect(await save.done).toMatchObject({ bytes: large, through: lens })
    expect(await save.digest()).toBe(digest)
  })
})

test('two files at once leave room for lists, and share the line', async () => {
  const host = await behindSlowLine(engine)
  const saves = [
    await saving(host, { lens: 'host' }),
    await saving(host, { containerId: 'other', path: '/i/large', side: 'lower', lens: 'engine' }),
  ]
  await expectSmallAnswersSoon(host, engine)
  host.line.toClient.bytesPerSecond = unhindered
  for (const save of saves) {
    expect(await save.done).toMatchObject({ bytes: large })
    expect(await save.digest()).toBe(digest)
  }
})

test('a listing of very many paths leaves room for lists', async () => {
  await runInContainer(engine.docker, 'other', manyFilesScript('/many', 60_000))
  const host = await behindSlowLine(engine)
  const { lamina, line, hostId } = host
  const told = lamina.events('changes.progressed')
  const before = line.toClient.bytes
  const { listingId } = await lamina.value('changes.open', { hostId, containerId: 'other', lens: 'host' })
  await eventually(() => line.toClient.bytes - before > 300_000, { what: 'rows to come' })
  await expectSmallAnswersSoon(host, engine)
  expect(told.at(-1)).toMatchObject({ listingId, state: 'reading' })
  line.toClient.bytesPerSecond = unhindered
  line.toTarget.bytesPerSecond = unhindered
  await eventually(() => told.at(-1)?.state === 'complete', { what: 'the listing' })
})

test('one session at once is enough where streams are forwarded', async () => {
  const host = await behindSlowLine(engine, { config: ['MaxSessions 1'] })
  await saving(host, { lens: 'engine' })
  await expectSmallAnswersSoon(host, engine)
})

test('a connection that breaks while much comes is made anew while the next file comes', async () => {
  const host = await behindSlowLine(engine)
  const states = host.lamina.events('host.changed')
  const save = await saving(host)
  host.line.cut()
  await expect(save.done).rejects.toThrow(/connection-lost/)
  await eventually(() => states.at(-1)?.state === 'connected', { what: 'the host to be back' })
  await saving(host)
  await expectSmallAnswersSoon(host, engine)
})
