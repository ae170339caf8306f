import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { OperationOutput } from '../../../../../electron/contract/contract'
import { useHosts } from '../../../../../renderer/src/stores/hosts/hosts'
import { openedBefore } from '../../../../../renderer/src/stores/hosts/opened-hosts'
import { failing, fakeBridge, giving } from '../../../../builders/window/fake-bridge'

type Known = OperationOutput<'hosts.list'>[number]
const local: Known = { hostId: 'local', kind: 'local', name: 'local', saved: true }
const remote: Known = { hostId: 'ssh://build-box', kind: 'ssh', name: 'build-box', saved: true }
const description = (hostId: string) => ({
  hostId,
  engine: 'Docker' as const,
  version: '27.1.1',
  apiVersion: '1.46',
  storageDriver: 'overlay2',
  imageStore: 'graph-driver' as const,
  rootless: false,
  dataRoot: '/var/lib/docker',
  hostLens: { works: true },
})

beforeEach(() => {
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.unstubAllGlobals()
})

const connecting = (input: { hostId: string } | { host: string }) =>
  giving(description('hostId' in input ? input.hostId : input.host))

test('at the start this machine is connected and no other host, for that may ask questions', async () => {
  const bridge = fakeBridge({ 'hosts.list': () => giving([local, remote]), 'hosts.connect': connecting })
  const hosts = useHosts()
  await hosts.start()
  expect(bridge.calls.filter(({ operation }) => operation === 'hosts.connect')).toEqual([
    { operation: 'hosts.connect', input: { hostId: 'local' } },
  ])
  expect([hosts.isConnected('local'), hosts.isConnected(remote.hostId)]).toEqual([true, false])
  expect(hosts.hasSeveral).toBe(true)
})

test('hosts that were open before the page was loaded anew are taken up again', async () => {
  const bridge = fakeBridge({ 'hosts.list': () => giving([local, remote]), 'hosts.connect': connecting })
  await useHosts().connect(remote.hostId)
  setActivePinia(createPinia())
  await useHosts().start()
  expect(bridge.calls.filter(({ operation }) => operation === 'hosts.connect')).toHaveLength(3)
  expect(useHosts().isConnected(remote.hostId)).toBe(true)
})

test('a lost host keeps its description, tells the next attempt, and tells its listeners when it is back', async () => {
  const bridge = fakeBridge({ 'hosts.list': () => giving([remote]), 'hosts.connect': connecting })
  const hosts = useHosts()
  await hosts.start()
  const back: string[] = []
  hosts.onConnected((hostId) => back.push(hostId))
  await hosts.connect(remote.hostId)
  const { hostId } = remote
  const failure = { kind: 'connection-lost' as const, message: 'The link broke.' }
  const before = Date.now()
  bridge.emit('host.changed', { hostId, state: 'lost', failure, retryIn: 2000 })
  const lost = hosts.connections.get(hostId)
  expect(lost).toMatchObject({ state: 'lost', failure, description: { version: '27.1.1' } })
  expect(lost?.retryAt).toBeGreaterThanOrEqual(before + 2000)
  bridge.emit('host.changed', { hostId, state: 'connecting' })
  expect(hosts.connections.get(hostId)).toMatchObject({ state: 'connecting', failure })
  bridge.emit('host.changed', { hostId, state: 'connected' })
  expect(hosts.connections.get(hostId)?.failure).toBeUndefined()
  expect(back).toEqual([hostId, hostId])
})

test('a host whose engine is silent stays connected, and its listeners are told when it answers again', async () => {
  const bridge = fakeBridge({ 'hosts.list': () => giving([remote]), 'hosts.connect': connecting })
  const hosts = useHosts()
  await hosts.start()
  await hosts.connect(remote.hostId)
  const back: string[] = []
  hosts.onConnected((hostId) => back.push(hostId))
  const { hostId } = remote
  const silence = { since: '2026-11-23T12:00:00.000Z', request: 'GET /containers/json' }
  bridge.emit('host.changed', { hostId, state: 'connected', silence })
  expect(hosts.isConnected(hostId)).toBe(true)
  expect(hosts.connections.get(hostId)).toMatchObject({ silence, description: { version: '27.1.1' } })
  expect(back).toEqual([])
  bridge.emit('host.changed', { hostId, state: 'connected' })
  expect(hosts.connections.get(hostId)?.silence).toBeUndefined()
  expect(back).toEqual([hostId])
})

test('a silence that is told while a host is connected is not taken for ended by the answer', async () => {
  const silence = { since: '2026-11-23T12:00:00.000Z' }
  const { hostId } = remote
  const bridge = fakeBridge({
    'hosts.connect': () => {
      bridge.emit('host.changed', { hostId, state: 'connected', silence })
      return giving(description(hostId))
    },
  })
  const hosts = useHosts()
  await hosts.start()
  await hosts.connect(hostId)
  expect(hosts.connections.get(hostId)).toMatchObject({ state: 'connected', silence })
})

test('after a failure that only a person can help with, no next attempt is told', async () => {
  fakeBridge({ 'hosts.connect': () => failing('authentication-failed', 'No method was accepted.') })
  const hosts = useHosts()
  await hosts.connect(remote.hostId)
  expect(hosts.connections.get(remote.hostId)).toEqual({
    state: 'lost',
    failure: { kind: 'authentication-failed', message: 'No method was accepted.' },
  })
  expect(openedBefore(remote.hostId)).toBe(false)
})

test('an attempt that is cancelled leaves a host that is not connected, whatever its answer says later', async () => {
  let answer: (value: ReturnType<typeof connecting>) => void = () => undefined
  const bridge = fakeBridge({
    'hosts.connect': () => new Promise((resolve) => (answer = resolve)),
    'hosts.disconnect': ({ hostId }) => giving({ hostId }),
  })
  const hosts = useHosts()
  const attempt = hosts.connect(remote.hostId)
  await hosts.disconnect(remote.hostId)
  answer(connecting(remote))
  await attempt
  expect(bridge.cancelled).toHaveLength(1)
  expect(hosts.connections.get(remote.hostId)).toEqual({ state: 'disconnected' })
})

test('a host is added with what was said about it, and connected at once', async () => {
  const list = [local]
  const bridge = fakeBridge({
    'hosts.list': () => giving([...list]),
    'hosts.add': () => {
      list.push(remote)
      return giving(remote)
    },
    'hosts.connect': connecting,
  })
  const hosts = useHosts()
  await hosts.start()
  const input = { host: remote.hostId, identityFile: '/keys/one' }
  expect(await hosts.add(input)).toEqual(giving(remote))
  expect(bridge.calls).toContainEqual({ operation: 'hosts.add', input })
  await expect.poll(() => hosts.isConnected(remote.hostId)).toBe(true)
})

test('a host that is removed is forgotten with its connection, also when another window removed it', async () => {
  let list = [local, remote]
  const bridge = fakeBridge({ 'hosts.list': () => giving(list), 'hosts.connect': connecting })
  const hosts = useHosts()
  await hosts.start()
  await hosts.connect(remote.hostId)
  const removed: string[] = []
  hosts.onRemoved((hostId) => removed.push(hostId))
  list = [local]
  bridge.emit('hosts.changed', {})
  await expect.poll(() => removed).toEqual([remote.hostId])
  expect(hosts.connections.has(remote.hostId)).toBe(false)
})
