import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { sameMachineOverSsh } from '../../builders/same-machine'
import { removeContainers, removeImages, startContainer } from '../../engines/containers'
import { engineProxy } from '../../engines/engine-proxy'
import { manyFilesTar } from '../../engines/many-files-tar'
import { baseImage, sharedEngine, uniqueName } from '../../engines/shared-engine'
import { eventually } from '../../engines/wait'
import { readerContainers } from '../content/content-container'

// Comparisons that are left in the middle.
const engine = sharedEngine()
const container = uniqueName('left-against')
const snapshot = `${uniqueName('left-against')}:1`
let lamina: LaminaUnderTest
let dataRoot: string

beforeAll(async () => {
  lamina = await laminaUnderTest(engine)
  await startContainer(engine.docker, { name: container, image: baseImage })
  const input = manyFilesTar('data', 20_000)
  await engine.docker(['exec', '--interactive', container, 'tar', '-x', '-C', '/'], { input })
  await engine.docker(['commit', container, snapshot])
  dataRoot = (await engine.docker(['info', '--format', '{{.DockerRootDir}}'])).stdout.trim()
})

afterAll(async () => {
  await lamina.close()
  await removeContainers(engine.docker, container)
  await removeImages(engine.docker, snapshot)
})

afterEach(async () => {
  expect(await readerContainers()).toEqual([])
})

/** Commands that look at layers. */
function readingLayers(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
        const isTool = /^(?:find|stat|sha256sum|tar|getfattr)\0/.test(line)
        const place = `${line} ${readlinkSync(`/proc/${pid}/cwd`)}`
        return isTool && place.includes(`${dataRoot}/overlay2/`) ? [line] : []
      } catch {
        return []
      }
    })
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
    const progress = lamina.events('changes.progressed')
    const input = { hostId, containerId: container, against: snapshot, lens: 'host' } as const
    const { listingId } = await lamina.value('changes.open', input)
    await eventually(() => readingLayers().length > 0, { every: 1, what: 'the comparison to read layers' })
    await lamina.value('changes.close', { listingId })
    expect(progress.filter((one) => one.listingId === listingId && one.state !== 'reading')).toEqual([])
    await eventually(() => readingLayers().length === 0, { within: 10_000, what: 'the commands to end' })
  },
)

test('a comparison through the engine that is closed while it reads leaves no container', async () => {
  const { listingId } = await lamina.value('changes.open', {
    hostId: 'local',
    containerId: container,
    against: snapshot,
    lens: 'engine',
  })
  await eventually(async () => (await readerContainers()).length > 0, { what: 'the image to be read' })
  await lamina.value('changes.close', { listingId })
  await eventually(async () => (await readerContainers()).length === 0, { what: 'the container to go' })
})

test('a comparison whose archive is cut off fails and leaves no container', async () => {
  const proxy = await engineProxy(engine.socketPath)
  const proxied = await laminaUnderTest(proxy)
  onTestFinished(async () => {
    await proxied.close()
    await proxy.close()
  })
  proxy.interfere(/archive/, async (_asked, answer, pass) => {
    const { body } = await pass()
    answer
      .writeHead(200, { 'Content-Length': body.length })
      .write(body.slice(0, 4096), () => answer.destroy())
  })
  const progress = proxied.events('changes.progressed')
  const input = { hostId: 'local', containerId: container, against: snapshot, lens: 'engine' } as const
  const { listingId } = await proxied.value('changes.open', input)
  const last = await eventually(
    () => progress.find((one) => one.listingId === listingId && one.state !== 'reading'),
    { within: 50_000, what: 'the listing to end' },
  )
  expect(last).toMatchObject({
    state: 'failed',
    failure: { kind: expect.stringMatching(/^engine-/) as string },
  })
})
