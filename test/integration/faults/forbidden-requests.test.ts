import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Failure } from '../../../electron/core/base/failure'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer } from '../../engines/docker/containers'
import { engineProxy, forbidden } from '../../engines/engine/engine-proxy'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { eventually } from '../../engines/wait'

const engine = sharedEngine()
const local = { hostId: 'local' } as const
const name = uniqueName('guarded')
const images: string[] = []

beforeAll(async () => {
  await startContainer(engine.docker, { name, image: baseImage })
  await runInContainer(engine.docker, name, 'echo one > /new')
})

afterAll(async () => {
  await removeContainers(engine.docker, name)
  if (images.length > 0) await engine.docker(['rmi', ...images])
})

/** Lamina on an engine behind a proxy that forbids some requests, as tecnativa/docker-socket-proxy does. */
async function behind(path: RegExp): Promise<LaminaUnderTest> {
  const proxy = await engineProxy(engine.socketPath)
  proxy.interfere(path, forbidden)
  const lamina = await laminaUnderTest({ dockerHost: proxy.dockerHost })
  onTestFinished(async () => {
    await lamina.close()
    await proxy.close()
  })
  return lamina
}

const container = { ...local, containerId: name }
/** What is asked, in this order. */
const asked = {
  connect: (lamina: LaminaUnderTest) => lamina.lamina.call('hosts.connect', local),
  describe: (lamina: LaminaUnderTest) => lamina.lamina.call('hosts.describe', local),
  containers: (lamina: LaminaUnderTest) => lamina.lamina.call('containers.list', { ...local, all: true }),
  inspect: (lamina: LaminaUnderTest) => lamina.lamina.call('containers.inspect', container),
  images: (lamina: LaminaUnderTest) => lamina.lamina.call('images.list', local),
  answers: (lamina: LaminaUnderTest) => lamina.lamina.call('images.inspect', { ...local, image: baseImage }),
  stack: (lamina: LaminaUnderTest) => lamina.lamina.call('images.stack', { ...local, image: baseImage }),
  compare: (lamina: LaminaUnderTest) =>
    lamina.lamina.call('stacks.compare', { left: { ...local, image: baseImage }, right: container }),
  changes: (lamina: LaminaUnderTest) => lamina.lamina.call('changes.list', container),
  throughEngine: (lamina: LaminaUnderTest) =>
    lamina.lamina.call('changes.list', { ...container, lens: 'engine' }),
  content: (lamina: LaminaUnderTest) =>
    lamina.lamina.call('content.read', { ...container, path: '/new', side: 'upper' }),
  review: (lamina: LaminaUnderTest) => lamina.lamina.call('snapshots.review', container),
  commit: (lamina: LaminaUnderTest) => {
    const reference = `${uniqueName('guarded')}:1`
    return lamina.lamina.call('snapshots.commit', { ...container, reference, message: '', author: '' })
  },
}
type Asked = keyof typeof asked

/** Each endpoint, and which of all operations cannot do without. Those fail by naming it; all others answer. */
const endpoints: readonly (readonly [endpoint: string, path: RegExp, needed: readonly Asked[]])[] = [
  ['GET /_ping', /\/_ping/, []],
  ['GET /version', /\/version/, []],
  ['GET /info', /\/info/, []],
  ['GET /events', /\/events/, []],
  ['GET /containers/json', /\/containers\/json/, ['containers']],
  [
    'GET /containers/',
    /\/containers\/[^/?]+\/json/,
    ['inspect', 'compare', 'changes', 'throughEngine', 'content', 'review', 'commit'],
  ],
  ['/changes', /\/changes/, []],
  ['/archive', /\/archive/, []],
  ['GET /images/json', /\/images\/json/, ['images']],
  ['GET /images/', /\/images\/.+\/json/, ['answers', 'stack', 'compare', 'review', 'commit']],
  ['/history', /\/history/, []],
  ['POST /containers/create', /\/containers\/create/, []],
  ['POST /commit', /\/commit/, ['commit']],
  ['/tag', /\/tag/, ['commit']],
]

describe('a proxy before the engine', () => {
  test.each(endpoints)('that forbids %s', async (endpoint, path, needed) => {
    const lamina = await behind(path)
    const failed: Asked[] = []
    for (const [what, ask] of Object.entries(asked) as [Asked, (typeof asked)[Asked]][]) {
      const result = await ask(lamina)
      if (result.ok) {
        if (what === 'commit') images.push((result.value as { imageId: string }).imageId)
        continue
      }
      failed.push(what)
      expect(result.failure).toMatchObject({
        kind: 'permission-denied',
        message: expect.stringMatching(/status 403: .*Request forbidden by administrative rules/) as string,
        remedy: expect.stringContaining('proxy') as string,
      } satisfies Partial<Failure>)
      expect(result.failure.message).toContain(endpoint)
    }
    expect(failed).toEqual(needed)
  })

  test('that forbids everything is named with what it forbids', async () => {
    const lamina = await behind(/./)
    const failure = await lamina.failure('containers.list', local)
    expect(failure.kind).toBe('permission-denied')
    expect(failure.message).toContain('GET /_ping')
    expect(failure.message).toContain('GET /version')
  })
})

describe('what is not told then', () => {
  test('without /info: how layers are stored, and no host lens, with the reason', async () => {
    const lamina = await behind(/\/info/)
    const described = await lamina.value('hosts.describe', local)
    expect(described).toMatchObject({ engine: 'Docker', version: expect.stringMatching(/^\d+\./) as string })
    expect(described).not.toHaveProperty('storageDriver')
    expect(described).not.toHaveProperty('dataRoot')
    expect(described.hostLens.works).toBe(false)
    expect(described.hostLens.reason).toContain('GET /info was refused with status 403')
    const changes = await lamina.value('changes.list', container)
    expect(changes.lens).toBe('engine')
    expect(changes.reason).toContain('GET /info')
    expect(changes.changes.map(({ path }) => path)).toContain('/new')
  })

  test('without /changes: what the archives of container and image tell, and that they do', async () => {
    const lamina = await behind(/\/changes/)
    const { changes, reason } = await lamina.value('changes.list', { ...container, lens: 'engine' })
    expect(changes).toMatchObject([{ path: '/new', kind: 'added', type: 'file', size: 4 }])
    expect(reason).toContain('GET /containers/')
    const progress = lamina.events('changes.progressed')
    await lamina.value('changes.open', { ...container, lens: 'engine' })
    await eventually(() => progress.at(-1)?.notes === 'complete')
    expect(progress.at(-1)?.notesLeftOut.join()).toContain('was read and compared')
  })

  test('without /events: lists are not live, and say why', async () => {
    const lamina = await behind(/\/events/)
    const states = lamina.events('host.changed')
    const lists = lamina.events('containers.changed')
    await lamina.value('hosts.connect', local)
    await eventually(() => states.some(({ notLive }) => notLive?.includes('GET /events') === true))
    await eventually(() => lists.length > 0)
    expect(states.map(({ state }) => state)).not.toContain('lost')
  })

  test('without a container to try: that a snapshot was not tried', async () => {
    const lamina = await behind(/\/containers\/create/)
    const reference = `${uniqueName('untried')}:1`
    const made = await lamina.value('snapshots.commit', { ...container, reference, message: '', author: '' })
    images.push(made.imageId)
    expect(made.untried).toContain('POST /containers/create')
  })
})
