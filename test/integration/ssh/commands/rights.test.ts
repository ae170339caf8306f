import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { laminaUnderTest, type LaminaUnderTest } from '../../../builders/lamina-under-test'
import { busyboxFolder } from '../../../builders/tools/other-tools'
import { removeContainers, runInContainer, startContainer } from '../../../engines/docker/containers'
import { engineProxy, type EngineProxy } from '../../../engines/engine/engine-proxy'
import {
  startPrivateSshd,
  type PrivateSshd,
  type PrivateSshdOptions,
  type SshdUser,
} from '../../../engines/ssh/private-sshd'
import { baseImage, sharedEngine, uniqueName } from '../../../engines/docker/shared-engine'

const engine = sharedEngine()
const container = uniqueName('rights')
const socketGroup = 7777
/** The engine behind a socket that root and one group may use. */
let guarded: EngineProxy
let guardedSocket: string

beforeAll(async () => {
  guarded = await engineProxy(engine.socketPath)
  guardedSocket = guarded.dockerHost.slice('unix://'.length)
  await chmod(dirname(guardedSocket), 0o711)
  await chown(guardedSocket, 0, socketGroup)
  await chmod(guardedSocket, 0o660)
  await startContainer(engine.docker, { name: container, image: baseImage })
  await runInContainer(engine.docker, container, 'mkdir /new; echo one > /new/file; rm /bin/cat')
})

afterAll(async () => {
  await removeContainers(engine.docker, container)
  await guarded.close()
})

const paths = ['/bin/cat', '/new', '/new/file']

interface Place {
  readonly server: PrivateSshd
  readonly lamina: LaminaUnderTest
  /** What `hosts.connect` takes. */
  readonly input: { readonly host: string; readonly identityFile: string; readonly knownHostsFile: string }
}

async function placeOf(user: SshdUser, options: PrivateSshdOptions = {}): Promise<Place> {
  const server = await startPrivateSshd({ socketGroup, ...options })
  onTestFinished(() => server.stop())
  const lamina = await laminaUnderTest(engine)
  onTestFinished(() => lamina.close())
  const identityFile = await server.makeKey('ed25519')
  await server.authorize(user, identityFile)
  const host = server.address(user, guardedSocket)
  return { server, lamina, input: { host, identityFile, knownHostsFile: server.knownHostsFile } }
}

async function listed({ lamina, input }: Place, lens?: 'host' | 'engine') {
  const { hostId } = await lamina.value('hosts.connect', input)
  const chosen = lens === undefined ? {} : { lens }
  return await lamina.value('changes.list', { hostId, containerId: container, ...chosen })
}

describe('An ordinary user', () => {
  test('who may use the socket and not root sees changes through the engine, and reads how to allow more', async () => {
    const place = await placeOf('keeper')
    const description = await place.lamina.value('hosts.connect', place.input)
    expect(description.hostLens).toMatchObject({
      works: false,
      reason: expect.stringContaining('keeper ALL=(root) NOPASSWD: /bin/sh') as string,
    })
    const { lens, changes } = await listed(place)
    expect(lens).toBe('engine')
    expect(changes.map(({ path }) => path).sort()).toEqual(paths)
  })

  test('who may use sudo without a password sees them on the host, with sizes', async () => {
    const place = await placeOf('helper')
    // The socket is root's and its group's; helper gets at it as one of the group.
    await chmod(guardedSocket, 0o666)
    onTestFinished(() => chmod(guardedSocket, 0o660))
    const { lens, changes } = await listed(place)
    expect(lens).toBe('host')
    expect(changes.map(({ path }) => path)).toEqual(paths)
    expect(changes.find(({ path }) => path === '/new/file')).toMatchObject({ size: 4, kind: 'added' })
  })

  test('who may not use the socket is told which group it belongs to', async () => {
    const { lamina, input } = await placeOf('stranger')
    expect(await lamina.failure('hosts.connect', input)).toMatchObject({
      kind: 'permission-denied',
      message: expect.stringMatching(/belongs to \w+:engine/) as string,
      remedy: expect.stringContaining('usermod -aG') as string,
    })
  })
})

describe('A host', () => {
  test('whose shell greets at login shows the same changes', async () => {
    const place = await placeOf('root', { shells: { root: '/bin/bash' } })
    await writeFile(join(place.server.home('root'), '.bashrc'), 'echo "Last login: never"; printf "\\0\\0"\n')
    const { lens, changes } = await listed(place)
    expect(lens).toBe('host')
    expect(changes.map(({ path }) => path)).toEqual(paths)
  })

  test("with busybox's tools shows the same changes", async () => {
    const tools = busyboxFolder(['getfattr'])
    onTestFinished(() => {
      tools.remove()
    })
    await chmod(tools.path, 0o755)
    const place = await placeOf('root', { path: tools.path })
    const { lens, changes } = await listed(place)
    expect(lens).toBe('host')
    expect(changes.map(({ path }) => path)).toEqual(paths)
  })

  test('without any tool for opaque directories says so and asks the engine', async () => {
    const tools = busyboxFolder([], ['tar'])
    onTestFinished(() => {
      tools.remove()
    })
    await chmod(tools.path, 0o755)
    const place = await placeOf('root', { path: tools.path })
    const { lens, changes } = await listed(place)
    expect(lens).toBe('engine')
    expect(changes.map(({ path }) => path).sort()).toEqual(paths)
  })

  test('that runs no commands for an account still lists, through the engine', async () => {
    const place = await placeOf('keeper', { shells: { keeper: '/usr/sbin/nologin' } })
    const { lens, changes } = await listed(place)
    expect(lens).toBe('engine')
    expect(changes).toHaveLength(paths.length)
  })

  test('whose commands are forced to be another still lists, through the engine, and says why', async () => {
    const place = await placeOf('root', { config: ['ForceCommand exec true'] })
    const { hostId } = await place.lamina.value('hosts.connect', place.input)
    const listings = await Promise.all(
      Array.from({ length: 20 }, () =>
        place.lamina.value('changes.list', { hostId, containerId: container }),
      ),
    )
    for (const { lens, reason, changes } of listings) {
      expect(lens).toBe('engine')
      expect(reason).toContain('No commands can be run on the host')
      expect(changes.map(({ path }) => path).sort()).toEqual(paths)
    }
  })

  test('whose login never comes to a command still lists, through the engine, and says why', async () => {
    const place = await placeOf('root', { shells: { root: '/bin/bash' } })
    await writeFile(join(place.server.home('root'), '.bashrc'), 'echo "Which shell?"; exec zsh\n')
    const description = await place.lamina.value('hosts.connect', place.input)
    expect(description.hostLens).toMatchObject({ works: false })
    const { hostId } = description
    const running = await place.lamina.value('containers.list', { hostId })
    expect(running.map(({ name }) => name)).toContain(container)
    const listings = await Promise.all(
      Array.from({ length: 20 }, () =>
        place.lamina.value('changes.list', { hostId, containerId: container }),
      ),
    )
    for (const { lens, reason, changes } of listings) {
      expect(lens).toBe('engine')
      expect(reason).toMatch(/No commands can be run on the host.*10 seconds.*It printed: Which shell\?/)
      expect(changes.map(({ path }) => path).sort()).toEqual(paths)
    }
  })

  test('whose server is Dropbear shows the same changes, and stays connected', async () => {
    const place = await placeOf('root', { program: 'dropbear' })
    for (let round = 0; round < 3; round += 1) {
      const { lens, changes } = await listed(place)
      expect(lens).toBe('host')
      expect(changes.map(({ path }) => path)).toEqual(paths)
    }
  })
})

describe('A container with many changes', () => {
  const many = uniqueName('many')
  const numbers = Array.from({ length: 2000 }, (_, number) => `/opt/${String(number)}`)

  beforeAll(async () => {
    await startContainer(engine.docker, { name: many, image: baseImage })
    await runInContainer(engine.docker, many, 'mkdir -p /opt; cd /opt; seq 0 1999 | xargs touch')
  })

  afterAll(() => removeContainers(engine.docker, many))

  const listedMany = async ({ lamina, input }: Place) => {
    const { hostId } = await lamina.value('hosts.connect', input)
    const { changes, ...list } = await lamina.value('changes.list', { hostId, containerId: many })
    return { ...list, found: changes.map(({ path }) => path) }
  }

  test('is listed where the server allows one session', async () => {
    const { lens, found } = await listedMany(await placeOf('root', { config: ['MaxSessions 1'] }))
    expect(lens).toBe('host')
    expect(found).toEqual(expect.arrayContaining(numbers))
  })

  test('is listed through the engine where the host fails in the middle, and the reason is told', async () => {
    const tools = await mkdtemp(join(tmpdir(), 'lamina-failing-find-'))
    onTestFinished(() => rm(tools, { recursive: true, force: true }))
    const complaint = `[ "$1" != . ] || { echo "find: './x': Input/output error" >&2; exit 1; }`
    await writeFile(join(tools, 'find'), `#!/bin/sh\n/usr/bin/find "$@" || exit\n${complaint}\n`, {
      mode: 0o755,
    })
    const { lens, reason, found } = await listedMany(
      await placeOf('root', { path: `${tools}:/usr/bin:/bin` }),
    )
    expect(lens).toBe('engine')
    expect(reason).toContain('Input/output error')
    expect(found).toEqual(expect.arrayContaining(numbers))
  })
})
