import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { snapshotLabel } from '../../../electron/engine/engine'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { eventually } from '../../engines/wait'
import { runInContainer, startContainer } from '../../engines/docker/containers'
import { containerWithHeldCommit } from '../../engines/held/held-commit'
import { importImage } from '../../engines/images/images'
import { startPrivateDocker, type PrivateDocker } from '../../engines/docker/private-docker'
import { startPrivateSshd, type PrivateSshd } from '../../engines/ssh/private-sshd'
import { sshLine } from '../../engines/ssh/ssh-line'

// A host that is lost is waited for, and snapshots of one engine for each other.
vi.setConfig({ testTimeout: 180_000 })

// Engine and server are killed here, so they are this file's own.
let engine: PrivateDocker
let sshd: PrivateSshd
let lamina: LaminaUnderTest
let hostId: string
let identityFile: string
let number = 0

const local = { hostId: 'local' } as const
const said = async (...args: string[]): Promise<string> => (await engine.docker(args)).stdout.trim()
const isPaused = async (name: string): Promise<boolean> =>
  (await said('inspect', '--format', '{{.State.Status}}', name)) === 'paused'
const snapshotImages = async (): Promise<string[]> =>
  (await said('images', '--quiet', '--no-trunc', '--filter', `label=${snapshotLabel}`))
    .split('\n')
    .filter((id) => id !== '')

beforeAll(async () => {
  engine = await startPrivateDocker({ liveRestore: true })
  await importImage(engine.docker, 'base:1')
  sshd = await startPrivateSshd()
  identityFile = await sshd.makeKey('ed25519')
  await sshd.authorize('root', identityFile)
  lamina = await laminaUnderTest(engine)
  const connected = await lamina.value('hosts.connect', {
    host: sshd.address('root', engine.socketPath),
    identityFile,
    knownHostsFile: sshd.knownHostsFile,
  })
  hostId = connected.hostId
})

afterAll(async () => {
  await lamina.close()
  await sshd.stop()
  await engine.stop()
})

/** A container whose commit has a middle, which lasts until it is let go. */
async function heldContainer() {
  const name = `held-${++number}`
  const commit = await containerWithHeldCommit(engine.docker, { name, image: 'base:1' })
  onTestFinished(() => commit.release())
  return { name, commit }
}

const input = (containerId: string, host = hostId) => ({
  hostId: host,
  containerId,
  reference: `kept:${containerId}`,
  message: 'cut off',
  author: 'kirizi',
})

test('a link that is lost in mid-commit is mended, and the one image that was made is named', async () => {
  const { name, commit } = await heldContainer()
  const states = lamina.events('host.changed')
  const committing = lamina.value('snapshots.commit', input(name))
  await commit.wanted
  expect(await isPaused(name)).toBe(true)
  await sshd.kill()
  await eventually(() => states.some(({ state }) => state === 'lost'), { what: 'the link to be missed' })
  await commit.release()
  await sshd.start()
  const made = await committing
  expect(made).toMatchObject({ reference: `kept:${name}`, frozen: true, baseLayers: 1, layers: 2 })
  expect(await snapshotImages()).toEqual([made.imageId])
  expect(await said('image', 'inspect', '--format', '{{.Id}}', `kept:${name}`)).toBe(made.imageId)
  expect(await lamina.value('snapshots.unfinished', { hostId })).toEqual([])
  await eventually(() => states.at(-1)?.state === 'connected', { what: 'the link to be mended' })
  await engine.docker(['rmi', `kept:${name}`])
})

test('a line that freezes in mid-commit and is cut later is found out about, too', async () => {
  const line = await sshLine(sshd.port)
  onTestFinished(() => line.close())
  const { name, commit } = await heldContainer()
  const knownHostsFile = join(sshd.folder, 'known_hosts_of_line')
  const known = await readFile(sshd.knownHostsFile, 'utf8')
  await writeFile(knownHostsFile, known.replaceAll(`:${sshd.port} `, `:${line.port} `))
  const frozen = await lamina.value('hosts.connect', {
    host: `ssh://root@127.0.0.1:${line.port}${engine.socketPath}`,
    identityFile,
    knownHostsFile,
  })
  onTestFinished(async () => void (await lamina.value('hosts.remove', { hostId: frozen.hostId })))
  const states = lamina.events('host.changed')
  const committing = lamina.value('snapshots.commit', input(name, frozen.hostId))
  await commit.wanted
  line.freeze()
  await eventually(() => states.some(({ state }) => state === 'lost'), { what: 'the silence to be missed' })
  await commit.release()
  line.cut()
  line.thaw()
  const made = await committing
  expect(await snapshotImages()).toEqual([made.imageId])
  expect(await lamina.value('snapshots.unfinished', { hostId: frozen.hostId })).toEqual([])
  await engine.docker(['rmi', `kept:${name}`])
})

test('a snapshot on another host goes on while one waits for its host', async () => {
  const { name: remote, commit } = await heldContainer()
  const here = `here-${++number}`
  await startContainer(engine.docker, { name: here, image: 'base:1' })
  await runInContainer(engine.docker, here, 'echo one > /new')
  const committing = lamina.lamina.call('snapshots.commit', input(remote))
  await commit.wanted
  await sshd.kill()
  await commit.release()
  expect(await lamina.value('snapshots.commit', input(here, 'local'))).toMatchObject({ layers: 2 })
  expect(await lamina.value('snapshots.unfinished', local)).toEqual([])
  await sshd.start()
  expect(await committing).toMatchObject({ ok: true, value: { reference: `kept:${remote}` } })
  await engine.docker(['rmi', `kept:${remote}`, `kept:${here}`])
})

test('an engine that dies with the link made nothing, and that is what is said', async () => {
  const { name, commit } = await heldContainer()
  const committing = lamina.lamina.call('snapshots.commit', input(name))
  await commit.wanted
  await engine.kill('KILL')
  await sshd.kill()
  await engine.start()
  await sshd.start()
  const answer = await committing
  expect(answer).toMatchObject({
    ok: false,
    failure: { message: expect.stringContaining('not made') as string },
  })
  expect(answer).toHaveProperty('failure.remedy', expect.stringContaining('paused'))
  expect(await snapshotImages()).toEqual([])
  const [left, ...others] = await lamina.value('snapshots.unfinished', { hostId })
  expect(others).toEqual([])
  expect(left).toMatchObject({ containerName: name, outcome: 'not-made', leftPaused: true })
  await lamina.value('containers.resume', { hostId, containerId: name })
  await lamina.value('snapshots.finish', {
    hostId,
    snapshotId: left?.snapshotId ?? '',
    action: 'forget',
  })
  expect(await lamina.value('snapshots.unfinished', { hostId })).toEqual([])
})
