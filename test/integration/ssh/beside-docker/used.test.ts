import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { formatSshAddress, parseSshAddress } from '../../../../electron/core/hosts/ssh-address'
import { laminaUnderTest } from '../../../builders/lamina-under-test'
import { removeContainers, runInContainer, startContainer } from '../../../engines/docker/containers'
import { baseImage, sharedEngine, uniqueName } from '../../../engines/docker/shared-engine'
import { type CaseHost, hostOf, otherSocket, withTwoEngines } from './beside-docker'

withTwoEngines()

const engine = sharedEngine()
const container = uniqueName('only')
const paths = ['/bin/cat', '/new', '/new/file']

beforeAll(async () => {
  await startContainer(engine.docker, { name: container, image: baseImage })
  await runInContainer(engine.docker, container, 'mkdir /new; echo one > /new/file; rm /bin/cat')
})

afterAll(() => removeContainers(engine.docker, container))

async function laminaOn({ server, identityFile, address }: CaseHost) {
  const lamina = await laminaUnderTest({ dockerHost: 'unix:///nonexistent/engine.sock' })
  onTestFinished(() => lamina.close())
  const input = { host: address, identityFile, knownHostsFile: server.knownHostsFile }
  return { lamina, input, description: await lamina.value('hosts.connect', input) }
}

/** The id of the engine at another socket of the same host. */
function idWith(hostId: string, socketPath: string): string {
  const parsed = parseSshAddress(hostId)
  if (!parsed.ok) throw new Error(hostId)
  return formatSshAddress({ ...parsed.address, socketPath })
}

describe('A login that may only reach an engine', () => {
  const key = 'restrict,command="docker --host unix://OTHER system dial-stdio"'

  test('lists changes through it, many at once, and tells why not by the host', async () => {
    const { lamina, description } = await laminaOn(await hostOf({ key }))
    const { hostId } = description
    const listings = await Promise.all(
      Array.from({ length: 20 }, () => lamina.value('changes.list', { hostId, containerId: container })),
    )
    for (const { lens, reason, changes } of listings) {
      expect(lens).toBe('engine')
      expect(reason).toContain('This login may only run one command')
      expect(changes.map(({ path }) => path).sort()).toEqual(paths)
    }
    expect(await lamina.value('images.list', { hostId })).not.toEqual([])
    expect(
      await lamina.failure('changes.list', { hostId, containerId: container, lens: 'host' }),
    ).toMatchObject({
      kind: 'lens-unavailable',
    })
  })

  test('has that engine and no other in the list of engines', async () => {
    const { lamina, description } = await laminaOn(await hostOf({ key }))
    const { hostId } = description
    expect(await lamina.value('hosts.engines', { hostId })).toMatchObject([
      { socketPath: '', hostId, connected: true, description: { engine: 'Docker' } },
    ])
  })

  test('keeps a snapshot', async () => {
    const { lamina, description } = await laminaOn(await hostOf({ key }))
    const { hostId } = description
    const reference = `${uniqueName('lamina-test/only')}:1`
    const kept = await lamina.value('snapshots.commit', {
      hostId,
      containerId: container,
      reference,
      message: '',
      author: '',
    })
    onTestFinished(async () => {
      await engine.docker(['image', 'rm', reference])
    })
    expect(kept.reference).toBe(reference)
  })

  test('comes back to the same engine after the server was gone', async () => {
    const host = await hostOf({ key })
    const { lamina, input, description } = await laminaOn(host)
    const { hostId } = description
    await host.server.kill()
    await expect.poll(() => lamina.lamina.call('containers.list', { hostId })).toMatchObject({ ok: false })
    await host.server.start()
    await lamina.value('hosts.connect', input)
    const { lens } = await lamina.value('changes.list', { hostId, containerId: container })
    expect(lens).toBe('engine')
  })
})

describe('The engines of a host', () => {
  test('have the one that DOCKER_HOST names marked', async () => {
    const config = ['SetEnv DOCKER_HOST=unix://OTHER']
    const { lamina, description } = await laminaOn(await hostOf({ server: { config } }))
    const { hostId } = description
    expect(await lamina.value('hosts.engines', { hostId })).toMatchObject([
      { socketPath: otherSocket(), hostId, connected: true, namedBy: 'DOCKER_HOST' },
      {
        socketPath: '/var/run/docker.sock',
        hostId: idWith(hostId, '/var/run/docker.sock'),
        connected: false,
      },
    ])
  })

  test('have the one that the context names marked, where the address names another', async () => {
    const contexts = [
      ['create', 'mine', '--docker', 'host=unix://OTHER'],
      ['use', 'mine'],
    ]
    const host = await hostOf({ contexts, socket: '/run/docker.sock' })
    const { lamina, description } = await laminaOn(host)
    const { hostId } = description
    expect(await lamina.value('hosts.engines', { hostId })).toMatchObject([
      { socketPath: '/run/docker.sock', hostId, connected: true },
      {
        socketPath: otherSocket(),
        hostId: idWith(hostId, otherSocket()),
        connected: false,
        namedBy: 'context',
      },
    ])
  })

  test('have one that is named and not there, with the reason', async () => {
    const config = ['SetEnv DOCKER_HOST=unix:///nonexistent/engine.sock']
    const { lamina, description } = await laminaOn(
      await hostOf({ server: { config }, socket: '/var/run/docker.sock' }),
    )
    expect(await lamina.value('hosts.engines', { hostId: description.hostId })).toMatchObject([
      {
        socketPath: '/nonexistent/engine.sock',
        namedBy: 'DOCKER_HOST',
        failure: { kind: 'engine-unreachable' },
      },
      { socketPath: '/var/run/docker.sock', connected: true },
    ])
  })

  test('have the one that CONTAINER_HOST names', async () => {
    const config = ['SetEnv CONTAINER_HOST=unix://OTHER']
    const { lamina, description } = await laminaOn(await hostOf({ server: { config } }))
    const engines = await lamina.value('hosts.engines', { hostId: description.hostId })
    expect(engines.map(({ socketPath }) => socketPath)).toEqual(['/var/run/docker.sock', otherSocket()])
  })
})
