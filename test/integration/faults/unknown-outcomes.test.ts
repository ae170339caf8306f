import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeImages, runInContainer, startContainer } from '../../engines/docker/containers'
import { faultProxy, type Fault } from '../../engines/faults/fault-proxy'
import { importImage } from '../../engines/images/images'
import { startPrivateDocker, type PrivateDocker } from '../../engines/docker/private-docker'
import { eventually } from '../../engines/wait'

// A host that stays away is given up much sooner.
vi.mock(import('../../../electron/session/snapshots/snapshot-limits'), async (original) => {
  const { snapshotLimits } = await original()
  const sooner = { patience: 500, lookEvery: 50, lookAtMostEvery: 50, timeToBegin: 0 }
  return { snapshotLimits: { ...snapshotLimits, ...sooner } }
})

const local = { hostId: 'local' } as const
let engine: PrivateDocker

beforeAll(async () => {
  engine = await startPrivateDocker()
  await importImage(engine.docker, 'base:1')
})

afterAll(() => engine.stop())

async function opened(options: { dockerHost: string; dataDir?: string }): Promise<LaminaUnderTest> {
  const lamina = await laminaUnderTest(options)
  onTestFinished(() => lamina.close())
  return lamina
}

/** Lists of images by a label, which tell what became of a snapshot, are cut; all else goes on. */
const looks = 'GET /images/json'

test.each<['made' | 'not-made', string, Fault]>([
  [
    'made',
    'made',
    async ({ pass, socket }) => {
      await pass()
      socket.destroy()
    },
  ],
  ['not-made', 'lost before the engine had it', ({ socket }) => void socket.destroy()],
])(
  'a snapshot that was %s stays unknown while the engine cannot be asked, in a later window too, and is known then',
  async (outcome, _, fault) => {
    const name = `unknown-${outcome}`
    await startContainer(engine.docker, { name, image: 'base:1' })
    await runInContainer(engine.docker, name, 'echo one > /new')
    const proxy = await faultProxy(engine.socketPath)
    onTestFinished(() => proxy.close())
    const first = await opened(proxy)
    const steps = first.events('snapshot.progressed')
    proxy.arm({ kind: 'POST /commit', nth: 0 }, async (faulty, itself) => {
      await fault(faulty, itself)
      itself.cut(looks)
    })
    const input = { ...local, containerId: name, reference: `kept:${name}`, message: '', author: '' }
    const answer = await first.lamina.call('snapshots.commit', input)
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'outcome-unknown' } })
    expect(steps.map(({ step }) => step)).toEqual(['waiting', 'saving', 'settling', 'failed'])
    const unknown = [{ outcome: 'unknown', containerName: name, failure: { kind: 'engine-unreachable' } }]
    expect(await first.value('snapshots.unfinished', local)).toMatchObject(unknown)

    const second = await opened({ ...proxy, dataDir: first.dataDir })
    expect(await second.value('snapshots.unfinished', local)).toMatchObject(unknown)
    proxy.arm()
    const known = await eventually(async () => {
      const [found] = await second.value('snapshots.unfinished', local)
      return found?.outcome === outcome ? found : undefined
    })
    expect(known.failure).toBeUndefined()
    await second.value('snapshots.finish', { ...local, snapshotId: known.snapshotId, action: 'forget' })
    expect(await second.value('snapshots.unfinished', local)).toEqual([])
    if (known.imageId !== undefined) await removeImages(engine.docker, known.imageId)
  },
)

test('the step of a snapshot whose answer is lost is told before its image is found', async () => {
  const name = 'found'
  await startContainer(engine.docker, { name, image: 'base:1' })
  const proxy = await faultProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  const lamina = await opened(proxy)
  const steps = lamina.events('snapshot.progressed')
  proxy.arm({ kind: 'POST /commit', nth: 0 }, async ({ pass, socket }) => {
    await pass()
    socket.destroy()
  })
  const input = { ...local, containerId: name, reference: `kept:${name}`, message: '', author: '' }
  await lamina.value('snapshots.commit', input)
  const settled = ['waiting', 'saving', 'settling', 'checking', 'naming', 'comparing', 'made']
  expect(steps.map(({ step }) => step)).toEqual(settled)
})
