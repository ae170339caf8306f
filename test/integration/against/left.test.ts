import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh } from '../../builders/same-machine'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../engines/docker/containers'
import { engineProxy, type EngineProxy } from '../../engines/engine/engine-proxy'
import { holdFile } from '../../engines/held/held-file'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { eventually } from '../../engines/wait'
import { readerContainers } from '../content/content-container'

// Comparisons that are left in the middle.
const engine = sharedEngine()
const container = uniqueName('left-against')
const snapshot = `${uniqueName('left-against')}:1`
let lamina: LaminaUnderTest
/** The directory of the container's own layer, which no other container reads. */
let upper: string
let containerId: string

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  containerId = await startContainer(engine.docker, { name: container, image: baseImage })
  // Equal files are read on both sides to see that they are.
  await runInContainer(
    engine.docker,
    container,
    'mkdir /data; echo one >/data/equal; echo two >/data/changed',
  )
  await engine.docker(['commit', container, snapshot])
  await runInContainer(
    engine.docker,
    container,
    'echo longer >/data/changed; mkdir /new; echo three >/new/file',
  )
  const format = '{{.GraphDriver.Data.UpperDir}}'
  upper = (await engine.docker(['inspect', '--format', format, container])).stdout.trim()
})

afterAll(async () => {
  await lamina.close()
  await removeContainers(engine.docker, container)
  await removeImages(engine.docker, snapshot)
})

afterEach(async () => {
  expect(await readerContainers()).toEqual([])
})

/** Commands that look at the container's layer. */
function readingLayers(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
        const isTool = /^(?:find|stat|sha256sum|tar|getfattr)\0/.test(line)
        const place = `${line} ${readlinkSync(`/proc/${pid}/cwd`)}`
        return isTool && place.includes(upper) ? [line] : []
      } catch {
        return []
      }
    })
}

/** The engine behind a proxy, and a Lamina that asks it. */
async function proxied(): Promise<{ proxy: EngineProxy; lamina: LaminaUnderTest }> {
  const proxy = await engineProxy(engine.socketPath)
  const behind = await laminaUnderTest(proxy)
  onTestFinished(async () => {
    await behind.close()
    await proxy.close()
  })
  return { proxy, lamina: behind }
}

test.each(['this machine', 'a host over SSH'])(
  'a comparison on %s that is closed leaves nothing running',
  async (place) => {
    let hostId = 'local'
    if (place !== 'this machine') {
      const overSsh = await sameMachineOverSsh(lamina, engine.socketPath)
      onTestFinished(() => overSsh.stop())
      hostId = overSsh.hostId
    }
    const held = await holdFile(join(upper, 'data/equal'))
    onTestFinished(() => held.release())
    const progress = lamina.events('changes.progressed')
    const input = { hostId, containerId: container, against: snapshot, lens: 'host' } as const
    const { listingId } = await lamina.value('changes.open', input)
    await held.wanted
    expect(readingLayers()).not.toEqual([])
    await lamina.value('changes.close', { listingId })
    expect(progress.filter((one) => one.listingId === listingId && one.state !== 'reading')).toEqual([])
    await eventually(() => readingLayers().length === 0, { what: 'the commands to end' })
  },
)

test('a comparison through the engine that is closed while it reads leaves no container', async () => {
  const { proxy, lamina: behind } = await proxied()
  const asked = new Promise<void>((resolve) => {
    proxy.interfere(/\/archive\?/, async ({ url = '' }, answer, pass) => {
      // What shows the image is another container; nothing is answered for it.
      if (!url.includes(containerId)) {
        resolve()
        return
      }
      const { status, body } = await pass()
      answer.writeHead(status).end(body)
    })
  })
  const { listingId } = await behind.value('changes.open', {
    hostId: 'local',
    containerId: container,
    against: snapshot,
    lens: 'engine',
  })
  await asked
  expect(await readerContainers()).toHaveLength(1)
  await behind.value('changes.close', { listingId })
  await eventually(async () => (await readerContainers()).length === 0, { what: 'the container to go' })
})

test('a comparison whose archive is cut off fails and leaves no container', async () => {
  const { proxy, lamina: behind } = await proxied()
  proxy.interfere(/archive/, async (_asked, answer, pass) => {
    const { body } = await pass()
    answer
      .writeHead(200, { 'Content-Length': body.length })
      .write(body.slice(0, 4096), () => answer.destroy())
  })
  const progress = behind.events('changes.progressed')
  const input = { hostId: 'local', containerId: container, against: snapshot, lens: 'engine' } as const
  const { listingId } = await behind.value('changes.open', input)
  const last = await eventually(
    () => progress.find((one) => one.listingId === listingId && one.state !== 'reading'),
    { what: 'the listing to end' },
  )
  expect(last).toMatchObject({
    state: 'failed',
    failure: { kind: expect.stringMatching(/^engine-/) as string },
  })
})
