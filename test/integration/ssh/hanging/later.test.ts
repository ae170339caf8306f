import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../../builders/lamina-under-test'
import { hopTo, transportOver } from '../../../builders/hosts/ssh-host'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
} from '../../../engines/docker/containers'
import { hangFileSystem } from '../../../engines/faults/hanging-file-system'
import { haltScript, heldFind, madeByHaltScript } from '../../../engines/held/held-find'
import { type PrivateSshdOptions, startPrivateSshd } from '../../../engines/ssh/private-sshd'
import { baseImage, nineLayersImage, sharedEngine, uniqueName } from '../../../engines/docker/shared-engine'
import { eventually } from '../../../engines/wait'

// A host that answered for a while, and then hangs: the engine goes on for it.
const engine = sharedEngine()
const [container, other] = [uniqueName('later'), uniqueName('later')]
const kept: string[] = []

beforeAll(async () => {
  for (const name of [container, other]) {
    await startContainer(engine.docker, { name, image: baseImage })
    await runInContainer(engine.docker, name, 'mkdir /new; echo one > /new/file; rm /bin/cat')
  }
})

afterAll(async () => {
  await removeContainers(engine.docker, container, other)
  await removeImages(engine.docker, ...kept)
})

/** A host with the host lens, of which silence is waited for as long as a busy machine may need for a word. */
async function hostWith(options: PrivateSshdOptions = {}) {
  const sshd = await startPrivateSshd(options)
  onTestFinished(() => sshd.stop())
  const identityFile = await sshd.makeKey('ed25519')
  await sshd.authorize('root', identityFile)
  const commandLimits = { silentFor: 3_000 }
  const lamina = await laminaUnderTest({ dockerHost: 'unix:///nonexistent/engine.sock', commandLimits })
  onTestFinished(() => lamina.close())
  const input = {
    host: sshd.address('root', engine.socketPath),
    identityFile,
    knownHostsFile: sshd.knownHostsFile,
  }
  const { hostId, hostLens } = await lamina.value('hosts.connect', input)
  expect(hostLens).toMatchObject({ works: true })
  const hang = async () => {
    const transport = transportOver(hopTo(sshd, { identityFiles: [identityFile] }))
    await hangFileSystem(transport, engine.dataRoot)
    await transport.close()
  }
  return { lamina, hostId, hang }
}

/** Waits until a listing is whole and gives what it told last. */
async function whole(
  progress: ReturnType<typeof progressOf>,
  listingId: string,
): Promise<(typeof progress)[number]> {
  return await eventually(
    () => progress.find((one) => one.listingId === listingId && one.state === 'complete'),
    { what: 'the listing to be whole' },
  )
}
function progressOf(lamina: LaminaUnderTest) {
  return lamina.events('changes.progressed')
}

test('What is asked of a host whose file system hangs by now is answered by the engine', async () => {
  const { lamina, hostId, hang } = await hostWith()
  const place = { hostId, containerId: container }
  expect(await lamina.value('changes.list', place)).toMatchObject({ lens: 'host' })
  await hang()
  const silent = expect.stringMatching(/said nothing more for 3 seconds/) as string
  const list = await lamina.value('changes.list', place)
  expect(list).toMatchObject({ lens: 'engine', reason: silent })
  expect(list.changes.map(({ path }) => path)).toEqual(['/bin/cat', '/new', '/new/file'])
  const progress = progressOf(lamina)
  for (const against of [undefined, nineLayersImage]) {
    const asked = against === undefined ? place : { ...place, against }
    const { listingId } = await lamina.value('changes.open', asked)
    expect(await whole(progress, listingId)).toMatchObject({ lens: 'engine', reason: silent })
  }
  const added = { ...place, path: '/new/file' }
  expect(await lamina.value('changes.describe', added)).toMatchObject({ through: 'engine' })
  expect(await lamina.value('content.read', { ...added, side: 'upper' })).toMatchObject({
    ...{ through: 'engine', bytes: Buffer.from('one\n').toString('base64') },
  })
  const deleted = { ...place, path: '/bin/cat' }
  expect(await lamina.value('content.read', { ...deleted, side: 'lower' })).toMatchObject({
    ...{ through: 'engine', exists: true },
  })
  expect(await lamina.value('snapshots.review', place)).toMatchObject({ baseLayers: 1 })
  await lamina.value('stacks.compare', { left: place, right: { hostId, image: nineLayersImage } })

  // Neither waits for the other's host for ever.
  const made = await Promise.all(
    [container, other].map((containerId) =>
      lamina.value('snapshots.commit', {
        ...{ hostId, containerId, reference: `${uniqueName('later')}:1`, message: '', author: 'kirizi' },
      }),
    ),
  )
  kept.push(...made.map(({ imageId }) => imageId))
  for (const one of made)
    expect(one).toMatchObject({ layers: 2, verified: { through: 'engine', missing: [] } })

  for (const path of [added, deleted]) {
    const { action, through } = await lamina.value('undo.plan', path)
    expect(through).toBe('engine')
    expect(await lamina.value('undo.apply', { ...path, action })).toEqual({ action, through })
  }
})

test('A listing goes on through the engine where the host stands still in the middle of it', async () => {
  const find = heldFind()
  onTestFinished(() => {
    find.remove()
  })
  await runInContainer(engine.docker, other, haltScript('/deep'))
  const { lamina, hostId } = await hostWith({ path: find.path })
  const progress = progressOf(lamina)
  find.hold()
  const { listingId, lens } = await lamina.value('changes.open', { hostId, containerId: other, live: true })
  expect(lens).toBe('host')
  await find.caught()
  const last = await whole(progress, listingId)
  expect(last).toMatchObject({
    ...{ lens: 'engine', reason: expect.stringMatching(/said nothing more for 3 seconds/) as string },
    live: { on: false, reason: expect.stringContaining('not refreshed by itself') as string },
  })
  expect(progress.some((one) => one.lens === 'host' && one.totals.added > 0)).toBe(true)
  expect(last.totals.added).toBe(madeByHaltScript + 2)
})
