import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { startContainer } from '../../engines/docker/containers'
import { startDebianHost, type DebianHost } from '../../engines/debian/debian-host'
import { startDebianSshd, type DebianSshd } from '../../engines/debian/debian-sshd'
import { importImage } from '../../engines/images/images'
import { startEngine, type PrivateEngine } from '../../engines/engine/private-engine'
import { eventually } from '../../engines/wait'

// Engines are ended, started and found again.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

// A Debian 13 with Docker and Podman where they usually are, each with a container.
let host: DebianHost
let sshd: DebianSshd
let docker: PrivateEngine
let podman: PrivateEngine
let lamina: LaminaUnderTest
let way: { identityFile: string; knownHostsFile: string }

beforeAll(async () => {
  host = await startDebianHost('trixie')
  await host.run(['mkdir', '-p', '/run/podman'])
  const inFolder = (name: string) => `${host.folder}/${name}`
  docker = await startEngine('docker-26', {
    host,
    socketPath: inFolder('docker.sock'),
    dataRoot: inFolder('docker'),
  })
  podman = await startEngine('podman-5', {
    host,
    socketPath: inFolder('podman.sock'),
    dataRoot: inFolder('podman'),
  })
  // Seen from outside only in the host's own folder, from inside where everybody looks.
  await host.run(['ln', '-s', docker.socketPath, '/var/run/docker.sock'])
  await host.run(['ln', '-s', podman.socketPath, '/run/podman/podman.sock'])
  for (const engine of [docker, podman]) {
    await importImage(engine.docker, 'base:1')
    await startContainer(engine.docker, { name: `in-${engine.kind}`, image: 'base:1' })
  }
  sshd = await startDebianSshd(host)
  way = { identityFile: sshd.identityFile, knownHostsFile: sshd.knownHostsFile }
  lamina = await laminaUnderTest(docker)
})

afterAll(async () => {
  await lamina.close()
  await host.stop()
})

const connected = (socketPath?: string) =>
  lamina.value('hosts.connect', { host: sshd.address('root', socketPath), ...way })

const names = async (hostId: string) =>
  (await lamina.value('containers.list', { hostId, all: true })).map(({ name }) => name)

test('both engines of a host are offered, and each is a host of its own', async () => {
  const first = await connected()
  expect(first).toMatchObject({ engine: 'Docker', version: '26.1.5+dfsg1', imageStore: 'graph-driver' })
  const engines = await lamina.value('hosts.engines', { hostId: first.hostId })
  expect(engines).toMatchObject([
    { socketPath: '/var/run/docker.sock', hostId: first.hostId, connected: true },
    {
      socketPath: '/run/podman/podman.sock',
      hostId: sshd.address('root', '/run/podman/podman.sock'),
      connected: false,
      description: { engine: 'Podman', version: '5.4.2', storageDriver: 'overlay', rootless: false },
    },
  ])
  const other = await connected('/run/podman/podman.sock')
  expect(other).toMatchObject({ engine: 'Podman', hostId: engines[1]?.hostId })
  expect(await names(first.hostId)).toEqual(['in-docker-26'])
  expect(await names(other.hostId)).toEqual(['in-podman-5'])
})

/** Who answers at the host's address, to somebody who was never there. */
async function answering() {
  const other = await laminaUnderTest(docker)
  try {
    const host = sshd.address('root')
    const { engine, hostLens, hostId } = await other.value('hosts.connect', { host, ...way })
    const listed = await other.value('containers.list', { hostId, all: true })
    return { engine, hostLens, names: listed.map(({ name }) => name) }
  } finally {
    await other.close()
  }
}

test('the engine that the host itself names goes before the usual one', async () => {
  const named = 'export DOCKER_HOST=unix:///run/podman/podman.sock\n'
  await host.run(['tee', '/root/.bashrc'], { input: named })
  onTestFinished(async () => {
    await host.run(['rm', '/root/.bashrc'])
  })
  expect(await answering()).toMatchObject({
    engine: 'Podman',
    names: ['in-podman-5'],
    hostLens: { works: true },
  })
})

test('the engine of the current context goes before the usual one', async () => {
  const context = ['docker', 'context']
  await host.run([...context, 'create', 'pod', '--docker', 'host=unix:///run/podman/podman.sock'])
  await host.run([...context, 'use', 'pod'])
  onTestFinished(async () => {
    await host.run(['rm', '-r', '/root/.docker'])
  })
  expect(await answering()).toMatchObject({ engine: 'Podman', names: ['in-podman-5'] })
})

test.each([
  ['podman --url unix:///run/podman/podman.sock system dial-stdio', 'Podman', 'in-podman-5'],
  ['docker system dial-stdio', 'Docker', 'in-docker-26'],
] as const)('a key for "%s" alone has that engine', async (command, engine, container) => {
  const keys = `${way.identityFile}.pub`
  const key = await readFile(keys, 'utf8')
  await writeFile(keys, `restrict,command="${command}" ${key}`)
  onTestFinished(() => writeFile(keys, key))
  expect(await answering()).toMatchObject({
    engine,
    names: [container],
    hostLens: { works: false, reason: expect.stringContaining('may only run one command') as string },
  })
})

test('an engine of this machine is a host by its socket', async () => {
  const hostId = `unix://${podman.socketPath}`
  const engines = await lamina.value('hosts.engines', { hostId: 'local' })
  expect(engines.find(({ connected: isOwn }) => isOwn)).toMatchObject({
    socketPath: docker.socketPath,
    hostId: 'local',
    description: { engine: 'Docker' },
  })
  expect(await lamina.value('hosts.connect', { hostId })).toMatchObject({ engine: 'Podman' })
  expect(await names(hostId)).toEqual(['in-podman-5'])
  expect(await lamina.value('hosts.list', {})).toContainEqual({
    hostId,
    kind: 'local',
    name: podman.socketPath,
    saved: false,
  })
  expect(await lamina.value('hosts.add', { host: hostId, name: 'Podman here' })).toMatchObject({
    hostId,
    kind: 'local',
    name: 'Podman here',
    saved: true,
  })
  expect(await names(hostId)).toEqual(['in-podman-5'])
  expect(await lamina.failure('containers.list', { hostId: 'unix:///run/../x.sock' })).toMatchObject({
    kind: 'unknown-host',
  })
})

test("a host whose engine is stopped stays that engine's, and is told which other there is", async () => {
  const { hostId } = await connected()
  const changes = lamina.events('host.changed')
  await docker.end()
  const lost = await eventually(
    () => changes.find(({ failure }) => failure?.message.includes('/run/podman/podman.sock') === true),
    { within: 100_000, every: 100, what: 'the loss to be told with the other engine' },
  )
  expect(lost).toMatchObject({ state: 'lost', failure: { kind: 'engine-unreachable' } })
  expect((await lamina.failure('containers.list', { hostId })).kind).toBe('engine-unreachable')
  const engines = await lamina.value('hosts.engines', { hostId })
  expect(engines).toMatchObject([
    { socketPath: '/var/run/docker.sock', hostId, connected: true, failure: { kind: 'engine-unreachable' } },
    { socketPath: '/run/podman/podman.sock', connected: false, description: { engine: 'Podman' } },
  ])
  await docker.start()
  await docker.docker(['start', 'in-docker-26'])
  await eventually(() => changes.some(({ description }) => description?.engine === 'Docker'), {
    within: 100_000,
    every: 100,
    what: 'the engine to be found again',
  })
  expect(await names(hostId)).toEqual(['in-docker-26'])
})

test('a socket that another user owns is named with its owner, and one of something else is no engine', async () => {
  await host.run(['useradd', '--create-home', '--password', '*', 'somebody'])
  await host.run(['chmod', '755', host.folder])
  await host.run(['chmod', '600', podman.socketPath])
  onTestFinished(async () => {
    await host.run(['chmod', '666', podman.socketPath])
  })
  await host.run(['chmod', '666', docker.socketPath])
  const { hostId } = await lamina.value('hosts.connect', { host: sshd.address('somebody'), ...way })
  const engines = await lamina.value('hosts.engines', { hostId })
  expect(engines.find(({ socketPath }) => socketPath === '/run/podman/podman.sock')).toMatchObject({
    failure: {
      kind: 'permission-denied',
      message: expect.stringContaining('belongs to root:root') as string,
    },
  })
  const named = { host: sshd.address('somebody', '/run/podman/podman.sock'), ...way }
  expect(await lamina.failure('hosts.connect', named)).toMatchObject({
    kind: 'permission-denied',
    message: expect.stringMatching(/belongs to root:root\. .*\/var\/run\/docker\.sock/) as string,
  })
  const ssh = { host: sshd.address('root', `${host.folder}/nothing.sock`), ...way }
  expect(await lamina.failure('hosts.connect', ssh)).toMatchObject({ kind: 'engine-unreachable' })
})

test('an engine behind the socket of a virtual machine is told as such, and its files are not looked for', async () => {
  await host.run(['mkdir', '-p', '/root/.colima/default'])
  await host.run([
    'sh',
    '-c',
    'touch /root/.colima/default/docker.sock && mount --bind "$0" /root/.colima/default/docker.sock',
    docker.socketPath,
  ])
  const { hostLens } = await connected('/root/.colima/default/docker.sock')
  expect(hostLens).toEqual({
    works: false,
    reason: 'The engine runs in the virtual machine of Colima, whose files are not on this host.',
  })
})

test('an engine that was switched to the other image store behind its socket is another one from then on', async () => {
  const { hostId } = await connected(docker.socketPath)
  const { listingId } = await lamina.value('changes.open', {
    hostId,
    containerId: 'in-docker-26',
    live: true,
  })
  const progress = lamina.events('changes.progressed')
  await docker.end()
  const containerd = await startEngine('docker-26-containerd', {
    host,
    socketPath: docker.socketPath,
    dataRoot: `${host.folder}/containerd`,
  })
  await importImage(containerd.docker, 'base:2')
  await startContainer(containerd.docker, { name: 'in-the-other-store', image: 'base:2' })
  await eventually(
    async () => {
      const described = await lamina.lamina.call('hosts.describe', { hostId })
      return described.ok && (described.value as { imageStore: string }).imageStore === 'containerd'
    },
    { within: 100_000, every: 200, what: 'the engine to be found anew' },
  )
  expect(await names(hostId)).toEqual(['in-the-other-store'])
  expect(await lamina.value('hosts.describe', { hostId })).toMatchObject({ storageDriver: 'overlayfs' })
  expect(await lamina.failure('changes.refresh', { listingId })).toMatchObject({ kind: 'not-found' })
  expect(progress.every(({ state }) => state !== 'failed')).toBe(true)
})
