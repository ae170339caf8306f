import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { localEngine } from '../../../electron/session/host/local-host'
import { watchHost, type Clock, type HostState } from '../../../electron/session/host/host-watch'
import { laminaUnderTest } from '../../builders/lamina-under-test'
import { startPrivateDocker, type PrivateDocker } from '../../engines/docker/private-docker'
import { eventually } from '../../engines/wait'

const local = { hostId: 'local' } as const

async function ownEngine(): Promise<PrivateDocker> {
  const own = await startPrivateDocker()
  onTestFinished(() => own.stop())
  return own
}

test('an engine that stands still is told of with what waits, and told of again when it goes on', async () => {
  const own = await ownEngine()
  const lamina = await laminaUnderTest({ dockerHost: own.dockerHost })
  onTestFinished(() => lamina.close())
  const states = lamina.events('host.changed')
  const lists = lamina.events('containers.changed')
  await lamina.value('hosts.connect', local)
  await eventually(() => states.some(({ description }) => description !== undefined))

  const frozenAt = Date.now()
  await own.kill('STOP')
  const asked = lamina.lamina.call('containers.list', { ...local, all: true })
  const silent = await eventually(() => states.find(({ silence }) => silence !== undefined), {
    what: 'the silence to be told',
  })
  expect(silent).toMatchObject({ state: 'connected', silence: { request: 'GET /containers/json' } })
  expect(Date.parse(silent.silence?.since ?? '')).toBeGreaterThanOrEqual(frozenAt)

  const before = [states.length, lists.length]
  await own.kill('CONT')
  await eventually(() => states.length > (before[0] ?? 0))
  expect(states[before[0] ?? 0]).toEqual({ ...local, state: 'connected' })
  await eventually(() => lists.length > (before[1] ?? 0))
  expect(await asked).toHaveProperty('ok')
  expect(await lamina.value('containers.list', { ...local, all: true })).toEqual([])
})

test('an engine that appears is found at once, while the next attempt is far away', async () => {
  const own = await ownEngine()
  await own.kill('TERM')
  const session = localEngine(own.dockerHost, own.socketPath)
  const states: HostState[] = []
  const stopping = new AbortController()
  let isFar = false
  // Attempts that are far away never come by themselves.
  const clock: Clock = {
    wait: (milliseconds, signal) => {
      if (milliseconds < 5_000) return sleep(milliseconds / 100)
      isFar = true
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve()
        })
      })
    },
    random: () => 0.5,
    now: () => performance.now(),
  }
  const watcher = { changedState: (state: HostState) => void states.push(state), changed: () => undefined }
  const done = watchHost(session, watcher, stopping.signal, { clock })
  onTestFinished(async () => {
    stopping.abort()
    await session.close()
    await done
  })
  await eventually(() => isFar, { what: 'the attempts to become rare' })
  await own.start()
  await eventually(() => states.at(-1)?.state === 'connected', { what: 'the engine to be found' })
})

test('a DOCKER_HOST that can never be used is tried once', async () => {
  for (const dockerHost of ['tcp://127.0.0.1:2375', 'unix://docker.sock', 'npipe:////./pipe/docker']) {
    const lamina = await laminaUnderTest({ dockerHost })
    const states = lamina.events('host.changed')
    expect(await lamina.failure('hosts.connect', local)).toMatchObject({ kind: 'unsupported-address' })
    await eventually(() => states.at(-1)?.state === 'lost')
    expect(states.at(-1)).toMatchObject({ failure: { kind: 'unsupported-address' } })
    expect(states.at(-1)?.retryIn).toBeUndefined()
    await lamina.close()
  }
})

test('a DOCKER_HOST with a slash too many names its socket all the same', async () => {
  const own = await ownEngine()
  const lamina = await laminaUnderTest({ dockerHost: `unix:///${own.socketPath}` })
  onTestFinished(() => lamina.close())
  expect(await lamina.value('containers.list', { ...local, all: true })).toEqual([])
})
