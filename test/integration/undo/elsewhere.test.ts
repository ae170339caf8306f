import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { busyboxFolder } from '../../builders/tools/other-tools'
import {
  removeContainers,
  removeImages,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { engineProxy, type EngineProxy } from '../../engines/engine/engine-proxy'
import { startPrivateSshd, type PrivateSshd, type SshdUser } from '../../engines/ssh/private-sshd'
import { sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { changedContainer, importUndoImage, shown } from './undo-container'

// The same over SSH: as root, with busybox's tools, and for an account that may not read the host's files.
// Each test undoes several changes, each of which is a dozen commands.
vi.setConfig({ testTimeout: 300_000 })

const engine = sharedEngine()
const image = `${uniqueName('elsewhere')}:1`
const untouched = uniqueName('untouched')
let everybodys: EngineProxy
let openSocket: string
let lamina: LaminaUnderTest
let server: PrivateSshd
/** The host as each account sees it. */
let asRoot: string
let asKeeper: string

beforeAll(async () => {
  await importUndoImage(image)
  await startContainer(engine.docker, { name: untouched, image })
  everybodys = await engineProxy(engine.socketPath)
  openSocket = everybodys.dockerHost.slice('unix://'.length)
  await chmod(dirname(openSocket), 0o711)
  await chmod(openSocket, 0o666)
  lamina = await laminaUnderTest(engine)
  server = await startPrivateSshd()
  asRoot = await connected(server, 'root')
  asKeeper = await connected(server, 'keeper')
})

afterAll(async () => {
  await lamina.close()
  await server.stop()
  await everybodys.close()
  await removeContainers(engine.docker, untouched)
  await removeImages(engine.docker, image)
})

async function connected(to: PrivateSshd, user: SshdUser): Promise<string> {
  const identityFile = await to.makeKey('ed25519')
  await to.authorize(user, identityFile)
  const host = to.address(user, openSocket)
  const { knownHostsFile } = to
  return (await lamina.value('hosts.connect', { host, identityFile, knownHostsFile })).hostId
}

async function changed(state: string): Promise<string> {
  const name = uniqueName('elsewhere')
  onTestFinished(() => removeContainers(engine.docker, name))
  await changedContainer(image, name, 'modify', 'deleteDirectory', 'add', 'opaque')
  if (state === 'stopped') await stopContainer(engine.docker, name)
  return name
}

const all = ['/u/file', '/u/dir', '/u/new', '/u/opaque']

async function undoAll(hostId: string, containerId: string, paths: readonly string[]) {
  const through = []
  for (const path of paths) {
    const place = { hostId, containerId, path }
    const { action } = await lamina.value('undo.plan', place)
    through.push((await lamina.value('undo.apply', { ...place, action })).through)
  }
  return through
}

async function expectUndone(container: string, paths: readonly string[]): Promise<void> {
  await engine.docker(['start', container])
  expect(await shown(container, ...paths)).toBe(await shown(untouched, ...paths))
}

test.each(['running', 'stopped'])('Over SSH as root each action is done (%s)', async (state) => {
  const container = await changed(state)
  const way = state === 'running' ? 'engine' : 'host'
  expect(await undoAll(asRoot, container, all)).toEqual(all.map(() => way))
  await expectUndone(container, all)
})

test("with busybox's tools each action is done in a stopped container", async () => {
  const tools = busyboxFolder(['getfattr'])
  onTestFinished(() => {
    tools.remove()
  })
  await chmod(tools.path, 0o755)
  const bare = await startPrivateSshd({ path: tools.path })
  onTestFinished(() => bare.stop())
  const host = await connected(bare, 'root')
  const container = await changed('stopped')
  expect(await undoAll(host, container, all)).toEqual(all.map(() => 'host'))
  await expectUndone(container, all)
})

describe("For an account that may not read the host's files", () => {
  test('each action is done in a running container, a replaced directory entry by entry', async () => {
    const container = await changed('running')
    const paths = ['/u/file', '/u/dir', '/u/new', '/u/opaque/both', '/u/opaque/extra', '/u/opaque/lost']
    expect(await undoAll(asKeeper, container, paths)).toEqual(paths.map(() => 'engine'))
    await expectUndone(container, paths)
  })

  test('in a stopped one things come back, and none can be removed', async () => {
    const container = await changed('stopped')
    const paths = ['/u/file', '/u/dir']
    expect(await undoAll(asKeeper, container, paths)).toEqual(['engine', 'engine'])
    const place = { hostId: asKeeper, containerId: container, path: '/u/new' }
    const { obstacle } = await lamina.value('undo.plan', place)
    expect(obstacle).toMatch(/only be removed on the host itself\. Only root can read/)
    await expectUndone(container, paths)
  })
})
