import { chmod } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer } from '../../engines/docker/containers'
import { engineProxy, type EngineProxy } from '../../engines/engine/engine-proxy'
import { haltScript, heldFind, type HeldFind } from '../../engines/held/held-find'
import { startPrivateSshd, type PrivateSshd, type SshdUser } from '../../engines/ssh/private-sshd'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { eventually } from '../../engines/wait'

const engine = sharedEngine()
const container = uniqueName('left')
let lamina: LaminaUnderTest
/** The engine behind a socket that every account may use. */
let everybodys: EngineProxy
let sshd: PrivateSshd
/** A `find` that is caught while it reads can only end by being ended. */
let find: HeldFind
// As root the command's process group is killed; as somebody with sudo the processes are root's and end by their input.
const hosts = [
  ['this machine', undefined],
  ['a host over SSH, as root,', 'root'],
  ['a host over SSH, as one with sudo,', 'helper'],
] as const
const hostIds = new Map<SshdUser | undefined, string>([[undefined, 'local']])

beforeAll(async () => {
  find = heldFind()
  vi.stubEnv('PATH', find.path)
  lamina = await laminaUnderTest(engine)
  everybodys = await engineProxy(engine.socketPath)
  const openSocket = everybodys.dockerHost.slice('unix://'.length)
  await chmod(dirname(openSocket), 0o711)
  await chmod(openSocket, 0o666)
  sshd = await startPrivateSshd({ path: find.path })
  for (const [, user] of hosts) {
    if (user === undefined) continue
    const identityFile = await sshd.makeKey('ed25519')
    await sshd.authorize(user, identityFile)
    const { knownHostsFile } = sshd
    const host = sshd.address(user, openSocket)
    hostIds.set(user, (await lamina.value('hosts.connect', { host, identityFile, knownHostsFile })).hostId)
  }
  await startContainer(engine.docker, { name: container, image: baseImage })
  await runInContainer(engine.docker, container, haltScript('/data'))
})

afterAll(async () => {
  vi.unstubAllEnvs()
  await lamina.close()
  await sshd.stop()
  await everybodys.close()
  await removeContainers(engine.docker, container)
  find.remove()
})

async function expectNoneLeft(listingId: string, pid: number): Promise<void> {
  expect(find.isThere(pid)).toBe(true)
  expect(await lamina.value('changes.close', { listingId })).toEqual({ closed: true })
  await eventually(() => !find.isThere(pid), { what: 'find to end' })
}

describe.each(hosts)('A listing of %s that is closed leaves no find behind', (_, user) => {
  const place = () => ({ hostId: hostIds.get(user) ?? '', containerId: container, lens: 'host' as const })

  test('while it looks', async () => {
    find.hold()
    const { listingId } = await lamina.value('changes.open', place())
    await expectNoneLeft(listingId, await find.caught())
  })

  // Whoever looks again by hand waits for the same command as a live listing does after news.
  test('while it looks again', async () => {
    const told = lamina.events('changes.progressed')
    const { listingId } = await lamina.value('changes.open', place())
    const isRead = () => told.some((one) => one.listingId === listingId && one.notes === 'complete')
    await eventually(isRead, { what: 'the first look to end' })
    find.hold()
    const again = lamina.failure('changes.refresh', { listingId })
    await expectNoneLeft(listingId, await find.caught())
    expect(await again).toMatchObject({ kind: 'cancelled' })
  })
})

// Nothing is written, so that it reads all of it each time to find that out.
test('A live listing that is closed while it looks for news leaves no find behind', async () => {
  const told = lamina.events('changes.progressed')
  const { listingId } = await lamina.value('changes.open', {
    hostId: 'local',
    containerId: container,
    lens: 'host',
    live: true,
  })
  const isLive = () => told.some((one) => one.listingId === listingId && one.live.on)
  await eventually(isLive, { what: 'the listing to be live' })
  find.hold()
  await expectNoneLeft(listingId, await find.caught())
})
