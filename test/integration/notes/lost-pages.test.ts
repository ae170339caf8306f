import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperationInput, OperationOutput } from '../../../electron/contract/contract'
import type { Context } from '../../../electron/operations/context/context'
import { lostChanges } from '../../../electron/operations/changes/lost-changes'
import { LostWalks } from '../../../electron/operations/listings/lost-entries-cache'
import { closeChanges, openChanges } from '../../../electron/operations/changes/changes'
import { Listings } from '../../../electron/operations/listings/listings'
import { engineAt } from '../../../electron/session/engines/engine-socket'
import { HostSession } from '../../../electron/session/host/host-session'
import { sshEnvironment } from '../../../electron/session/host/ssh-environment'
import { openLocalTransport } from '../../../electron/transport/local/local-transport'
import { resolveSshHost } from '../../../electron/transport/ssh-config/resolve'
import { openSshTransport } from '../../../electron/transport/ssh2/ssh-transport'
import type { Transport } from '../../../electron/transport/transport'
import { CountedRounds } from '../../builders/engines/counted-rounds'
import {
  removeContainers,
  removeImages,
  runInContainer,
  startContainer,
  stopContainer,
} from '../../engines/docker/containers'
import { buildLayers } from '../../engines/images/images'
import { startPrivateSshd, type PrivateSshd } from '../../engines/ssh/private-sshd'
import { baseImage, sharedEngine, uniqueName } from '../../engines/docker/shared-engine'
import { readerContainers } from '../content/content-container'

const engine = sharedEngine()
const image = `${uniqueName('lost')}:1`
const snapshot = `${uniqueName('lost')}:snapshot`
const container = uniqueName('lost')
const { signal } = new AbortController()
const all = ['/d/in', '/d/in/five', '/d/one', '/d/three', '/d/two']
let sshd: PrivateSshd
let overSsh: () => Transport

beforeAll(async () => {
  sshd = await startPrivateSshd()
  const identityFile = await sshd.makeKey('ed25519')
  await sshd.authorize('root', identityFile)
  const address = { user: 'root', host: '127.0.0.1', port: sshd.port }
  const overrides = { identityFile, knownHostsFile: sshd.knownHostsFile }
  overSsh = () =>
    openSshTransport({ resolve: (asked) => resolveSshHost(address, overrides, sshEnvironment({}), asked) })
  await buildLayers(engine.docker, image, baseImage, [
    'mkdir -p /d/in; echo 1 >/d/one; echo 2 >/d/two; echo 4 >/d/four',
    'echo 3 >/d/three; echo 5 >/d/in/five; rm /d/four',
  ])
  await startContainer(engine.docker, { name: container, image })
  await engine.docker(['commit', container, snapshot])
  await runInContainer(engine.docker, container, 'rm -r /d')
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await removeImages(engine.docker, snapshot, image)
  await sshd.stop()
})

/** What was lost, asked for page by page on a host whose commands and requests are counted. */
function pagesOf(transport: Transport) {
  const rounds = new CountedRounds()
  const session = new HostSession('local', rounds.transport(transport), async (to, opening) =>
    rounds.engine(await engineAt(engine.socketPath)(to, opening)),
  )
  const context = {
    hosts: { session: () => Promise.resolve(session), lastSession: () => session },
    ...{ opensOnDemand: false, listings: new Listings(), lostWalks: new LostWalks(), emit: () => undefined },
  } as unknown as Context
  const page = async (
    offset: number,
    more: Partial<OperationInput<'changes.lost'>> = {},
  ): Promise<{ rows: OperationOutput<'changes.lost'>['rows']; asked: number }> => {
    const before = rounds.asked
    const input = { hostId: 'local', containerId: container, path: '/d', offset, limit: 2, ...more }
    const { rows, entries, bytes } = await lostChanges(context, input, signal)
    expect({ entries, bytes }).toEqual({ entries: 5, bytes: 8 })
    return { rows, asked: rounds.asked - before }
  }
  return { page, context, session }
}

const places = [
  ['this machine', () => openLocalTransport(), { lens: 'host' }],
  ['a host over SSH', () => overSsh(), { lens: 'host' }],
  ['this machine', () => openLocalTransport(), { lens: 'engine' }],
  ['a host over SSH, against a snapshot,', () => overSsh(), { against: snapshot }],
] as const

describe.each(places)('On %s %#', (_, transport, more) => {
  test('no page but the first asks for more than the container', async () => {
    const { page, session } = pagesOf(transport())
    const [first, second, third] = [await page(0, more), await page(2, more), await page(4, more)]
    expect([first, second, third].flatMap(({ rows }) => rows.map(({ path }) => path))).toEqual(all)
    expect(first.asked).toBeGreaterThan(3)
    expect([second.asked, third.asked]).toEqual([1, 1])
    await session.close()
    expect(await readerContainers()).toEqual([])
  })
})

describe('The pages of one walk', () => {
  test('are those of its moment, until the first is asked for again or the container was stopped', async () => {
    const { page, session } = pagesOf(openLocalTransport())
    await page(0)
    await runInContainer(engine.docker, container, 'mkdir /d; echo back >/d/two')
    expect((await page(4)).rows.map(({ path }) => path)).toEqual(['/d/two'])
    await expect(page(0)).rejects.toThrow()
    await runInContainer(engine.docker, container, 'rm -r /d')
    await page(0)
    await stopContainer(engine.docker, container)
    expect((await page(2)).asked).toBeGreaterThan(3)
    await engine.docker(['start', container])
    expect((await page(2)).asked).toBeGreaterThan(3)
    await session.close()
  })

  test('go with the listing of the container', async () => {
    const { page, context, session } = pagesOf(openLocalTransport())
    const { listingId } = await openChanges(context, { hostId: 'local', containerId: container }, signal)
    await page(0)
    expect((await page(2)).rows).toHaveLength(2)
    await closeChanges(context, { listingId }, signal)
    const { rows, asked } = await page(2)
    expect(rows).toHaveLength(2)
    expect(asked).toBeGreaterThan(3)
    await session.close()
  })
})
