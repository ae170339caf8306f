import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Result } from '../../../electron/core/base/failure'
import { thisProcess } from '../../../electron/machine/running-process'
import type { JournalEntry } from '../../../electron/storage/journal'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer } from '../../engines/docker/containers'
import { engineProxy, type EngineProxy } from '../../engines/engine/engine-proxy'
import { importImage } from '../../engines/images/images'
import { startPrivateDocker } from '../../engines/docker/private-docker'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { eventually } from '../../engines/wait'
import type { NobodysTask } from './as-nobody'

const engine = sharedEngine()
const local = { hostId: 'local' } as const
const asNobody = fileURLToPath(new URL('as-nobody.ts', import.meta.url))
const lists = [
  ['containers.list', { ...local, all: true }],
  ['images.list', local],
] as const

async function opened(dockerHost: string): Promise<LaminaUnderTest> {
  const lamina = await laminaUnderTest({ dockerHost })
  onTestFinished(() => lamina.close())
  return lamina
}

describe('no engine', () => {
  test('a socket that is not there is told by its path, with what to do', async () => {
    const lamina = await opened('unix:///nowhere/docker.sock')
    for (const [operation, input] of [...lists, ['hosts.describe', local] as const]) {
      const failure = await lamina.failure(operation, input)
      expect(failure).toMatchObject({ kind: 'engine-unreachable' })
      expect(failure.message).toContain('/nowhere/docker.sock')
      expect(failure.remedy).toContain('DOCKER_HOST')
    }
  })

  test('an address that is not a local socket is refused and named', async () => {
    const lamina = await opened('tcp://127.0.0.1:2375')
    expect(await lamina.failure('containers.list', local)).toMatchObject({ kind: 'unsupported-address' })
  })

  test('a user without rights to the socket is told so', async () => {
    expect(await nobodyAsks(engine.dockerHost, [['containers.list', local]])).toMatchObject([
      {
        ok: false,
        failure: { kind: 'permission-denied', remedy: expect.stringContaining('group') as string },
      },
    ])
  })
})

describe('an engine that may be asked, on files that may not be read', () => {
  test('the host lens says why not, and the engine lens stands in for it', async () => {
    const proxy = await engineProxy(engine.socketPath)
    onTestFinished(() => proxy.close())
    await openToAll(proxy)
    const name = uniqueName('unread')
    await startContainer(engine.docker, { name, image: baseImage })
    await runInContainer(engine.docker, name, 'echo one > /new')
    const [description, changes, refused] = await nobodyAsks(proxy.dockerHost, [
      ['hosts.describe', local],
      ['changes.list', { ...local, containerId: name }],
      ['changes.list', { ...local, containerId: name, lens: 'host' }],
    ])
    await removeContainers(engine.docker, name)
    expect(description).toMatchObject({ ok: true, value: { hostLens: { works: false } } })
    expect(changes).toMatchObject({
      ok: true,
      value: { lens: 'engine', changes: [{ path: '/new', type: 'unknown' }] },
    })
    expect(changes).toHaveProperty('value.reason', expect.stringContaining('root'))
    expect(refused).toMatchObject({ ok: false, failure: { kind: 'lens-unavailable' } })
  })
})

describe("another user's running process", () => {
  const unfinished: [string, unknown] = ['snapshots.unfinished', local]
  const entry: JournalEntry = {
    snapshotId: randomUUID(),
    ...local,
    containerId: 'gone',
    containerName: 'gone',
    reference: 'kept:1',
    message: '',
    author: '',
    startedAt: new Date().toISOString(),
    wasPaused: false,
    pause: true,
    pid: process.pid,
    replace: false,
  }

  test('has its snapshots left to it, and one with the number of a process that ended has not', async () => {
    const proxy = await engineProxy(engine.socketPath)
    onTestFinished(() => proxy.close())
    await openToAll(proxy)
    const { start } = thisProcess()
    const later = { ...entry, snapshotId: randomUUID(), processStart: `${String(start)}0` }
    const journal = [entry, { ...entry, snapshotId: randomUUID(), processStart: start }, later]
    const [answer] = await nobodyAsks(proxy.dockerHost, [unfinished], journal)
    expect(answer).toMatchObject({ ok: true, value: [{ snapshotId: later.snapshotId }] })
  })
})

describe('an engine that stops', () => {
  test('is told of when it is killed, and connected to again when it is back', async () => {
    const own = await startPrivateDocker()
    onTestFinished(() => own.stop())
    await importImage(own.docker, 'base:1')
    await startContainer(own.docker, { name: 'one', image: 'base:1' })
    const lamina = await opened(own.dockerHost)
    const states = lamina.events('host.changed')
    await lamina.value('hosts.connect', local)
    await eventually(() => states.at(-1)?.state === 'connected', { what: 'the host to be connected' })

    await own.kill('KILL')
    await eventually(() => states.at(-1)?.state === 'lost', { what: 'the engine to be missed' })
    for (const [operation, input] of lists) {
      expect(await lamina.failure(operation, input)).toMatchObject({ kind: 'engine-unreachable' })
    }

    await own.start()
    await eventually(() => states.at(-1)?.state === 'connected', { what: 'the engine to be found again' })
    expect(await lamina.value('containers.list', { ...local, all: true })).toMatchObject([{ name: 'one' }])
  })

  test('is told of within seconds when it hangs and still accepts connections', async () => {
    const own = await startPrivateDocker()
    onTestFinished(() => own.stop())
    await own.kill('STOP')
    const lamina = await opened(own.dockerHost)
    expect(await lamina.failure('containers.list', local)).toMatchObject({
      kind: 'timed-out',
      message: expect.stringContaining('within 5 seconds') as string,
    })
    await own.kill('CONT')
    expect(await lamina.value('containers.list', local)).toEqual([])
  })
})

describe('an answer that cannot be believed', () => {
  let proxy: EngineProxy
  beforeAll(async () => {
    proxy = await engineProxy(engine.socketPath)
  })
  afterAll(() => proxy.close())

  test.each([
    ['is not JSON', '<html>404</html>'],
    ['is cut off in the middle', '[{"Id": "a'],
    ['is empty', ''],
    ['is an object where a list is due', '{}'],
    ['lacks what it must have', '[{"Id": "a"}]'],
    ['has another type', '[{"Id": 1, "Names": "x", "Created": "today"}]'],
  ])('an answer that %s is a failure and not an empty list', async (_, body) => {
    proxy.interfere(/\/(containers|images)\/json/, (__, answer) => void answer.end(body))
    const lamina = await opened(proxy.dockerHost)
    for (const [operation, input] of lists) {
      expect(await lamina.failure(operation, input)).toMatchObject({ kind: 'engine-answer-invalid' })
    }
  })

  test('a connection that breaks in mid-answer is a failure', async () => {
    proxy.interfere(/\/(containers|images)\/json/, (__, answer) => {
      answer.writeHead(200, { 'Content-Length': 1000 })
      answer.write('[]', () => answer.destroy())
    })
    const lamina = await opened(proxy.dockerHost)
    for (const [operation, input] of lists) {
      expect(await lamina.failure(operation, input)).toMatchObject({ kind: 'engine-unreachable' })
    }
  })

  test("the engine's own words are shown for a refusal", async () => {
    proxy.interfere(/\/containers\/json/, (__, answer) => {
      answer.writeHead(500)
      answer.end('{"message": "the disk is full"}')
    })
    const lamina = await opened(proxy.dockerHost)
    expect(await lamina.failure('containers.list', local)).toMatchObject({
      kind: 'engine-failed',
      message: expect.stringContaining('the disk is full') as string,
    })
  })

  test('an engine that is too old is told so', async () => {
    proxy.interfere(/\/_ping/, (__, answer) => {
      answer.writeHead(200, { 'Api-Version': '1.24' })
      answer.end('OK')
    })
    const lamina = await opened(proxy.dockerHost)
    expect(await lamina.failure('containers.list', local)).toMatchObject({ kind: 'engine-unsupported' })
  })

  test('another program at the socket is no engine', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lamina-other-'))
    const server = createServer((socket) => socket.on('error', () => undefined).end('220 mail ready\r\n'))
    server.listen(join(folder, 'sock'))
    const lamina = await opened(`unix://${join(folder, 'sock')}`)
    expect(await lamina.failure('containers.list', local)).toMatchObject({ kind: 'engine-answer-invalid' })
    server.close()
    await rm(folder, { recursive: true })
  })
})

describe('something that is not there any more', () => {
  test.each([
    ['changes.list', { ...local, containerId: 'gone' }],
    ['changes.list', { ...local, containerId: 'gone', lens: 'engine' }],
    ['containers.inspect', { ...local, containerId: 'gone' }],
    ['snapshots.review', { ...local, containerId: 'gone' }],
    ['images.stack', { ...local, image: 'gone:1' }],
    ['stacks.compare', { left: { ...local, image: baseImage }, right: { ...local, image: 'gone:1' } }],
    ['stacks.compare', { left: { ...local, containerId: 'gone' }, right: { ...local, image: baseImage } }],
  ])('%s says that it was not found', async (operation, input) => {
    const lamina = await opened(engine.dockerHost)
    const failure = await lamina.failure(operation, input)
    expect(failure.kind).toBe('not-found')
    expect(failure.message).toContain('gone')
  })

  test('a container that is removed while its changes are open', async () => {
    const name = uniqueName('removed')
    await startContainer(engine.docker, { name, image: baseImage })
    const lamina = await opened(engine.dockerHost)
    await lamina.value('changes.list', { ...local, containerId: name })
    await removeContainers(engine.docker, name)
    expect(await lamina.failure('changes.list', { ...local, containerId: name })).toMatchObject({
      kind: 'not-found',
    })
  })

  test('an image that is removed before it is compared', async () => {
    const reference = `${uniqueName('shortlived')}:1`
    await importImage(engine.docker, reference, { 'only-here': 'x' })
    const lamina = await opened(engine.dockerHost)
    await lamina.value('images.stack', { ...local, image: reference })
    await engine.docker(['rmi', reference])
    const compare = { left: { ...local, image: baseImage }, right: { ...local, image: reference } }
    expect(await lamina.failure('stacks.compare', compare)).toMatchObject({ kind: 'not-found' })
  })
})

describe('input that is not meant', () => {
  test.each([
    ['containers.lst', local, 'unknown-operation'],
    ['__proto__', {}, 'unknown-operation'],
    ['constructor', {}, 'unknown-operation'],
    ['containers.list', { ...local, every: true }, 'invalid-input'],
    ['containers.list', { ...local, all: 'yes' }, 'invalid-input'],
    ['containers.list', {}, 'invalid-input'],
    ['containers.list', null, 'invalid-input'],
    ['containers.list', [], 'invalid-input'],
    ['containers.list', { hostId: 'elsewhere' }, 'unknown-host'],
    ['changes.list', { ...local, containerId: '../../images/json?x=' }, 'invalid-input'],
    ['changes.list', { ...local, containerId: 'a', lens: 'both' }, 'invalid-input'],
    ['images.stack', { ...local, image: '../containers' }, 'reference-invalid'],
    ['images.stack', { ...local, image: 'a b' }, 'reference-invalid'],
    ['stacks.compare', { left: { ...local, image: 'a', containerId: 'b' }, right: local }, 'invalid-input'],
  ])('%s with %j is %s', async (operation, input, kind) => {
    const lamina = await opened(engine.dockerHost)
    const failure = await lamina.failure(operation, input)
    expect(failure.kind).toBe(kind)
    expect(failure.message.length).toBeGreaterThan(10)
  })
})

/** Asks as a user without any rights, in a process of its own because that cannot be taken back. */
async function nobodyAsks(
  dockerHost: string,
  calls: NobodysTask['calls'],
  journal: readonly JournalEntry[] = [],
): Promise<Result<unknown>[]> {
  const child = fork(asNobody, {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, DOCKER_HOST: dockerHost },
  })
  child.send({ calls, journal } satisfies NobodysTask)
  const [answers] = (await once(child, 'message')) as [Result<unknown>[]]
  child.disconnect()
  return answers
}

async function openToAll(proxy: EngineProxy): Promise<void> {
  const socket = proxy.dockerHost.slice('unix://'.length)
  await chmod(join(socket, '..'), 0o755)
  await chmod(socket, 0o777)
}
