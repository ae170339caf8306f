import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { busyboxFolder } from '../../builders/other-tools'
import { removeContainers, removeImages, startContainer, stopContainer } from '../../engines/containers'
import { engineProxy, type EngineProxy } from '../../engines/engine-proxy'
import { startPrivateSshd, type PrivateSshdOptions, type SshdUser } from '../../engines/private-sshd'
import { sharedEngine, uniqueName } from '../../engines/shared-engine'
import { changedContainer, importUndoImage, shown } from './undo-container'

// The same over SSH: as root, with busybox's tools, and for an account that may not read the host's files.
// Each test undoes several changes over a connection of its own, which takes long on a machine with other work.
vi.setConfig({ testTimeout: 240_000 })

const engine = sharedEngine()
const image = `${uniqueName('elsewhere')}:1`
const untouched = uniqueName('untouched')
let everybodys: EngineProxy
let openSocket: string

beforeAll(async () => {
  await importUndoImage(image)
  await startContainer(engine.docker, { name: untouched, image })
  everybodys = await engineProxy(engine.socketPath)
  openSocket = everybodys.dockerHost.slice('unix://'.length)
  await chmod(dirname(openSocket), 0o711)
  await chmod(openSocket, 0o666)
})

afterAll(async () => {
  await everybodys.close()
  await removeContainers(engine.docker, untouched)
  await removeImages(engine.docker, image)
})

async function connected(
  user: SshdUser,
  options: PrivateSshdOptions = {},
): Promise<{ lamina: LaminaUnderTest; hostId: string }> {
  const server = await startPrivateSshd(options)
  onTestFinished(() => server.stop())
  const lamina = await laminaUnderTest(engine)
  onTestFinished(() => lamina.close())
  const identityFile = await server.makeKey('ed25519')
  await server.authorize(user, identityFile)
  const host = server.address(user, openSocket)
  const { hostId } = await lamina.value('hosts.connect', {
    host,
    identityFile,
    knownHostsFile: server.knownHostsFile,
  })
  return { lamina, hostId }
}

async function changed(state: string): Promise<string> {
  const name = uniqueName('elsewhere')
  onTestFinished(() => removeContainers(engine.docker, name))
  await changedContainer(image, name, 'modify', 'deleteDirectory', 'add', 'opaque')
  if (state === 'stopped') await stopContainer(engine.docker, name)
  return name
}

const all = ['/u/file', '/u/dir', '/u/new', '/u/opaque']

async function undoAll(
  { lamina, hostId }: { lamina: LaminaUnderTest; hostId: string },
  container: string,
  paths: readonly string[],
) {
  const through = []
  for (const path of paths) {
    const place = { hostId, containerId: container, path }
    const { action } = await lamina.value('undo.plan', place)
    through.push((await lamina.value('undo.apply', { ...place, action })).through)
  }
  return through
}

async function expectUndone(container: string, paths: readonly string[]): Promise<void> {
  await engine.docker(['start', container])
  for (const path of paths) expect(await shown(container, path)).toBe(await shown(untouched, path))
}

test.each(['running', 'stopped'])('Over SSH as root each action is done (%s)', async (state) => {
  const host = await connected('root')
  const container = await changed(state)
  const way = state === 'running' ? 'engine' : 'host'
  expect(await undoAll(host, container, all)).toEqual(all.map(() => way))
  await expectUndone(container, all)
})

test("with busybox's tools each action is done in a stopped container", async () => {
  const tools = busyboxFolder(['getfattr'])
  onTestFinished(() => {
    tools.remove()
  })
  await chmod(tools.path, 0o755)
  const host = await connected('root', { path: tools.path })
  const container = await changed('stopped')
  expect(await undoAll(host, container, all)).toEqual(all.map(() => 'host'))
  await expectUndone(container, all)
})

describe("For an account that may not read the host's files", () => {
  test('each action is done in a running container, a replaced directory entry by entry', async () => {
    const host = await connected('keeper')
    const container = await changed('running')
    const paths = ['/u/file', '/u/dir', '/u/new', '/u/opaque/both', '/u/opaque/extra', '/u/opaque/lost']
    expect(await undoAll(host, container, paths)).toEqual(paths.map(() => 'engine'))
    await expectUndone(container, paths)
  })

  test('in a stopped one things come back, and none can be removed', async () => {
    const host = await connected('keeper')
    const container = await changed('stopped')
    const paths = ['/u/file', '/u/dir']
    expect(await undoAll(host, container, paths)).toEqual(['engine', 'engine'])
    const place = { hostId: host.hostId, containerId: container, path: '/u/new' }
    const { obstacle } = await host.lamina.value('undo.plan', place)
    expect(obstacle).toMatch(/only be removed on the host itself\. Only root can read/)
    await expectUndone(container, paths)
  })
})
