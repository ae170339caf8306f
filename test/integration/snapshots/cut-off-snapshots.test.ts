import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { snapshotLabel } from '../../../electron/engine/engine'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { eventually } from '../../engines/wait'
import { runInContainer, startContainer } from '../../engines/docker/containers'
import { engineProxy } from '../../engines/engine/engine-proxy'
import { containerWithHeldCommit } from '../../engines/held/held-commit'
import { importImage } from '../../engines/images/images'
import { startPrivateDocker, type PrivateDocker } from '../../engines/docker/private-docker'
import { repository } from '../../engines/repository'

// Killing and cutting off concerns everything on an engine, so these tests have one of their own.
let engine: PrivateDocker
let number = 0

const local = { hostId: 'local' } as const
const commandLine = join(repository, 'electron/cli/lamina.ts')
const said = async (...args: string[]): Promise<string> => (await engine.docker(args)).stdout.trim()
const stateOf = async (name: string): Promise<string> =>
  said('inspect', '--format', '{{.State.Status}}', name)
const snapshotImages = async (): Promise<string[]> =>
  (await said('images', '--quiet', '--no-trunc', '--filter', `label=${snapshotLabel}`))
    .split('\n')
    .filter((id) => id !== '')

beforeAll(async () => {
  engine = await startPrivateDocker({ liveRestore: true })
  await importImage(engine.docker, 'base:1')
})

afterAll(() => engine.stop())

/** A container whose commit has a middle, which lasts until it is let go. */
async function heldContainer() {
  const name = `held-${++number}`
  const commit = await containerWithHeldCommit(engine.docker, { name, image: 'base:1' })
  onTestFinished(() => commit.release())
  return { name, commit }
}

async function opened(options: { dockerHost: string; dataDir?: string }): Promise<LaminaUnderTest> {
  const lamina = await laminaUnderTest(options)
  onTestFinished(() => lamina.close())
  return lamina
}

const input = (containerId: string) => ({
  ...local,
  containerId,
  reference: `kept:${containerId}`,
  message: 'cut off',
  author: 'kirizi',
})

test('an engine killed in mid-commit leaves the container paused, and resuming it is offered', async () => {
  const { name, commit } = await heldContainer()
  const lamina = await opened(engine)
  const cutOff = new AbortController()
  const committing = lamina.lamina.call('snapshots.commit', input(name), { signal: cutOff.signal })
  await commit.wanted
  expect(await stateOf(name)).toBe('paused')
  cutOff.abort()
  await engine.kill('KILL')
  expect(await committing).toMatchObject({ ok: false, failure: { kind: 'outcome-unknown' } })
  await engine.start()
  expect(await stateOf(name)).toBe('paused')

  const next = await opened({ ...engine, dataDir: lamina.dataDir })
  const [found, ...others] = await next.value('snapshots.unfinished', local)
  expect(others).toEqual([])
  expect(found).toMatchObject({
    containerName: name,
    message: 'cut off',
    outcome: 'not-made',
    named: false,
    leftPaused: true,
  })

  await next.value('containers.resume', { ...local, containerId: found?.containerId ?? '' })
  expect(await stateOf(name)).toBe('running')
  await next.value('snapshots.finish', { ...local, snapshotId: found?.snapshotId ?? '', action: 'forget' })
  expect(await next.value('snapshots.unfinished', local)).toEqual([])
  expect(await snapshotImages()).toEqual([])
})

test('a commit goes on when its window is killed, is found by the next one, and can be named', async () => {
  const { name, commit } = await heldContainer()
  const lamina = await opened(engine)
  const env = { ...process.env, DOCKER_HOST: engine.dockerHost, LAMINA_DATA_DIR: lamina.dataDir }
  const args = ['--import', 'tsx', commandLine, 'call', 'snapshots.commit', JSON.stringify(input(name))]
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' })
  await commit.wanted
  child.kill('SIGKILL')
  await once(child, 'exit')

  const [meanwhile] = await lamina.value('snapshots.unfinished', local)
  expect(meanwhile).toMatchObject({ outcome: 'running', leftPaused: false })
  expect(await stateOf(name)).toBe('paused')
  await commit.release()
  const made = await eventually(async () => {
    const [found] = await lamina.value('snapshots.unfinished', local)
    return found?.outcome === 'made' && !found.leftPaused ? found : undefined
  })
  expect(made).toMatchObject({ named: false, reference: `kept:${name}` })
  expect(await snapshotImages()).toEqual([made.imageId])

  await lamina.value('snapshots.finish', { ...local, snapshotId: made.snapshotId, action: 'name' })
  expect(await said('image', 'inspect', '--format', '{{.Id}}', `kept:${name}`)).toBe(made.imageId)
  expect(await lamina.value('snapshots.unfinished', local)).toEqual([])
  expect(await stateOf(name)).toBe('running')
  await engine.docker(['rmi', `kept:${name}`])
})

test('a lost answer to a commit is found out by its label, and the commit is not repeated', async () => {
  const name = `small-${++number}`
  await startContainer(engine.docker, { name, image: 'base:1' })
  await runInContainer(engine.docker, name, 'echo one > /new')
  const proxy = await engineProxy(engine.socketPath)
  onTestFinished(() => proxy.close())
  proxy.interfere(/\/commit/, async (_, answer, pass) => {
    await pass()
    answer.destroy()
  })
  const lamina = await opened(proxy)
  const made = await lamina.value('snapshots.commit', input(name))
  expect(await snapshotImages()).toEqual([made.imageId])
  expect(await said('image', 'inspect', '--format', '{{.Id}}', `kept:${name}`)).toBe(made.imageId)
  expect(proxy.requests.filter((line) => line.includes('/commit'))).toHaveLength(1)
  expect(await lamina.value('snapshots.unfinished', local)).toEqual([])
  await engine.docker(['rmi', `kept:${name}`])
})

test.each([
  ['unpauses', (name: string) => engine.docker(['unpause', name])],
  ['ends', (name: string) => engine.docker(['kill', name])],
])(
  'a commit whose answer is lost is not called not made because somebody %s its container',
  async (_, meddle) => {
    const { name, commit } = await heldContainer()
    const proxy = await engineProxy(engine.socketPath)
    onTestFinished(() => proxy.close())
    let done: Promise<unknown> = Promise.resolve()
    proxy.interfere(/\/commit/, async (_asked, answer, pass) => {
      done = pass()
      await commit.wanted
      await meddle(name)
      answer.destroy()
    })
    const lamina = await opened(proxy)
    const committing = lamina.value('snapshots.commit', input(name))
    // Looks at the images, one after the other, after which it was called not made.
    const looks = () => proxy.requests.filter((line) => /\/images\/json.*label/.test(line)).length
    await eventually(() => Promise.resolve(looks() >= 4), {
      what: 'the engine to be asked what became of it',
    })
    expect(await lamina.value('snapshots.unfinished', local)).toEqual([])
    await commit.release()
    await done
    const made = await committing
    expect(await snapshotImages()).toEqual([made.imageId])
    expect(await said('image', 'inspect', '--format', '{{.Id}}', `kept:${name}`)).toBe(made.imageId)
    await engine.docker(['rmi', `kept:${name}`])
  },
)

test('a snapshot that is cancelled says that the engine goes on, and is found when it is there', async () => {
  const { name, commit } = await heldContainer()
  const lamina = await opened(engine)
  const cancelling = new AbortController()
  const committing = lamina.lamina.call('snapshots.commit', input(name), { signal: cancelling.signal })
  await commit.wanted
  cancelling.abort()
  expect(await committing).toMatchObject({ ok: false, failure: { kind: 'outcome-unknown' } })
  expect(await lamina.value('snapshots.unfinished', local)).toMatchObject([{ outcome: 'running' }])
  await commit.release()
  const made = await eventually(async () => {
    const [found] = await lamina.value('snapshots.unfinished', local)
    return found?.outcome === 'made' ? found : undefined
  })
  await lamina.value('snapshots.finish', { ...local, snapshotId: made.snapshotId, action: 'forget' })
  expect(await lamina.value('snapshots.unfinished', local)).toEqual([])
})
