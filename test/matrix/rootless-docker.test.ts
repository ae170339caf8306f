import { describe, expect, onTestFinished, test } from 'vitest'
import { stopContainer } from '../engines/docker/containers'
import { startRootlessDocker } from '../engines/docker/rootless-docker'
import { uniqueName } from '../engines/docker/shared-engine'
import { changes, hidden, layers, onRootless } from './rig/on-rootless'
import { hiddenCase, randomCase, readingTests, walkTests } from './suite/owners/rootless-tests'

const message = 'what a user did'
const author = 'dora'

describe.each(['overlay2', 'containerd'] as const)('rootless Docker that keeps images by %s', (store) => {
  const on = onRootless(() => startRootlessDocker(store))
  const { engine, lamina, overSsh, listed, aContainer } = on

  const expected = {
    // Names that are not UTF-8 come from the engine mangled.
    engineTellsOtherwise: /caf/,
    tellsDirectories: store === 'overlay2',
    // It is where it is looked for.
    dockerHost: () => undefined,
  }
  // Lamina reads both stores by the same means, once it knows where the layers are.
  walkTests(on, expected, store === 'overlay2' ? [hiddenCase, randomCase] : [hiddenCase])
  if (store === 'overlay2') readingTests(on, expected)

  test('is found over SSH where the address names no socket', async () => {
    const { name } = await aContainer(hidden, layers, changes)
    const hostId = await overSsh(engine().user, '')
    const engines = await lamina().value('hosts.engines', { hostId })
    expect(engines).toMatchObject([
      { socketPath: '/run/user/1000/docker.sock', connected: true, description: { engine: 'Docker' } },
    ])
    expect(await lamina().value('hosts.describe', { hostId })).toMatchObject({
      storageDriver: store === 'overlay2' ? 'overlay2' : 'overlayfs',
      rootless: true,
      hostLens: { works: true },
    })
    const containers = await lamina().value('containers.list', { hostId })
    expect(containers.map((container) => container.name)).toContain(name)
  })

  test('is found first over SSH where its context was chosen, as by the script that sets it up', async () => {
    const socketPath = '/run/user/1000/docker.sock'
    const context = ['docker', 'context']
    await engine().host.run(['ln', '-s', socketPath, '/run/docker.sock'])
    await engine().run([...context, 'create', 'rootless', '--docker', `host=unix://${socketPath}`])
    await engine().run([...context, 'use', 'rootless'])
    onTestFinished(async () => {
      await engine().host.run(['rm', '-r', '/run/docker.sock', `${engine().home}/.docker`])
    })
    const hostId = await overSsh(engine().user, '')
    await lamina().value('hosts.disconnect', { hostId })
    await overSsh(engine().user, '')
    expect(await lamina().value('hosts.engines', { hostId })).toMatchObject([
      { socketPath, connected: true, namedBy: 'context', description: { engine: 'Docker' } },
    ])
  })

  test('keeps a snapshot, whose layers are told and compared', async () => {
    const { name, image } = await aContainer(hidden, layers, changes)
    const hostId = await overSsh(engine().user)
    const reference = `${uniqueName('kept')}:1`
    const input = { hostId, containerId: name, reference, message, author }
    // Without systemd there are no control groups, so that it cannot pause and goes on (docker info, "Cgroup Driver: none").
    const made = await lamina().value('snapshots.commit', input)
    expect(made).toMatchObject({ baseLayers: 3, layers: 4, frozen: false })
    const script = 'cat /r/private/secret /r/own/file; stat -c %u:%g /r/private/secret; [ ! -e /r/gone ]'
    const run = ['run', '--rm', '--network', 'none', reference, 'sh', '-euc', script]
    expect((await engine().docker(run)).stdout).toBe('s\n3\nmore\n5:6\n')
    const stack = await lamina().value('images.stack', { hostId, image: reference })
    expect(stack).toMatchObject({ historySource: 'config', comment: message, author })
    const [left, right] = [image, reference].map((one) => ({ hostId, image: one }))
    if (left === undefined || right === undefined) throw new Error('no images')
    const compared = await lamina().value('stacks.compare', { left, right })
    expect(compared.rows.map(({ relation }) => relation)).toEqual(['shared', 'shared', 'shared', 'right'])
  })

  test('has its stopped containers read on the host too', async () => {
    const { name } = await aContainer(hidden, layers, changes)
    const running = await listed(await overSsh(engine().user), name, 'host')
    await stopContainer(engine().docker, name)
    for (const user of [engine().user, 'root'])
      expect(await listed(await overSsh(user), name, 'host')).toEqual(running)
  })
})
