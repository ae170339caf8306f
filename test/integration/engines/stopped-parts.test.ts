import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { runInContainer, startContainer } from '../../engines/docker/containers'
import { startDebianHost, type DebianHost } from '../../engines/debian/debian-host'
import { startDebianSshd, type DebianSshd } from '../../engines/debian/debian-sshd'
import { containerWithHeldCommit } from '../../engines/held/held-commit'
import { importImage } from '../../engines/images/images'
import { startEngine, type PrivateEngine } from '../../engines/engine/private-engine'
import { eventually } from '../../engines/wait'

// Silences are waited for.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

// A Debian 13 with Docker, which has containerd below it, and Podman; each of their processes is stopped and goes on.
let host: DebianHost
let sshd: DebianSshd
let docker: PrivateEngine
let podman: PrivateEngine
let lamina: LaminaUnderTest

beforeAll(async () => {
  host = await startDebianHost('trixie')
  const place = (name: string) => ({
    host,
    socketPath: `${host.folder}/${name}.sock`,
    dataRoot: `${host.folder}/${name}`,
  })
  docker = await startEngine('docker-26', place('docker'))
  podman = await startEngine('podman-5', place('podman'))
  for (const engine of [docker, podman]) await importImage(engine.docker, 'base:1')
  sshd = await startDebianSshd(host)
  lamina = await laminaUnderTest(docker)
})

afterAll(async () => {
  await lamina.close()
  await host.stop()
})

/** Processes by what pgrep(1) finds of their command lines. */
const parts = {
  dockerd: '^dockerd ',
  containerd: '^containerd ',
  podman: '^podman system service ',
  session: '^sshd.*: root@',
}

/** Stops processes, and gives what lets them go on. */
async function stop(part: keyof typeof parts): Promise<() => Promise<void>> {
  const { stdout } = await host.run(['pgrep', '--full', '--', parts[part]])
  const pids = stdout.trim().split('\n')
  await host.run(['kill', '-STOP', ...pids])
  const goOn = async () => void (await host.run(['kill', '-CONT', ...pids], { mayFail: true }))
  onTestFinished(goOn)
  return goOn
}

/** Connects an engine over SSH, and gives what is told of it from then on: each state with its kind of silence, when it becomes another. */
async function connected({ socketPath }: PrivateEngine) {
  const { identityFile, knownHostsFile } = sshd
  const address = { host: sshd.address('root', socketPath), identityFile, knownHostsFile }
  const events = lamina.events('host.changed')
  const { hostId } = await lamina.value('hosts.connect', address)
  onTestFinished(async () => void (await lamina.value('hosts.remove', { hostId })))
  const told = () =>
    events
      .filter((event) => event.hostId === hostId)
      .map(({ state, silence }): string => {
        if (silence === undefined) return state
        return silence.isPartial === true ? 'silent in part' : 'silent'
      })
      .filter((state, at, all) => state !== all[at - 1])
  await eventually(() => told().at(-1) === 'connected', { what: 'the host to be connected' })
  const before = told().length
  return { hostId, told: () => told().slice(before) }
}

const snapshotOf = (hostId: string, containerId: string) => ({
  hostId,
  containerId,
  reference: `kept:${containerId}`,
  message: 'while something stands still',
  author: 'kirizi',
})

test.each([
  ['dockerd', () => docker],
  ['podman', () => podman],
  ['session', () => docker],
] as const)('%s that stops is told as a silence, and its end, once each', async (part, engine) => {
  const { hostId, told } = await connected(engine())
  const goOn = await stop(part)
  await eventually(() => told().includes('silent'), { what: 'the silence to be told' })
  await goOn()
  await eventually(() => told().at(-1) === 'connected', { what: 'the end of the silence to be told' })
  expect(await lamina.value('images.list', { hostId })).toHaveLength(1)
  expect(told()).toEqual(['silent', 'connected'])
})

test('a session that stays stopped is left for another one', async () => {
  const { hostId, told } = await connected(docker)
  const goOn = await stop('session')
  await eventually(() => told().includes('lost') && told().at(-1) === 'connected', {
    within: 120_000,
    what: 'another connection',
  })
  expect(told()[0]).toBe('silent')
  expect(await lamina.value('containers.list', { hostId, all: true })).toEqual([])
  await goOn()
})

test('containerd that stops below its engine is told with what waits for it, which goes on then', async () => {
  await startContainer(docker.docker, { name: 'one', image: 'base:1' })
  await runInContainer(docker.docker, 'one', 'echo one > /new')
  const { hostId, told } = await connected(docker)
  const events = lamina.events('host.changed')
  const goOn = await stop('containerd')
  const committing = lamina.value('snapshots.commit', snapshotOf(hostId, 'one'))
  committing.catch(() => undefined)
  await eventually(() => told().includes('silent in part'), { what: 'the silence to be told' })
  const waiting = events.findLast(({ silence }) => silence !== undefined)
  expect(waiting?.silence?.request).toMatch(/^POST /)
  expect(await lamina.value('containers.list', { hostId, all: true })).toMatchObject([{ name: 'one' }])
  await goOn()
  expect(await committing).toMatchObject({ reference: 'kept:one' })
  await eventually(() => told().at(-1) === 'connected', { what: 'the end of the silence to be told' })
  expect(told()).toEqual(['silent in part', 'connected'])
})

test.each(['dockerd', 'session'] as const)('a commit outlives a %s that stops', async (part) => {
  const name = `in-commit-${part}`
  const commit = await containerWithHeldCommit(docker.docker, { name, image: 'base:1' })
  onTestFinished(() => commit.release())
  const { hostId, told } = await connected(docker)
  const committing = lamina.value('snapshots.commit', snapshotOf(hostId, name))
  committing.catch(() => undefined)
  await commit.wanted
  const goOn = await stop(part)
  const asked = lamina.lamina.call('images.list', { hostId })
  await eventually(() => told().includes('silent'), { what: 'the silence to be told' })
  await asked
  await commit.release()
  await goOn()
  expect(await committing).toMatchObject({ reference: `kept:${name}`, frozen: true })
  expect(await lamina.value('snapshots.unfinished', { hostId })).toEqual([])
})
