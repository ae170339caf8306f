import { rename, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { startContainer } from '../../engines/docker/containers'
import { importImage } from '../../engines/images/images'
import { startEngine, type PrivateEngine } from '../../engines/engine/private-engine'
import { eventually } from '../../engines/wait'

// Engines are ended, started and found again.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

// Docker 20.10 and 26.1, one after the other behind one path, as after an upgrade and after going back.
let older: PrivateEngine
let newer: PrivateEngine
let socketPath: string
let lamina: LaminaUnderTest

beforeAll(async () => {
  ;[older, newer] = await Promise.all([startEngine('docker-20'), startEngine('docker-26')])
  socketPath = join(older.host.folder, 'switched.sock')
  for (const engine of [older, newer]) {
    await importImage(engine.docker, 'base:1')
    await startContainer(engine.docker, { name: `in-${engine.kind}`, image: 'base:1' })
  }
  await leadTo(older)
  lamina = await laminaUnderTest({ dockerHost: `unix://${socketPath}` })
})

afterAll(async () => {
  await lamina.close()
  await Promise.all([older.stop(), newer.stop()])
})

async function leadTo(engine: PrivateEngine): Promise<void> {
  await symlink(engine.socketPath, `${socketPath}.new`)
  await rename(`${socketPath}.new`, socketPath)
}

const seen = async () => {
  const [{ version }, containers] = await Promise.all([
    lamina.value('hosts.describe', { hostId: 'local' }),
    lamina.value('containers.list', { hostId: 'local', all: true }),
  ])
  return { version: version.split('.')[0], names: containers.map(({ name }) => name) }
}
const ofOlder = { version: '20', names: ['in-docker-20'] }
const ofNewer = { version: '26', names: ['in-docker-26'] }

test('an upgraded engine of a host that is not followed is described as what it is', async () => {
  expect(await seen()).toEqual(ofOlder)
  await older.end()
  await leadTo(newer)
  expect(await eventually(() => seen().catch(() => undefined), { what: 'an answer' })).toEqual(ofNewer)
  await older.start()
})

test('one that takes the place of another that lives on is noticed by its first answer', async () => {
  expect((await seen()).version).toBe('26')
  await leadTo(older)
  // As long as they last, connections lead to whom they were opened to; more at once need a new one.
  const both = await eventually(
    async () => {
      await Promise.allSettled([1, 2, 3, 4, 5, 6].map(seen))
      const now = await seen().catch(() => undefined)
      return now?.version === '20' ? now : undefined
    },
    { within: 100_000, what: 'the other engine to be noticed' },
  )
  expect(both).toEqual(ofOlder)
})

test('a host that is followed tells that its engine is another version', async () => {
  await lamina.value('hosts.connect', { hostId: 'local' })
  const changes = lamina.events('host.changed')
  await leadTo(newer)
  await older.end()
  await eventually(() => changes.some(({ description }) => description?.version.startsWith('26.') === true), {
    within: 100_000,
    every: 50,
    what: 'the newer version to be told',
  })
  expect(await seen()).toEqual(ofNewer)
  await leadTo(older)
  await older.start()
  await newer.end()
  await eventually(() => changes.at(-1)?.description?.version.startsWith('20.') === true, {
    within: 100_000,
    every: 50,
    what: 'the older version to be told',
  })
  expect((await seen()).version).toBe('20')
})
