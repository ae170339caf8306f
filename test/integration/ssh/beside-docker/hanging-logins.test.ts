import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { containerChanges } from '../../../../electron/session/changes/container-changes'
import { socketNamedThere } from '../../../../electron/session/engines/host-names'
import { HostSession } from '../../../../electron/session/host/host-session'
import { remoteEngine } from '../../../../electron/session/engines/remote-engine'
import { openSshTransport } from '../../../../electron/transport/ssh2/ssh-transport'
import { hopTo, nobodyAborts } from '../../../builders/hosts/ssh-host'
import { removeContainers, runInContainer, startContainer } from '../../../engines/docker/containers'
import { baseImage, sharedEngine, uniqueName } from '../../../engines/docker/shared-engine'
import { type DockerCase, hostOf, withTwoEngines } from './beside-docker'

withTwoEngines()

const engine = sharedEngine()
const container = uniqueName('hanging')

beforeAll(async () => {
  await startContainer(engine.docker, { name: container, image: baseImage })
  await runInContainer(engine.docker, container, 'mkdir /new; echo one > /new/file; rm /bin/cat')
})

afterAll(() => removeContainers(engine.docker, container))

const bash = { shells: { root: '/bin/bash' } } as const
const logins: readonly (Omit<DockerCase, 'reached'> & { readonly said: RegExp })[] = [
  {
    name: 'a login shell that never comes to the command',
    server: { shells: { root: 'FOLDER/hang' } },
    files: { 'FOLDER/hang': '#!/bin/sh\nexec sleep infinity\n' },
    said: /printed nothing/,
  },
  {
    name: 'a login file that asks for something',
    server: bash,
    files: { '.bashrc': 'echo "Which project?"; read -r project\n' },
    said: /Which project\?/,
  },
  {
    name: 'a login file that becomes another program',
    server: bash,
    files: { '.bashrc': 'exec cat\n' },
    said: /printed nothing/,
  },
]

/** A session whose host has a moment to come to a command. */
async function sessionOn(one: Omit<DockerCase, 'name' | 'reached'>): Promise<HostSession> {
  const { server, identityFile } = await hostOf(one)
  const hops = [hopTo(server, { user: 'root', identityFiles: [identityFile] })] as const
  const transport = openSshTransport({
    resolve: () => Promise.resolve({ hops, warnings: [] }),
    limits: { beginWithin: 500 },
  })
  const session = new HostSession('host', transport, remoteEngine(undefined), { named: socketNamedThere })
  onTestFinished(() => session.close())
  await session.open(undefined, nobodyAborts)
  return session
}

describe.each(logins)('On a host with $name', ({ said, ...one }) => {
  test('the engine answers, and the engine lens is used, with the reason', async () => {
    const session = await sessionOn(one)
    const { hostFiles } = await session.description(nobodyAborts)
    expect(hostFiles).toEqual({
      works: false,
      reason: expect.stringMatching(/^No commands can be run on the host\. .*0\.5 seconds/) as string,
    })
    expect(hostFiles).toMatchObject({ reason: expect.stringMatching(said) as string })
    const opened = await session.engine(nobodyAborts)
    const details = await opened.container(container, nobodyAborts)
    const { lens, reason, batches } = await containerChanges(session, details, undefined, nobodyAborts)
    const paths: string[] = []
    for await (const batch of batches) paths.push(...batch.map(({ path }) => path))
    expect({ lens, reason, paths: paths.sort() }).toMatchObject({
      lens: 'engine',
      reason: expect.stringMatching(said) as string,
      paths: ['/bin/cat', '/new', '/new/file'],
    })
    expect(await session.engines(nobodyAborts)).toMatchObject([
      { socketPath: '/var/run/docker.sock', connected: true },
    ])
  })
})

test('Where no stream is forwarded either, the failure tells both reasons', async () => {
  const [login] = logins
  const session = await sessionOn({ ...login, key: 'no-port-forwarding' })
  await expect(session.engine(nobodyAborts)).rejects.toMatchObject({
    failure: {
      kind: 'engine-unreachable',
      message: expect.stringMatching(
        /opens no stream to \/var\/run\/docker\.sock .*within 0\.5 seconds.*only \/var\/run\/docker\.sock and \/run\/podman/,
      ) as string,
    },
  })
})
