import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startOf } from '../../../electron/machine/running-process'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { engineProxy, type EngineProxy } from '../../engines/engine/engine-proxy'
import { buildImage } from '../../engines/images/images'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { eventually } from '../../engines/wait'
import { allReaders, readerContainers } from './content-container'

// Containers that are made to read an image, whatever happens meanwhile.
const engine = sharedEngine()
const image = `${uniqueName('readers')}:1`
const container = uniqueName('readers')
let proxy: EngineProxy
let lamina: LaminaUnderTest
const input = {
  hostId: 'local',
  containerId: container,
  path: '/kept/file',
  side: 'lower',
  lens: 'engine',
} as const

beforeAll(async () => {
  const dockerfile = [`FROM ${baseImage}`, 'RUN mkdir /kept && echo lower > /kept/file', 'VOLUME /kept']
  await buildImage(engine.docker, image, dockerfile)
  await startContainer(engine.docker, { name: container, image })
  await runInContainer(engine.docker, container, 'echo upper > /new')
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await removeImages(engine.docker, image)
})

async function opened(): Promise<void> {
  proxy = await engineProxy(engine.socketPath)
  lamina = await laminaUnderTest(proxy)
  onTestFinished(async () => {
    await lamina.close()
    await proxy.close()
  })
}

afterEach(async () => {
  // What was cancelled is removed in the background.
  const areGone = async () => (await readerContainers()).length === 0
  await eventually(areGone, { what: 'the containers that images are read through to be gone' })
})

/** Whether the engine has a volume. */
async function hasVolume(name: string): Promise<boolean> {
  return (await engine.docker(['volume', 'inspect', name], { mayFail: true })).status === 0
}

/** Those that a container was given without a name. */
async function volumesOf(reader: string): Promise<string[]> {
  const format = '{{range .Mounts}}{{.Name}} {{end}}'
  return (await engine.docker(['inspect', '--format', format, reader])).stdout.trim().split(' ')
}

function processOnce(): { pid: number; end: () => Promise<void> } {
  const child = spawn('sleep', ['600'])
  return {
    pid: child.pid ?? 0,
    async end() {
      child.kill()
      await once(child, 'exit')
    },
  }
}

async function leftReader(owner: string): Promise<string> {
  const { stdout } = await engine.docker(['create', '--label', `lamina.reader=${owner}`, image, 'x'])
  return stdout.trim().slice(0, 12)
}

test('the lower version of a volume is read, and neither container nor volume stays', async () => {
  await opened()
  let volumes: string[] = []
  proxy.interfere(/archive/, async (_asked, answer, pass) => {
    const [reader = ''] = await readerContainers()
    volumes = await volumesOf(reader)
    const { status, headers, body } = await pass()
    answer.writeHead(status, headers).end(body)
  })
  const { bytes } = await lamina.value('content.read', input)
  expect(Buffer.from(bytes, 'base64').toString()).toBe('lower\n')
  expect(volumes).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  expect(await hasVolume(volumes[0] ?? '')).toBe(false)
})

test('a reading that fails leaves no container', async () => {
  await opened()
  proxy.interfere(/archive/, (_asked, answer) => {
    answer.writeHead(500, { 'Content-Type': 'application/json' }).end('{"message":"no space"}')
  })
  expect(await lamina.failure('content.read', input)).toMatchObject({
    kind: 'engine-failed',
    message: 'no space',
  })
})

test('an archive that is cut off is a failure and leaves no container', async () => {
  await opened()
  proxy.interfere(/archive/, async (_asked, answer, pass) => {
    const { body } = await pass()
    answer.writeHead(200, { 'Content-Length': body.length }).write(body.slice(0, 514), () => answer.destroy())
  })
  expect((await lamina.failure('content.read', input)).kind).toMatch(/engine-failed|engine-unreachable/)
})

test.each([
  ['while the container is being made', /containers\/create/],
  ['while the archive is being read', /archive/],
])('a reading that is cancelled %s leaves no container', async (_when, path) => {
  await opened()
  const stopping = new AbortController()
  proxy.interfere(path, async (_asked, answer, pass) => {
    const { status, body } = await pass()
    stopping.abort()
    if (!answer.destroyed) answer.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
  })
  const result = await lamina.lamina.call('content.read', input, { signal: stopping.signal })
  expect(result).toMatchObject({ ok: false, failure: { kind: 'cancelled' } })
})

test('a container whose making was not answered is removed before the next reading', async () => {
  await opened()
  let isFirst = true
  proxy.interfere(/containers\/create/, async (_asked, answer, pass) => {
    const { status, body } = await pass()
    if (isFirst) answer.destroy()
    else answer.writeHead(status, { 'Content-Type': 'application/json' }).end(body)
    isFirst = false
  })
  expect(await lamina.failure('content.read', input)).toMatchObject({ kind: 'engine-unreachable' })
  expect(await readerContainers()).toHaveLength(1)
  await lamina.value('content.read', input)
})

test('what a process that died left behind is removed when the host is connected, and nothing of one that lives', async () => {
  await opened()
  const living = processOnce()
  const dead = processOnce()
  await dead.end()
  const kept = await leftReader(`${hostname()}/${living.pid}/1/${startOf(living.pid)}`)
  const ofBefore = await leftReader(`${hostname()}/${living.pid}/1/${startOf(living.pid)}0`)
  const elsewhere = await leftReader('another-machine/1/1')
  const ofDead = await leftReader(`${hostname()}/${dead.pid}/1`)
  const ofMine = await leftReader(`${hostname()}/${process.pid}/1`)
  const made = [kept, elsewhere, ofDead, ofMine, ofBefore]
  await lamina.value('hosts.connect', { hostId: 'local' })
  const left = await eventually(
    async () => {
      const all = (await allReaders()).map(({ id }) => id)
      return (
        ![ofDead, ofMine, ofBefore].some((id) => all.includes(id)) && made.filter((id) => all.includes(id))
      )
    },
    { what: 'what was left behind to be removed' },
  )
  expect(left).toEqual([kept, elsewhere])
  await living.end()
  await removeContainers(engine.docker, kept, elsewhere)
})

test('lists of containers leave them out', async () => {
  await opened()
  const reader = await leftReader('another-machine/1/1')
  const all = await lamina.value('containers.list', { hostId: 'local', all: true })
  expect(all.some(({ name }) => name === container)).toBe(true)
  expect(all.some(({ id }) => id.startsWith(reader))).toBe(false)
  await removeContainers(engine.docker, reader)
})
